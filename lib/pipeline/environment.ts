import path from "node:path";
import { toolEnvironment } from "../machine/environment.ts";

/** What a stage's commands inherit: as tools do, with the checkout's own commands first on the PATH, as under `npm run`. */
export function stageEnvironment(folder: string, from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = toolEnvironment(from);
  const searched = [path.join(folder, "node_modules", ".bin"), kept.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(path.delimiter);
  return { ...kept, PATH: searched, CI: "true" };
}
