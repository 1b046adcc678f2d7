import type { Config } from "../../config/config.ts";
import { deployerRole } from "../blocks/deployer.ts";
import { deployBuildRole } from "../blocks/pulumi-builds.ts";
import { roleAt } from "../blocks/role-elsewhere.ts";
import { homeOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import type { Stack } from "../template.ts";

/**
 * Lets the home's pipeline deploy these stacks, and nothing else, in this region of this account (C10). A person deploys it first: until it
 * is there the pipeline may do nothing here.
 */
export function access(stack: Draft, config: Config, stacks: readonly Stack[]): void {
  const { site } = stack;
  const home = homeOf(config, site.environment);
  if (!home) throw new Error(`${site.environment} is no stage of a pipeline elsewhere`);
  // The build runs in the region of the stage.
  deployerRole(stack.block("Access"), home, roleAt({ ...home, region: site.region }, deployBuildRole(site.environment)), stacks);
}
