/** The first plan of a process, once everything is loaded: prints what it took. Its configuration comes as the only argument. */
import { loadConfig } from "../lib/config/load.ts";
import { buildPlan } from "../lib/plan/build.ts";

const [, , file = ""] = process.argv;
const { config } = await loadConfig(".", file);
const [environment] = config.environments;
if (!environment) throw new Error(`${file} has no environments`);
const start = performance.now();
const plan = buildPlan(config, environment.name);
const first = performance.now() - start;
const resources = plan.stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
console.log(JSON.stringify({ first, resources }));
