import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { trafficAlarms } from "../blocks/alarms.ts";
import { databaseName } from "../blocks/database-logs.ts";
import type { Fleet } from "../blocks/fleet.ts";
import { fleetAlarms } from "../blocks/fleet-alarms.ts";
import { fleetDashboard } from "../blocks/fleet-dashboard.ts";
import { fleetScaling } from "../blocks/fleet-scaling.ts";
import { type Colours, targetGroups } from "../blocks/target-groups.ts";
import { weightedEntry } from "../blocks/weighted-entry.ts";
import { colourListeners, weightedNames } from "../blocks/weighted-names.ts";
import { type Standing, standingOf } from "../phases.ts";
import type { Draft } from "../stack.ts";
import { att, type Resource, sub } from "../template.ts";
import type { Data } from "./data.ts";
import type { EntryOutputs, FleetBase } from "./fleet-base.ts";
import { instances } from "./instances.ts";

/** What other stacks give the fleets; `data` is undefined where the configuration has no database. */
export interface FleetsGiven {
  readonly base: FleetBase;
  readonly data: Data | undefined;
  /** Ids of the health checks of what DNS leads to. */
  readonly healthChecks: ReadonlyMap<string, Value<string>>;
}

/**
 * A service on EC2 in two colours (system B): who runs and who gets the traffic follows the phase, or belongs to the release. Only weights,
 * sizes and the parameters of a colour differ between phases; everything else stands from the first deploy on.
 */
export function fleets(stack: Draft, config: Config, environment: Environment, given: FleetsGiven): void {
  const [service] = config.services;
  const { compute } = service;
  if (compute?.kind !== "ec2") throw new Error(`service ${service.name} runs on no EC2; the rules let this pass`);
  const standing = standingOf(config, environment);
  const colours = targetGroups(stack.block("Service"), {
    service: service.name,
    targets: "instance",
    vpcId: given.base.vpcId,
    port: service.port,
    health: service.health,
    drainSeconds: Math.ceil(service.grace / 1000),
  });
  const routedBy = routes(stack, environment, given, colours, standing);
  const made = instances(stack, { config, environment, service, compute, standing, colours, given });
  watch(stack, config, given, colours, made);
  for (const slot of slots) {
    fleetScaling(stack.block("Scaling"), slot, {
      service: service.name,
      scaleOn: compute.scaleOn,
      fleet: made[slot],
      label: sub("${Balancer}/${Targets}", {
        Balancer: entryOf(given.base, slot).fullName,
        Targets: att(colours[slot], "TargetGroupFullName"),
      }),
      routedBy,
    });
  }
  stack.output("Weight", String(standing.shares.green), "Green's share of the traffic in %, as this deploy left it");
  stack.output("Phase", standing.phase, "Phase that this deploy brought about; the next one moves from here");
}

const entryOf = ({ entry }: FleetBase, slot: Slot): EntryOutputs => (entry.of === "both" ? entry.both : entry.each[slot]);

/** What splits the callers: a rule of the one load balancer, or records before one for each colour. */
function routes(stack: Draft, { domain }: Environment, given: FleetsGiven, colours: Colours, start: Standing): readonly Resource[] {
  const block = stack.block("Entry");
  const { entry, certificateArn, zoneId } = given.base;
  if (entry.of === "both") {
    const { split } = weightedEntry(block, { balancerArn: entry.both.arn, certificateArn, colours, start });
    return [split];
  }
  if (domain === undefined || zoneId === undefined) throw new Error("weights in DNS need a zone; the rules let this pass");
  const entries = { blue: colourEntry(given, "blue", entry.each.blue), green: colourEntry(given, "green", entry.each.green) };
  const listeners = colourListeners(block, { entries, colours, certificateArn, start });
  weightedNames(block, { domain, zoneId, entries, start }, listeners);
  return listeners;
}

function colourEntry({ healthChecks }: FleetsGiven, slot: Slot, { arn, dnsName, zoneId, dualstack }: EntryOutputs) {
  const healthCheckId = healthChecks.get(slot);
  if (healthCheckId === undefined) throw new Error(`no health check of ${slot}`);
  return { arn, dnsName, zoneId, dualstack, healthCheckId };
}

function watch(stack: Draft, config: Config, { base }: FleetsGiven, colours: Colours, made: Readonly<Record<Slot, Fleet>>): void {
  const [{ name }] = config.services;
  const balancers = { blue: entryOf(base, "blue").fullName, green: entryOf(base, "green").fullName };
  const block = stack.block("Alarms");
  const { topicArn } = base;
  trafficAlarms(block, { thing: name, limits: config.monitoring, topicArn, balancerName: balancers.blue, balancers, colours });
  for (const slot of slots) fleetAlarms(block, slot, made[slot], config.monitoring, topicArn);
  fleetDashboard(stack.block("Watch"), {
    thing: name,
    balancers,
    colours,
    fleets: made,
    ...(config.database && { database: databaseName(stack.site) }),
  });
}
