import { DescribeRulesCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { Route53Client } from "@aws-sdk/client-route-53";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import type { Config } from "../../../lib/config/config.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Clients } from "../../../lib/worlds/aws/clients.ts";
import { archiveAt } from "../../../lib/worlds/aws/released.ts";
import type { HandClock } from "../../../lib/worlds/simulated/clock.ts";
import { credentials } from "./credentials.ts";
import { cluster } from "./ecs.ts";
import type { Emulator } from "./emulator.ts";
import { config, systemB } from "./environment.ts";
import { helped, on } from "./fake.ts";
import { autoScaling } from "./groups.ts";
import { standing } from "./standing.ts";
import { weightedRecords } from "./weighted.ts";

export interface Emulators {
  readonly moto: Emulator | undefined;
  readonly ministack: Emulator | undefined;
}

/** A version as a fleet of ECS takes it. */
export const image = (digit: string): Artifact => ({
  digest: digit.repeat(64),
  version: `v${digit}`,
  file: `registry/web@sha256:${digit.repeat(64)}`,
  start: "",
});

/** A version as a fleet of EC2 takes it. */
export const archive = (digit: string): Artifact => archiveAt("releases", digit.repeat(64), `shop-${digit}.tar.gz`);

/** What splits the callers, on an emulator. */
export interface Split {
  readonly clients: Partial<Clients> & Pick<Clients, "elb">;
  readonly outputs: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<Slot, string>>;
  /** Shares in %, as they are read back. */
  shares(): Promise<Readonly<Record<Slot, number>>>;
}

/** What runs the copies, answered here. */
export interface Running {
  readonly clients: Partial<Clients>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly artifact: (digit: string) => Artifact;
  tick(): void;
}

/** A system that a release can move: its configuration, and how it stands on the emulators. */
export interface System {
  readonly config: Config;
  split(emulators: Emulators, region: string): Promise<Split>;
  running(split: Split, clock: HandClock): Running;
}

export const systems = {
  "containers by a listener's rule": { config, split: byRule(config), running: onEcs },
  "instances by a listener's rule": { config: systemB("listener"), split: byRule(systemB("listener")), running: onEc2 },
  "instances by weighted records": { config: systemB("dns"), split: byRecords, running: onEc2 },
} as const satisfies Readonly<Record<string, System>>;

function byRule(of: Config): System["split"] {
  return async ({ moto }, region) => {
    const elb = new ElasticLoadBalancingV2Client({ region, credentials, endpoint: moto?.url ?? "" });
    const { ruleArn, groups } = await standing(elb, moto?.url ?? "", of);
    return {
      clients: { elb },
      groups,
      outputs: { SplitRuleArn: ruleArn, ...groupOutputs(groups) },
      shares: async () => {
        const { Rules: [rule] = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
        const weightOf = (slot: Slot) =>
          rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.find((one) => one.TargetGroupArn === groups[slot])?.Weight ?? -1;
        return { blue: weightOf("blue"), green: weightOf("green") };
      },
    };
  };
}

async function byRecords({ moto, ministack }: Emulators, region: string): Promise<Split> {
  const route53 = new Route53Client({ region, credentials, endpoint: ministack?.url ?? "" });
  const { zoneId, shares } = await weightedRecords(route53);
  const groups = { blue: "arn:targetgroup/blue/1", green: "arn:targetgroup/green/2" };
  return {
    clients: { elb: new ElasticLoadBalancingV2Client({ region, credentials, endpoint: moto?.url ?? "" }), route53 },
    groups,
    outputs: { ZoneId: zoneId, ...groupOutputs(groups) },
    shares: async () => {
      const { blue, green } = await shares();
      return { blue: Math.round(100 * blue), green: Math.round(100 * green) };
    },
  };
}

const groupOutputs = ({ blue, green }: Split["groups"]) => ({ BlueTargetGroupArn: blue, GreenTargetGroupArn: green });

function onEcs({ clients: { elb }, groups }: Split): Running {
  const names = { blue: "web-blue", green: "web-green" };
  const [service] = config.services;
  const container = { name: service.name, image: image("1").file };
  const { ecs, scaling, health, tick, definitionArn } = cluster(Object.values(names), "shop-web", container, () => false);
  answerHealth(elb, groups, names, health);
  return {
    clients: { ecs, scaling },
    outputs: { BlueServiceName: names.blue, GreenServiceName: names.green, TaskDefinitionArn: definitionArn },
    artifact: image,
    tick,
  };
}

function onEc2({ clients: { elb }, groups }: Split, clock: HandClock): Running {
  const names = { blue: "shop-blue", green: "shop-green" };
  const { autoscaling, ssm, health, tick } = autoScaling(Object.values(names), () => false, clock.now);
  answerHealth(elb, groups, names, health);
  return {
    clients: { autoscaling, ssm },
    outputs: {
      BlueFleetName: names.blue,
      GreenFleetName: names.green,
      BlueReleaseParameter: names.blue,
      GreenReleaseParameter: names.green,
      ReleasesBucketName: "releases",
    },
    artifact: archive,
    tick,
  };
}

/** Who is healthy is known to what runs the copies, which calls a target group like the slot's fleet. */
export function answerHealth(
  elb: ElasticLoadBalancingV2Client,
  groups: Readonly<Record<Slot, string>>,
  names: Readonly<Record<Slot, string>>,
  health: ReturnType<typeof autoScaling>["health"],
): void {
  helped(
    elb,
    on(DescribeTargetHealthCommand, ({ TargetGroupArn }) =>
      health({ TargetGroupArn: names[slots.find((slot) => groups[slot] === TargetGroupArn) ?? "blue"] }),
    ),
  );
}
