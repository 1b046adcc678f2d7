import {
  type Action,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import { record } from "../../../lib/release/controller.ts";
import { openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { cluster } from "./ecs.ts";
import { config, mapWith } from "./environment.ts";
import { faked, on } from "./fake.ts";
import { hearing } from "./hearing.ts";
import { testListener } from "./listener.ts";
import { sealedFor } from "./sealed.ts";
import { image } from "./systems.ts";
import { tableOfItems } from "./table.ts";
import type { unreliable } from "./unreliable.ts";

export const holder = { name: "test", host: "here", pid: 1, started: "1" };

const groups = {
  blue: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1",
  green: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2",
};
/** The services of both slots, by name. */
export const slotNames = { blue: "web-blue", green: "web-green" };

/** A weighted rule, and every split that it ever had. */
function weightedRule(health: ReturnType<typeof cluster>["health"]) {
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
    on(DescribeTargetHealthCommand, ({ TargetGroupArn }) =>
      health({ TargetGroupArn: slotNames[slots.find((slot) => groups[slot] === TargetGroupArn) ?? "blue"] }),
    ),
  );
  return { elb, weights, weightOf };
}

interface Given {
  /** The share of green at which it begins to answer 500. */
  readonly fails: number;
  /** What comes between the release and each of its clients. */
  readonly lend: <C extends Parameters<typeof unreliable>[0]>(client: C) => C;
}

/** System A's service in this process alone: blue is live with callers, and a release to green is planned. */
export async function openService({ fails, lend }: Given) {
  const clock = handClock();
  const own = { name: config.services[0].name, image: image("1").file };
  const running = cluster(Object.values(slotNames), "shop-web", own, () => false);
  const { calls, services } = running;
  const { elb, weights, weightOf } = weightedRule(running.health);
  const map = mapWith({
    LedgerTable: "releases",
    BlueServiceName: slotNames.blue,
    GreenServiceName: slotNames.green,
    BlueTargetGroupArn: groups.blue,
    GreenTargetGroupArn: groups.green,
    TaskDefinitionArn: running.definitionArn,
  });
  const found = placeOf(map, config, "orders.example.com");
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
  const { told, sns, events } = hearing();
  const clients = {
    ...openClients(region),
    sns: lend(sns),
    events: lend(events),
    ecs: lend(running.ecs),
    scaling: lend(running.scaling),
    elb: lend(elb),
    cloudwatch: lend(cloudwatch),
    // What a turn reads is far from a page of AWS, which is 1 MB.
    dynamodb: lend(tableOfItems(1_000)),
  };
  const world = () => awsWorld({ clients, clock, place, isGone: async () => true, run: async () => ({ ok: true, saw: "" }) }, "green");
  const placement = (slot: Slot, digit: string) => ({ slot, artifact: image(digit), count: 2 });
  while ((await world().fleet.start("blue", image("1"), 2)).is !== "done") await clock.wait(duration(5_000));
  alarms.set("green-errors", { AlarmName: "green-errors", StateValue: "OK" });
  const sealed = sealedFor("r-1", placement("blue", "1"), placement("green", "2"), ["green-errors"]);
  await record(world().ledger, "planned", sealed, { release: "r-1", at: clock.now(), holder });
  calls.length = 0;
  return { clock, world, weights, calls, services, told, close: () => listener.close() };
}
