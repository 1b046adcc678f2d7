import type { Region } from "../aws/regions.ts";
import { UserError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import { overLimits } from "./limits.ts";
import { lint } from "./lint.ts";
import { access } from "./parts/access.ts";
import { containerSystem } from "./parts/container-system.ts";
import { existingTarget } from "./parts/existing.ts";
import { fleetSystem } from "./parts/fleet-system.ts";
import { github } from "./parts/github.ts";
import { home } from "./parts/home.ts";
import { importedSystem } from "./parts/imported.ts";
import { pulumiHome } from "./parts/pulumi-home.ts";
import { record } from "./parts/record.ts";
import { siteOf } from "./settings.ts";
import { type Draft, draft } from "./stack.ts";
import type { Plan, Stack } from "./template.ts";
import { tellRest } from "./told.ts";

/**
 * Everything that an environment needs on AWS, as data: the same bytes for the same configuration. Throws `plan/environment` for an
 * environment that the configuration does not have.
 */
export function buildPlan(config: Config, name: string): Plan {
  const environment = environmentOf(config, name);
  const stacks: Draft[] = [];
  const begin: Begin = (region, part) => {
    const stack = draft(siteOf(config, environment, region), part);
    stacks.push(stack);
    return stack;
  };
  if (name === config.delivery?.home && config.delivery.pulumi) pulumiHome(begin, config, environment);
  else if (name === config.delivery?.home) for (const region of environment.regions) home(begin(region, "pipeline"), config);
  else system(begin, config, environment);
  if (config.workflow && name !== config.delivery?.home) workflows(begin, config, environment, [...stacks]);
  if (config.delivery?.pulumi && config.delivery.stages.includes(name)) accesses(begin, config, environment, stacks);
  for (const stack of stacks) tellRest(stack);
  const plan = { environment: name, stacks };
  const problems = lint(plan);
  if (problems.length > 0) throw new Error(`the plan of ${name} is not sound:\n${problems.join("\n")}`);
  refuseTooBig(plan);
  return plan;
}

function refuseTooBig(plan: Plan): void {
  const over = overLimits(plan);
  if (over.length === 0) return;
  throw new UserError(
    "plan/too-big",
    `the plan of ${plan.environment} is larger than AWS takes`,
    "take something out of what is named: variables in services.<name>.env, whose long values the app can read from a file or a parameter, or services, which can have a project of their own",
    over,
  );
}

/** Begins a stack of the environment. */
type Begin = (region: Region, part: string) => Draft;

/** What each region has, and beside it what the environment has once. */
function system(begin: Begin, config: Config, environment: Environment): void {
  const [primary] = environment.regions;
  if (primary === undefined) throw new Error(`${environment.name} has no region; the schema let this pass`);
  const releases = record(begin(primary, "ledger"));
  const existing = existingTarget(environment.existing);
  if (existing) importedSystem(begin, config, environment, existing);
  else if (config.services[0].compute?.kind === "ec2") fleetSystem(begin, config, environment, primary);
  else containerSystem(begin, config, environment, releases);
}

/** What CloudFront has in AWS's global region is deployed with the primary region. */
function workflows(begin: Begin, config: Config, environment: Environment, stacks: readonly Stack[]): void {
  environment.regions.forEach((region, at) => {
    const own = stacks.filter((stack) => stack.region === region || (at === 0 && !environment.regions.some((one) => one === stack.region)));
    github(begin(region, "github"), config, environment, { own, all: stacks });
  });
}

/** What a pipeline that runs Pulumi elsewhere needs in each region, for all that it deploys there. */
function accesses(begin: Begin, config: Config, environment: Environment, stacks: readonly Stack[]): void {
  for (const region of environment.regions) {
    const here = stacks.filter((stack) => stack.region === region);
    access(begin(region, "access"), config, here);
  }
}

function environmentOf({ environments }: Config, name: string): Environment {
  const found = environments.find((one) => one.name === name);
  if (found) return found;
  const known = environments.map((one) => one.name).join(", ");
  throw new UserError(
    "plan/environment",
    known === "" ? "the configuration has no environments" : `there is no environment "${name}"`,
    known === "" ? 'add one: environments: { staging: { account: "111122223333", regions: ["eu-west-1"] } }' : `write one of: ${known}`,
  );
}
