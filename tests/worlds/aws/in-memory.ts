import {
  type Action,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Config } from "../../../lib/config/config.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import { record } from "../../../lib/release/controller.ts";
import { type Clients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { type HandClock, handClock } from "../../../lib/worlds/simulated/clock.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { cluster } from "./ecs.ts";
import { config, mapWith, systemB } from "./environment.ts";
import { faked, on } from "./fake.ts";
import { autoScaling } from "./groups.ts";
import { hearing } from "./hearing.ts";
import { testListener } from "./listener.ts";
import { sealedFor } from "./sealed.ts";
import { archive, image } from "./systems.ts";
import { tableOfItems } from "./table.ts";
import type { unreliable } from "./unreliable.ts";
import { zoneOf } from "./zone.ts";

export const holder = { name: "test", host: "here", pid: 1, started: "1" };

const groups = {
  blue: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1",
  green: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2",
};
const domain = "orders.example.com";

/** The services of both slots, or their groups, by name. */
export const slotNames = { blue: "web-blue", green: "web-green" };

/** What splits the callers, and every share of green that there ever was. */
interface Split {
  readonly clients: Partial<Clients> & Pick<Clients, "elb">;
  readonly weights: readonly number[];
  readonly weightOf: (slot: Slot) => number;
}

/** What runs the copies. */
export interface Running {
  readonly config: Config;
  readonly clients: Partial<Clients>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly artifact: (digit: string) => Artifact;
  readonly health: ReturnType<typeof autoScaling>["health"];
  readonly tick: () => void;
  /** What changed something. */
  readonly calls: string[];
}

/** Two services of ECS. */
export function onEcs() {
  const own = { name: config.services[0].name, image: image("1").file };
  const { ecs, scaling, definitionArn, ...running } = cluster(Object.values(slotNames), "shop-web", own, () => false);
  return {
    ...running,
    config,
    clients: { ecs, scaling },
    artifact: image,
    outputs: { BlueServiceName: slotNames.blue, GreenServiceName: slotNames.green, TaskDefinitionArn: definitionArn },
  };
}

/** Two auto-scaling groups, behind a listener's rule or weighted records. */
export const onEc2 = (router: "listener" | "dns") => (clock: HandClock) => {
  const { autoscaling, ssm, ...running } = autoScaling(Object.values(slotNames), () => false, clock.now);
  return {
    ...running,
    config: systemB(router),
    clients: { autoscaling, ssm },
    artifact: archive,
    outputs: {
      BlueFleetName: slotNames.blue,
      GreenFleetName: slotNames.green,
      BlueReleaseParameter: slotNames.blue,
      GreenReleaseParameter: slotNames.green,
      ReleasesBucketName: "releases",
    },
  };
};

const healthIn = (health: Running["health"]) =>
  on(DescribeTargetHealthCommand, ({ TargetGroupArn }) =>
    health({ TargetGroupArn: slotNames[slots.find((slot) => groups[slot] === TargetGroupArn) ?? "blue"] }),
  );

/** Weighted records. */
function weightedRecords(health: Running["health"]): Split {
  const { route53, ...split } = zoneOf(domain);
  return { ...split, clients: { route53, elb: faked(new ElasticLoadBalancingV2Client({ region, credentials }), healthIn(health)) } };
}

/** A weighted rule. */
function weightedRule(health: Running["health"]): Split {
  const forward = (blue: number, green: number): Action[] => [
    {
      Type: "forward",
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: groups.blue, Weight: blue },
          { TargetGroupArn: groups.green, Weight: green },
        ],
      },
    },
  ];
  let actions = forward(100, 0);
  const weightOf = (slot: Slot) => actions[0]?.ForwardConfig?.TargetGroups?.find((one) => one.TargetGroupArn === groups[slot])?.Weight ?? 0;
  const weights: number[] = [];
  const elb = faked(
    new ElasticLoadBalancingV2Client({ region, credentials }),
    on(DescribeRulesCommand, () => ({ Rules: [{ Actions: structuredClone(actions) }] })),
    on(ModifyRuleCommand, ({ Actions = [] }) => {
      const before = weightOf("green");
      actions = Actions;
      // The same weights again move nobody.
      if (weightOf("green") !== before) weights.push(weightOf("green"));
      return {};
    }),
    healthIn(health),
  );
  return { clients: { elb }, weights, weightOf };
}

interface Given {
  /** The share of green at which it begins to answer 500. */
  readonly fails: number;
  /** What comes between the release and each of its clients. */
  readonly lend: (client: Parameters<typeof unreliable>[0]) => void;
}

/** A service in this process alone: blue is live with callers, and a release to green is planned. */
export async function openService<R extends Running>({ fails, lend }: Given, run: (clock: HandClock) => R) {
  const clock = handClock();
  const running = run(clock);
  const byName = running.config.rollout.router === "dns";
  const { clients: splitting, weights, weightOf } = byName ? weightedRecords(running.health) : weightedRule(running.health);
  const outputs = {
    LedgerTable: "releases",
    ZoneId: "Z1",
    BlueTargetGroupArn: groups.blue,
    GreenTargetGroupArn: groups.green,
    ...running.outputs,
  };
  const found = placeOf(mapWith(outputs, running.config), running.config, domain);
  const metrics = { blue: groups.blue.split(":").at(-1) ?? "", green: groups.green.split(":").at(-1) ?? "" };
  const { client: cloudwatch, requests, alarms } = cloudWatch({ balancers: found.balancers, groups: metrics, page: 500 });
  const listener = await testListener(({ slot }) => {
    if (slot !== "blue" && slot !== "green" && slot !== "known-bad") return 503;
    const status = slot === "known-bad" ? 500 : 200;
    requests.push({ at: clock.now(), group: slot, status, milliseconds: 10 });
    return status;
  });
  const place = { ...found, entrance: { ...listener.entrance, domain: found.entrance.domain } };
  // Callers, by the weights: two a second.
  clock.onTick((now) => {
    if (now % 5_000 === 0) running.tick();
    if (now % 500 !== 0) return;
    const green = weightOf("green");
    const group = (now / 500) % 100 < green ? "green" : "blue";
    requests.push({ at: now, group, status: group === "green" && green >= fails ? 500 : 200, milliseconds: 20 });
  });
  const { told, ...telling } = hearing();
  // What a turn reads is far from a page of AWS, which is 1 MB.
  const asked: Partial<Clients> = { ...telling, ...running.clients, ...splitting, cloudwatch, dynamodb: tableOfItems(1_000) };
  for (const client of Object.values(asked)) lend(client);
  const clients: Clients = { ...openClients(region), ...asked };
  const world = () => awsWorld({ clients, clock, place, isGone: async () => true, run: async () => ({ ok: true, saw: "" }) }, "green");
  const placement = (slot: Slot, digit: string) => ({ slot, artifact: running.artifact(digit), count: 2 });
  while ((await world().fleet.start("blue", running.artifact("1"), 2)).is !== "done") await clock.wait(duration(5_000));
  alarms.set("green-errors", { AlarmName: "green-errors", StateValue: "OK" });
  const sealed = sealedFor("r-1", placement("blue", "1"), placement("green", "2"), ["green-errors"]);
  await record(world().ledger, "planned", sealed, { release: "r-1", at: clock.now(), holder });
  running.calls.length = 0;
  return { clock, world, weights, running, place, clients, alarms, told, close: () => listener.close() };
}
