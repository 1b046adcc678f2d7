import { slots } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Service } from "../../config/schema/service.ts";
import { loadAlarms, trafficAlarms } from "../blocks/alarms.ts";
import { serviceDashboard } from "../blocks/dashboard.ts";
import { missingCopiesAlarm } from "../blocks/missing-copies.ts";
import { scaling } from "../blocks/scaling.ts";
import { copiesAtFirst, slotServices } from "../blocks/slot-services.ts";
import type { Colours } from "../blocks/target-groups.ts";
import type { Block, Draft } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import type { Base } from "./base.ts";
import { colouredTasks } from "./coloured-tasks.ts";
import { taskRoles } from "./delivered-service.ts";
import type { Standing } from "./standing.ts";

/** Sends callers and tests to the colours of a service; what comes back must be there before copies register. */
type Entry = (block: Block, colours: Colours) => readonly Resource[];

/**
 * Two services, one for each slot, between which Sluice's release moves the traffic (A09). `rests` where no copy is to run
 * before a failover has brought the data.
 */
export function held(stack: Draft, one: Service, config: Config, given: Base, { database, rests, comes }: Standing, entry: Entry): void {
  const { monitoring: limits } = config;
  const block = stack.block("Service");
  const { compute, colours, run } = colouredTasks(block, one, config, given, database, comes);
  const least = rests ? 0 : compute.count.min;
  const services = slotServices(block, {
    ...given,
    name: one.name,
    port: one.port,
    tasks: run,
    colours,
    entry: entry(block, colours),
    subnetIds: given.privateSubnetIds,
    groupIds: given.serviceGroupIds,
    graceSeconds: Math.ceil(one.startWithin / 1000),
    least,
  });
  const watch = stack.block("Alarms");
  trafficAlarms(watch, { ...given, thing: one.name, colours, limits });
  for (const slot of slots) {
    const own = { ...given, thing: `${one.name}-${slot}`, limits, serviceName: att(services[slot], "Name") };
    const group = { Balancer: given.balancerName, Targets: att(colours[slot], "TargetGroupFullName") };
    const label = sub("${Balancer}/${Targets}", group);
    scaling(block, { ...own, compute, held: { slot, least: copiesAtFirst(slot, least), label } });
    loadAlarms(watch, own, `${slot} service`);
    missingCopiesAlarm(watch, own, `${slot} service`);
  }
  const serviceNames = { blueService: att(services.blue, "Name"), greenService: att(services.green, "Name") };
  serviceDashboard(stack.block("Watch"), { ...given, thing: one.name, colours, serviceNames });
  stack.output("TaskFamily", run.family, "Family of the task definitions, of which a release registers revisions");
  stack.output("TaskDefinitionArn", ref(run.definition), "Task definition that the first release begins from");
  taskRoles(stack, run);
}
