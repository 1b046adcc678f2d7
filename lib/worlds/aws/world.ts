import type { Slot } from "../../base/outcome.ts";
import { type Clock, duration } from "../../base/time.ts";
import type { Driver } from "../../ports/driver.ts";
import type { Fleet } from "../../ports/fleet.ts";
import type { Job } from "../../ports/job.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Router } from "../../ports/router.ts";
import type { World } from "../../ports/world.ts";
import type { Clients } from "./clients.ts";
import { codeDeployDriver } from "./codedeploy.ts";
import { drivenFleet, drivenRouter } from "./driven.ts";
import { serviceFleet } from "./fleet.ts";
import { instanceJob } from "./instance-job.ts";
import { groupFleet } from "./instances.ts";
import { taskJob } from "./job.ts";
import { tableLedger } from "./ledger.ts";
import { cloudWatchMeter } from "./meter.ts";
import { nativeDriver } from "./native-driver.ts";
import { busNotifier, topicNotifier } from "./notifier.ts";
import type { Place } from "./place.ts";
import { listenerProbe, type RunCommand } from "./probe.ts";
import { recordsRouter } from "./records.ts";
import { listenerRouter } from "./router.ts";
import { listenerBursts } from "./traffic.ts";

interface AwsWorld {
  readonly clients: Clients;
  readonly place: Place;
  readonly clock: Clock;
  /** What its host knows of the world beside AWS: which holders are gone, and how to run a command. */
  readonly isGone: Ledger["isGone"];
  readonly run: RunCommand;
}

/**
 * What EC2, ECS, Elastic Load Balancing and CodeDeploy tell may be older than what they were told last: by seconds, for which AWS gives no limit
 * (Amazon EC2 API reference, "Eventual consistency").
 */
const settles = duration(15_000);

/** A service of an environment on AWS: in two slots, between which a load balancer's rule or DNS splits the callers. */
export function awsWorld(given: AwsWorld, candidate: Slot): World {
  const { clients, place, clock, run } = given;
  const { entrance, groups, balancers } = place;
  return {
    clock,
    fleet: fleetOf(given),
    router: routerOf(given, candidate),
    meter: cloudWatchMeter({
      client: clients.cloudwatch,
      clock,
      balancers,
      groups: { blue: metricName(groups.blue), green: metricName(groups.green) },
    }),
    traffic: listenerBursts(entrance),
    probe: listenerProbe(entrance, run),
    job: jobOf(given),
    ledger: awsLedger(given),
    settles,
    notifiers: notifiersOf(given),
    ...driverOf(given),
  };
}

function driverOf({ clients, clock, place: { runs, groups } }: AwsWorld): { readonly driver?: Driver } {
  if (runs.on !== "driven") return {};
  const service = { ...clients, ...runs, ...runs.codeDeploy, groups };
  return { driver: runs.codeDeploy ? codeDeployDriver({ ...service, ...runs.codeDeploy, clock }) : nativeDriver(service) };
}

function notifiersOf({ clients, place: { topicArn } }: AwsWorld): readonly Notifier[] {
  const bus = busNotifier({ client: clients.events });
  return topicArn === undefined ? [bus] : [topicNotifier({ client: clients.sns, topicArn }), bus];
}

function fleetOf({ clients, clock, place: { environment, runs, groups } }: AwsWorld): Fleet {
  switch (runs.on) {
    case "driven":
      return drivenFleet({ ...clients, ...runs, ...runs.codeDeploy, groups });
    case "ecs":
      return serviceFleet({ ...clients, ...runs, environment, groups });
    case "ec2":
      return groupFleet({ ...clients, ...runs, environment, groups, clock });
  }
}

function jobOf({ clients, clock, place: { runs } }: AwsWorld): Job {
  switch (runs.on) {
    case "ecs":
      return taskJob({ ...clients, ...runs, clock });
    case "ec2":
      return instanceJob({ ...clients, ...runs, clock });
    case "driven":
      return {
        run: async ({ command }) => {
          throw new Error(`a release that AWS carries out runs no ${command}; the rules let this pass`);
        },
      };
  }
}

function routerOf({ clients, clock, place: { environment, routes, groups, entrance } }: AwsWorld, candidate: Slot): Router {
  switch (routes.by) {
    case "rule":
      return listenerRouter({ ...routes, environment, client: clients.elb, groups, entrance }, candidate);
    case "records":
      return recordsRouter({ ...routes, environment, client: clients.route53, clock, entrance }, candidate);
    case "driver":
      return drivenRouter({ ...clients, ...routes.of, ...routes.of.codeDeploy, groups }, entrance, candidate);
  }
}

/** The ledger alone, for whoever asks or looks before it is known which slot is the candidate. */
export function awsLedger({ clients, place, isGone }: Pick<AwsWorld, "clients" | "place" | "isGone">): Ledger {
  return tableLedger({ client: clients.dynamodb, table: place.ledgerTable, environment: place.environment, isGone });
}

/** A target group's metrics name it by the end of its ARN (User Guide for Application Load Balancers, "Metric dimensions"). */
const metricName = (groupArn: string): string => groupArn.split(":").at(-1) ?? "";
