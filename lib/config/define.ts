import type { ConfigInput } from "./config.ts";

/** Gives a configuration its type, so that an editor can complete and check it. Returns it unchanged; it is checked when it is loaded. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
