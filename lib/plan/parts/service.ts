import type { Config } from "../../config/config.ts";
import { serviceAlarms } from "../blocks/alarms.ts";
import { type CodeDeploy, codeDeploy } from "../blocks/code-deploy.ts";
import { serviceDashboard } from "../blocks/dashboard.ts";
import type { CodeDeployTarget } from "../blocks/deploy-to-ecs.ts";
import { scaling } from "../blocks/scaling.ts";
import { shiftedService } from "../blocks/shifted-service.ts";
import { stageAccess } from "../blocks/stage-access.ts";
import { targetGroups } from "../blocks/target-groups.ts";
import { type Tasks, tasks } from "../blocks/tasks.ts";
import type { Draft, Site } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { Base } from "./base.ts";

/** What a pipeline of the same account takes from a service. */
export type Delivered = CodeDeployTarget;

/**
 * A service on ECS in two colours: its tasks, target groups, scaling and alarms, and CodeDeploy that shifts its traffic. `home` is where the
 * pipeline is that deploys it, if that is another account.
 */
export function service(stack: Draft, config: Config, given: Base, home?: Site): Delivered {
  const [one] = config.services;
  const { compute } = one;
  if (!compute) throw new Error(`service ${one.name} has no compute; the rules let this pass`);
  const block = stack.block("Service");
  const { clusterName } = given;
  const colours = targetGroups(block, {
    service: one.name,
    vpcId: given.vpcId,
    port: one.port,
    health: one.health,
    drainSeconds: Math.ceil(one.grace / 1000),
  });
  const run = tasks(block, { ...given, service: one, compute, logsKey: given.logsKeyArn, logDays: config.monitoring.logRetention });
  const shifted = shiftedService(block, {
    ...given,
    name: one.name,
    port: one.port,
    tasks: run,
    colours,
    subnetIds: given.privateSubnetIds,
    groupIds: given.serviceGroupIds,
    graceSeconds: Math.ceil(one.startWithin / 1000),
  });
  const watched = { ...given, thing: one.name, colours, serviceName: att(shifted.service, "Name") };
  scaling(block, { thing: one.name, clusterName, serviceName: watched.serviceName, compute });
  serviceDashboard(stack.block("Watch"), watched);
  const alarms = serviceAlarms(stack.block("Alarms"), { ...watched, limits: config.monitoring }).traffic;
  const deploys = codeDeploy(stack.block("Shift"), {
    thing: one.name,
    rollout: config.rollout,
    clusterName,
    ...shifted,
    colours,
    tasks: run,
    alarms,
  });
  return deliver(stack, deploys, run, home);
}

function deliver(
  stack: Draft,
  { application, group, config }: CodeDeploy,
  { family, execution, app }: Tasks,
  home: Site | undefined,
): Delivered {
  const roles = [att(execution.role, "Arn"), att(app.role, "Arn")] as const;
  const own = { application: ref(application), group: ref(group), config: ref(config), taskFamily: family, taskRoleArns: roles };
  if (home) stageAccess(stack.block("Access"), home, own);
  return {
    application: stack.output("DeployApplication", own.application, "The CodeDeploy application"),
    group: stack.output("DeployGroup", own.group, "The CodeDeploy deployment group"),
    config: stack.output("DeployConfig", own.config, "The steps in which CodeDeploy shifts traffic"),
    taskFamily: family,
    taskRoleArns: [
      stack.output("ExecutionRoleArn", roles[0], "Role that starts the tasks"),
      stack.output("TaskRoleArn", roles[1], "Role of the app"),
    ],
  };
}
