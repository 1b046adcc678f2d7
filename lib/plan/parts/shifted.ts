import type { Config } from "../../config/config.ts";
import { loadAlarms, trafficAlarms } from "../blocks/alarms.ts";
import { type CodeDeploy, codeDeploy } from "../blocks/code-deploy.ts";
import { serviceDashboard } from "../blocks/dashboard.ts";
import type { CodeDeployTarget } from "../blocks/deploy-to-ecs.ts";
import { scaling } from "../blocks/scaling.ts";
import { shiftedService } from "../blocks/shifted-service.ts";
import { stageAccess } from "../blocks/stage-access.ts";
import type { Tasks } from "../blocks/tasks.ts";
import type { Draft, Site } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { Base } from "./base.ts";
import { colouredTasks } from "./coloured-tasks.ts";
import { taskRoles } from "./delivered-service.ts";
import type { Standing } from "./standing.ts";

/** One service in two colours, and CodeDeploy that shifts its traffic. `home` is where the pipeline is that deploys it, if that is another account. */
export function shifted(stack: Draft, config: Config, given: Base, { database }: Standing, home?: Site): CodeDeployTarget {
  const [one] = config.services;
  const block = stack.block("Service");
  const { clusterName } = given;
  const { compute, colours, run } = colouredTasks(block, one, config, given, database);
  const made = shiftedService(block, {
    ...given,
    name: one.name,
    port: one.port,
    tasks: run,
    colours,
    subnetIds: given.privateSubnetIds,
    groupIds: given.serviceGroupIds,
    graceSeconds: Math.ceil(one.startWithin / 1000),
  });
  const watched = { ...given, thing: one.name, colours, serviceName: att(made.service, "Name"), limits: config.monitoring };
  scaling(block, { thing: one.name, clusterName, serviceName: watched.serviceName, compute });
  serviceDashboard(stack.block("Watch"), { ...watched, serviceNames: { Service: watched.serviceName } });
  const alarms = trafficAlarms(stack.block("Alarms"), watched);
  loadAlarms(stack.block("Alarms"), watched);
  const deploys = codeDeploy(stack.block("Shift"), {
    thing: one.name,
    rollout: config.rollout,
    clusterName,
    ...made,
    colours,
    tasks: run,
    alarms,
    ...(given.deployApplication !== undefined && { application: given.deployApplication }),
  });
  return deliver(stack, deploys, run, home);
}

function deliver(stack: Draft, { application, group, config }: CodeDeploy, run: Tasks, home: Site | undefined): CodeDeployTarget {
  const taskRoleArns = [att(run.execution.role, "Arn"), att(run.app.role, "Arn")];
  const own = { application, group: ref(group), config: ref(config), taskFamily: run.family, taskRoleArns };
  if (home) stageAccess(stack.block("Access"), home, own);
  return {
    application: stack.output("DeployApplication", own.application, "The CodeDeploy application"),
    group: stack.output("DeployGroup", own.group, "The CodeDeploy deployment group"),
    config: stack.output("DeployConfig", own.config, "The steps in which CodeDeploy shifts traffic"),
    taskFamily: run.family,
    taskRoleArns: taskRoles(stack, run),
  };
}
