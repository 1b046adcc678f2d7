import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Tasks } from "./tasks.ts";

/** What a service on Fargate has whoever shifts its traffic. */
export interface FargateNeeds {
  readonly tasks: Tasks;
  readonly clusterName: Value<string>;
  readonly subnetIds: readonly Value<string>[];
  readonly groupIds: readonly Value<string>[];
  /** How long a new copy may fail its health check before it counts, in seconds. */
  readonly graceSeconds: number;
}

/**
 * Where the copies of a service run, whoever moves its traffic. It names the family of its tasks and no revision: which one runs is the
 * business of releases.
 */
export const onFargate = ({ site }: Block, { tasks, clusterName, subnetIds, groupIds, graceSeconds }: FargateNeeds) =>
  ({
    Cluster: clusterName,
    TaskDefinition: tasks.family,
    LaunchType: "FARGATE",
    HealthCheckGracePeriodSeconds: graceSeconds,
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "DISABLED", SecurityGroups: groupIds, Subnets: subnetIds } },
    PropagateTags: "TASK_DEFINITION",
    Tags: site.tags,
  }) as const;
