import type { Config } from "../../config/config.ts";
import type { Tasks as Compute } from "../../config/schema/compute.ts";
import type { Service } from "../../config/schema/service.ts";
import { type Colours, targetGroups } from "../blocks/target-groups.ts";
import type { SecretOfTasks, TaskDatabase } from "../blocks/task-database.ts";
import { type Tasks, tasks } from "../blocks/tasks.ts";
import type { Block } from "../stack.ts";
import type { Base } from "./base.ts";

/** What every service on ECS has, whoever moves its traffic: how a copy runs, and a target group for each colour. */
export interface ColouredTasks {
  readonly compute: Compute;
  readonly colours: Colours;
  readonly run: Tasks;
}

/** The two target groups of a service on ECS and the task that runs in both, with its log and roles. */
export function colouredTasks(
  block: Block,
  one: Service,
  { monitoring }: Config,
  given: Base,
  database?: TaskDatabase,
  comes?: SecretOfTasks,
): ColouredTasks {
  const { compute } = one;
  if (compute?.kind !== "ecs") throw new Error(`service ${one.name} runs on no ECS; the rules let this pass`);
  const colours = targetGroups(block, {
    service: one.name,
    vpcId: given.vpcId,
    port: one.port,
    health: one.health,
    drainSeconds: Math.ceil(one.grace / 1000),
  });
  const run = tasks(block, {
    ...given,
    service: one,
    compute,
    logsKey: given.logsKeyArn,
    logDays: monitoring.logRetention,
    database,
    comes,
  });
  return { compute, colours, run };
}
