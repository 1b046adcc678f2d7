import type { Config } from "../../config/config.ts";
import { loadAlarms, trafficAlarms } from "../blocks/alarms.ts";
import { serviceDashboard } from "../blocks/dashboard.ts";
import { nativeEntry } from "../blocks/native-entry.ts";
import type { NativeTarget } from "../blocks/native-release.ts";
import { nativeService, waitOf } from "../blocks/native-service.ts";
import { scaling } from "../blocks/scaling.ts";
import type { Draft } from "../stack.ts";
import { att } from "../template.ts";
import type { Base } from "./base.ts";
import { colouredTasks } from "./coloured-tasks.ts";
import { taskRoles } from "./delivered-service.ts";
import type { Standing } from "./standing.ts";

/** One service in two colours, between which ECS itself shifts the traffic. */
export function native(stack: Draft, config: Config, given: Base, { database }: Standing): NativeTarget {
  const [one] = config.services;
  const block = stack.block("Service");
  const { compute, colours, run } = colouredTasks(block, one, config, given, database);
  const watched = { ...given, thing: one.name, colours, limits: config.monitoring };
  const watch = stack.block("Alarms");
  const made = nativeService(block, {
    ...given,
    name: one.name,
    port: one.port,
    rollout: config.rollout,
    tasks: run,
    colours,
    entry: nativeEntry(block, { ...given, colours }),
    alarms: trafficAlarms(watch, watched),
    subnetIds: given.privateSubnetIds,
    groupIds: given.serviceGroupIds,
    graceSeconds: Math.ceil(one.startWithin / 1000),
  });
  const own = { ...watched, serviceName: att(made, "Name") };
  scaling(block, { ...own, compute });
  loadAlarms(watch, own);
  serviceDashboard(stack.block("Watch"), { ...own, serviceNames: { Service: own.serviceName } });
  return {
    clusterName: given.clusterName,
    serviceName: stack.output("ServiceName", own.serviceName, "The ECS service"),
    waitMinutes: waitOf(config.rollout),
    taskFamily: run.family,
    taskRoleArns: taskRoles(stack, run),
  };
}
