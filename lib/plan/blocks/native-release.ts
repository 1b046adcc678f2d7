import { arnOf } from "../../aws/arns.ts";
import { allow } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { sub } from "../template.ts";
import { buildProject, type Project } from "./build-project.ts";
import { type Common, scannedSource } from "./builds.ts";
import { registersTasks, type TaskTarget } from "./deploy-to-ecs.ts";

/** A service that ECS itself shifts. */
export interface NativeTarget extends TaskTarget {
  readonly clusterName: Value<string>;
  readonly serviceName: Value<string>;
  /** How long ECS waits in a deployment by configuration. */
  readonly waitMinutes: number;
}

/** What a deployment may take beside its waits: copies start, are drained and, if it is turned back, start again. Minutes. */
const slack = 60;

/**
 * The build that releases a version to a service which ECS shifts, and fails when ECS turns back (ADR 0010): it registers the newest tasks with
 * the scanned image, updates this one service, and waits.
 */
export function nativeRelease(block: Block, common: Common, { clusterName, serviceName, waitMinutes, ...tasks }: NativeTarget): Project {
  const { site } = block;
  const names = { Cluster: clusterName, Service: serviceName };
  const ecs = arnOf(site.region, "ecs", site.account, "");
  const service = sub(`${ecs}service/\${Cluster}/\${Service}`, names);
  return buildProject(block, {
    ...common,
    thing: "deploys",
    description: "Releases the image and waits for ECS",
    buildspec: `${scannedSource}/buildspec/deploy.yml`,
    variables: [
      { name: "CLUSTER", value: clusterName },
      { name: "SERVICE", value: serviceName },
    ],
    statements: [
      ...registersTasks(site, tasks),
      allow({ sid: "ReleasesToThisService", actions: ["ecs:ListServiceDeployments", "ecs:UpdateService"], resources: service }),
      allow({
        sid: "WatchesItsDeployments",
        actions: "ecs:DescribeServiceDeployments",
        resources: [service, sub(`${ecs}service-deployment/\${Cluster}/\${Service}/*`, names)],
      }),
    ],
    handsOn: false,
    timeoutMinutes: waitMinutes + slack,
  });
}
