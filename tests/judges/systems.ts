import { readdirSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../lib/config/config.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { byReleases } from "../examples/b/plans.ts";
import { nativeConfig } from "../examples/d/native.ts";
import { importing } from "../examples/e/imported.ts";
import { severalConfig } from "../examples/several/plans.ts";

const folder = path.join(import.meta.dirname, "..", "..", "examples");

const examples = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (name) => ({ name, ...(await loadConfig(path.join(folder, name))) })),
);

/** Every environment of every example that has any, and of what no example shows, as a plan. */
export const systems = [
  ...examples,
  { name: "b by name, moved by releases", config: byReleases },
  { name: "d by ECS itself", config: nativeConfig },
  { name: "e with a service that exists", config: importing() },
  { name: "a with several services", config: severalConfig },
].flatMap(plansOf);

function plansOf({ name: of, config }: { readonly name: string; readonly config: Config }) {
  return config.environments.map(({ name }) => ({ name: `${of} ${name}`, plan: buildPlan(config, name) }));
}
