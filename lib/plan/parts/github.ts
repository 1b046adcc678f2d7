import { globalArn } from "../../aws/arns.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { githubProvider, githubRoles, issuer } from "../blocks/github.ts";
import type { Draft } from "../stack.ts";
import type { Stack } from "../template.ts";

/** What is deployed by way of a region, and all that the environment has. */
interface Deployed {
  readonly own: readonly Stack[];
  readonly all: readonly Stack[];
}

/** The way of GitHub's workflow into a region, for its own stacks. An account has the identity provider once, however many environments it has. */
export function github(stack: Draft, config: Config, { account, name, regions }: Environment, { own, all }: Deployed): void {
  const { workflow } = config;
  if (!workflow) return;
  // The home of a pipeline has no workflow.
  const first = config.environments.find((one) => one.account === account && one.name !== config.delivery?.home);
  const makes = workflow.provider === "make" && first?.name === name && stack.region === regions[0];
  const block = stack.block("Github");
  const known: Value<string> = globalArn(stack.site.region, "iam", account, `oidc-provider/${issuer}`);
  githubRoles(block, {
    workflow,
    providerArn: makes ? githubProvider(block) : known,
    stacks: own,
    ledgersIn: ledgersElsewhere(stack, regions, all),
  });
}

/** A deploy of one region keeps releases out in the ledger of another, and looks there whether the environment was moved (X06). */
const ledgersElsewhere = ({ site }: Draft, regions: Environment["regions"], all: readonly Stack[]): Environment["regions"] =>
  regions.filter(
    (one) => one !== site.region && all.some(({ part, region }) => region === one && (part === "ledger" || part === "recoveries")),
  );
