export type { Config, ConfigInput } from "./config/config.ts";
export { defineConfig } from "./config/define.ts";
export type { Gate } from "./config/gate.ts";
