import fc from "fast-check";
import { checkConfig } from "../../lib/config/check.ts";
import type { Config, ConfigInput } from "../../lib/config/config.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import type { Plan, Resource } from "../../lib/plan/template.ts";
import { configurations } from "./configurations/configurations.ts";

/** Always the same sample; SLUICE_RUNS and SLUICE_SEED take more of it, or another. */
const runs = Number(process.env.SLUICE_RUNS ?? 30);
const seed = Number(process.env.SLUICE_SEED ?? 20_261_128);
const asked = process.env.SLUICE_RUNS !== undefined;

/** How long a test over so many runs may take, in milliseconds. */
export const patience = 30_000 + runs * 5_000;

/** The plans of all environments of a configuration that the rules must let pass. */
export function plansOf(given: unknown): readonly Plan[] {
  const config = configOf(given);
  return config.environments.map(({ name }) => buildPlan(config, name));
}

function configOf(given: unknown): Config {
  const checked = checkConfig(given);
  if ("config" in checked) return checked.config;
  throw new Error(`the rules refuse it: ${JSON.stringify(checked.problems)}`);
}

/** Each property looks at the same plans. */
const planned = new Map<string, readonly Plan[]>();

function plannedOnce(given: ConfigInput): readonly Plan[] {
  const key = JSON.stringify(given);
  const found = planned.get(key) ?? plansOf(given);
  if (planned.size > 100) planned.clear();
  planned.set(key, found);
  return found;
}

/** Checks the plans of every configuration of the sample. */
export function holds(check: (plans: readonly Plan[], given: ConfigInput) => void): void {
  fc.assert(
    fc.property(configurations, (given) => check(plannedOnce(given), given)),
    { seed, numRuns: runs },
  );
}

/** Checks what takes long: one plan of some configurations, whichever it is; all of all where somebody asks for a number of runs. */
export function holdsOfSome(check: (plan: Plan) => void, some: number): void {
  fc.assert(
    fc.property(configurations, (given) => {
      const plans = plannedOnce(given);
      const one = JSON.stringify(given).length % plans.length;
      for (const plan of asked ? plans : plans.slice(one, one + 1)) check(plan);
    }),
    { seed, numRuns: asked ? runs : some },
  );
}

export const resourcesOf = (plans: readonly Plan[]): readonly Resource[] =>
  plans.flatMap(({ stacks }) => stacks.flatMap(({ resources }) => resources));
