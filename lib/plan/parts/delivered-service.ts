import type { Config } from "../../config/config.ts";
import type { Tasks } from "../../config/schema/compute.ts";
import type { Common } from "../blocks/builds.ts";
import type { CodeDeployTarget } from "../blocks/deploy-to-ecs.ts";
import type { NativeTarget } from "../blocks/native-release.ts";
import type { Tasks as Run } from "../blocks/tasks.ts";
import type { Draft } from "../stack.ts";
import { att } from "../template.ts";

/** What a pipeline delivers, and how. */
export interface DeliveredService {
  readonly service: Config["services"][0];
  readonly compute: Tasks;
  readonly delivery: NonNullable<Config["delivery"]>;
}

/** What a pipeline of the same account takes from a service, by who shifts its traffic. */
export type Delivered =
  | { readonly by: "codedeploy"; readonly target: CodeDeployTarget }
  | { readonly by: "ecs"; readonly target: NativeTarget };

/** The roles of a service's tasks, for whoever brings a version. */
export const taskRoles = (stack: Draft, { execution, app }: Run) => [
  stack.output("ExecutionRoleArn", att(execution.role, "Arn"), "Role that starts the tasks"),
  stack.output("TaskRoleArn", att(app.role, "Arn"), "Role of the app"),
];

/** The service that a pipeline delivers: one that runs on ECS. */
export function deliveredService({ services: [service], delivery }: Config): DeliveredService {
  const { compute } = service;
  if (!delivery) throw new Error("nothing is delivered; the rules let this pass");
  if (compute?.kind !== "ecs") throw new Error(`a pipeline delivers ${service.name}, which runs on no ECS; the rules let this pass`);
  return { service, compute, delivery };
}

/** What all builds of a pipeline have, wherever they run. */
export function forBuilds(config: Config, { store, logsKey }: Pick<Common, "store" | "logsKey">): Common {
  const { compute, delivery } = deliveredService(config);
  return { architecture: compute.architecture, store, logsKey, logDays: config.monitoring.logRetention, delivery };
}
