import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import { serviceAlarms } from "../blocks/alarms.ts";
import { codeDeploy } from "../blocks/code-deploy.ts";
import { scaling } from "../blocks/scaling.ts";
import { shiftedService } from "../blocks/shifted-service.ts";
import { targetGroups } from "../blocks/target-groups.ts";
import { tasks } from "../blocks/tasks.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { Base } from "./base.ts";

/** What the pipeline takes from a service. */
export interface Delivered {
  readonly deployApplication: Value<string>;
  readonly deployGroup: Value<string>;
  readonly deployConfig: Value<string>;
  readonly taskFamily: string;
  readonly taskRoleArns: readonly Value<string>[];
}

/** A service on ECS in two colours: its tasks, target groups, scaling and alarms, and CodeDeploy that shifts its traffic. */
export function service(stack: Draft, config: Config, given: Base): Delivered {
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
  const {
    service: shifted,
    production,
    test,
  } = shiftedService(block, {
    ...given,
    name: one.name,
    port: one.port,
    tasks: run,
    colours,
    subnetIds: given.privateSubnetIds,
    groupIds: given.serviceGroupIds,
    graceSeconds: Math.ceil(one.startWithin / 1000),
  });
  const serviceName = att(shifted, "Name");
  scaling(block, { thing: one.name, clusterName, serviceName, compute });
  const watch = stack.block("Alarms");
  const alarms = serviceAlarms(watch, { ...given, thing: one.name, limits: config.monitoring, colours, serviceName });
  const deploys = codeDeploy(stack.block("Shift"), {
    thing: one.name,
    rollout: config.rollout,
    clusterName,
    service: shifted,
    colours,
    production,
    test,
    tasks: run,
    alarms: alarms.traffic,
  });
  return {
    deployApplication: stack.output("DeployApplication", ref(deploys.application), "The CodeDeploy application"),
    deployGroup: stack.output("DeployGroup", ref(deploys.group), "The CodeDeploy deployment group"),
    deployConfig: stack.output("DeployConfig", ref(deploys.config), "The steps in which CodeDeploy shifts traffic"),
    taskFamily: run.family,
    taskRoleArns: [
      stack.output("ExecutionRoleArn", att(run.execution.role, "Arn"), "Role that starts the tasks"),
      stack.output("TaskRoleArn", att(run.app.role, "Arn"), "Role of the app"),
    ],
  };
}
