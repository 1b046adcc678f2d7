import { allow, type PolicyDocument } from "../../aws/policy.ts";
import type { Config } from "../../config/config.ts";
import { longestRelease } from "../../config/rules/released-by-build.ts";
import type { Block, Site } from "../stack.ts";
import { buildProject, type Project } from "./build-project.ts";
import { type Common, scannedSource } from "./builds.ts";
import { externalIdOf, trustsBuild } from "./deployer.ts";
import { type DrivenRelease, driverRights } from "./driver-rights.ts";
import type { Pulumi } from "./pulumi-builds.ts";
import { role } from "./role.ts";
import { type RoleElsewhere, roleAt } from "./role-elsewhere.ts";

const releaser = "stage-release";

/** The role that a build of the home account takes on to release here. */
export const releaserAt = (site: Site): RoleElsewhere => roleAt(site, releaser);

/** The name of the build that releases to a stage. */
export const releaseBuildName = (stage: string): string => `release-${stage}`;

/** The role of that build, as `buildProject` names it, in the region of the stage. */
export const releaseBuildAt = (home: Site, { environment, region }: Site): RoleElsewhere =>
  roleAt({ ...home, region }, `${releaseBuildName(environment)}-build`);

/** What a release may take beside what it waits for by configuration: locks, copies that start and, if it goes back, start again. Minutes. */
const slack = 60;

/** AWS CodePipeline User Guide, "Quotas in AWS CodePipeline": no build of a pipeline takes longer. */
const mostMinutes = 8 * 60;

/**
 * Runs `sluice release` for one stage, in its region, after Pulumi made the stage what the program says: a host of the release like any other. It
 * may take on one role of the stage, and the release does everything with that (C01, C04, C10, ADR 0036).
 */
export function releaseBuild(block: Block, common: Common, { rollout }: Config, pulumi: Pulumi, home: Site, target: Site): Project {
  return buildProject(block, {
    ...common,
    thing: releaseBuildName(target.environment),
    description: `Releases to ${target.environment} with Sluice`,
    buildspec: `${scannedSource}/buildspec/release.yml`,
    handsOn: false,
    variables: [
      { name: "ENVIRONMENT", value: target.environment },
      { name: "PROJECT_DIRECTORY", value: `${scannedSource}/${pulumi.directory}`.replace(/\/\.?$/, "") },
      { name: "RELEASE_ROLE_ARN", value: releaserAt(target).arn },
      { name: "RELEASE_EXTERNAL_ID", value: externalIdOf(home) },
    ],
    statements: [allow({ sid: "TakesOnTheRoleOfReleases", actions: "sts:AssumeRole", resources: releaserAt(target).arn })],
    // What an earlier build left unfinished goes on to its end first.
    timeoutMinutes: Math.min(mostMinutes, 2 * Math.ceil(longestRelease(rollout) / 60_000) + slack),
  });
}

/** Lets that build release here, and nothing else of its account (C10). */
export function releaserRole(block: Block, home: Site, given: DrivenRelease): void {
  const trust: PolicyDocument = trustsBuild(block.site, home, releaseBuildAt(home, block.site));
  const made = role(block, releaser, "Releases for the pipeline of the home account", trust, driverRights(block, given));
  block.stack.output("ReleaseRoleArn", { "Fn::GetAtt": [made.role.id, "Arn"] }, "Role that the pipeline of the home account releases with");
}
