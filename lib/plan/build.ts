import type { Region } from "../aws/regions.ts";
import { UserError } from "../base/errors.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import { ledger } from "./blocks/ledger.ts";
import { lint } from "./lint.ts";
import { base } from "./parts/base.ts";
import { home } from "./parts/home.ts";
import { delivery } from "./parts/pipeline.ts";
import { service } from "./parts/service.ts";
import { homeOf, siteOf } from "./settings.ts";
import { type Draft, draft } from "./stack.ts";
import { type Plan, ref } from "./template.ts";

/**
 * Everything that an environment needs on AWS, as data: the same bytes for the same configuration. Throws `plan/environment` for an
 * environment that the configuration does not have.
 */
export function buildPlan(config: Config, name: string): Plan {
  const environment = environmentOf(config, name);
  const stacks: Draft[] = [];
  for (const region of environment.regions) {
    const begin = (part: string): Draft => {
      const stack = draft(siteOf(config, environment, region), part);
      stacks.push(stack);
      return stack;
    };
    if (name === config.delivery?.home) home(begin("pipeline"), config);
    else services(begin, config, environment, region);
  }
  const plan = { environment: name, stacks };
  const problems = lint(plan);
  if (problems.length > 0) throw new Error(`the plan of ${name} is not sound:\n${problems.join("\n")}`);
  return plan;
}

function services(begin: (part: string) => Draft, config: Config, environment: Environment, region: Region): void {
  if (region === environment.regions[0]) {
    const record = begin("ledger");
    record.output("LedgerTable", ref(ledger(record.block("Releases"))), "The table of the releases' ledger");
  }
  const common = base(begin("base"), config, environment);
  const [first] = config.services;
  const delivered = service(begin(first.name), config, common, homeOf(config, environment.name));
  if (config.delivery && config.delivery.home === undefined) delivery(begin("pipeline"), config, common, delivered);
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
