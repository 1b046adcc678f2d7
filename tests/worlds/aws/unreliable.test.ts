import { deepEqual, equal, ok } from "node:assert/strict";
import {
  type Action,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import { newController, record, run } from "../../../lib/release/controller.ts";
import { foldLedger, type Release } from "../../../lib/release/state.ts";
import { openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { unhurried } from "../../release/scenario.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { cluster } from "./ecs.ts";
import { config, mapWith } from "./environment.ts";
import { faked, on } from "./fake.ts";
import { testListener } from "./listener.ts";
import { sealedFor } from "./sealed.ts";
import { image } from "./systems.ts";
import { tableOfItems } from "./table.ts";
import { type Mood, unreliable } from "./unreliable.ts";

const groups = {
  blue: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1",
  green: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2",
};
const names = { blue: "web-blue", green: "web-green" };
const holder = { name: "test", host: "here", pid: 1, started: "1" };

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
      health({ TargetGroupArn: names[slots.find((slot) => groups[slot] === TargetGroupArn) ?? "blue"] }),
    ),
  );
  return { elb, weights, weightOf };
}

let listener: Awaited<ReturnType<typeof testListener>>;
let answer: (slot: string) => number = () => 503;
beforeAll(async () => {
  listener = await testListener(({ slot }) => answer(slot));
});
afterAll(() => listener.close());

interface Story extends Mood {
  readonly seed: number;
  /** The share of green at which it begins to answer 500. */
  readonly fails: number;
}

const stories: fc.Arbitrary<Story> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fails: fc.constantFrom(10, 50, 101, 101, 101),
  throttles: fc.double({ min: 0, max: 0.05, noNaN: true }),
  timesOut: fc.double({ min: 0, max: 0.05, noNaN: true }),
  stale: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

/** Mulberry32: the same seed, the same day. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Plays a release through such days, each time that its host gave up by another one. */
async function play(story: Story) {
  const clock = handClock();
  const own = { name: config.services[0].name, image: image("1").file };
  const { ecs, scaling, health, tick, calls, services, definitionArn } = cluster(Object.values(names), "shop-web", own, () => false);
  const { elb, weights, weightOf } = weightedRule(health);
  const map = mapWith({
    LedgerTable: "releases",
    BlueServiceName: names.blue,
    GreenServiceName: names.green,
    BlueTargetGroupArn: groups.blue,
    GreenTargetGroupArn: groups.green,
    TaskDefinitionArn: definitionArn,
  });
  const found = placeOf(map, config, "orders.example.com");
  const place = { ...found, entrance: { ...listener.entrance, domain: found.entrance.domain } };
  const metrics = { blue: groups.blue.split(":").at(-1) ?? "", green: groups.green.split(":").at(-1) ?? "" };
  const { client: cloudwatch, requests } = cloudWatch({ balancers: place.balancers, groups: metrics });
  answer = (slot) => {
    if (slot !== "blue" && slot !== "green" && slot !== "known-bad") return 503;
    const status = slot === "known-bad" ? 500 : 200;
    requests.push({ at: clock.now(), group: slot, status, milliseconds: 10 });
    return status;
  };
  clock.onTick((now) => {
    if (now % 5_000 === 0) tick();
    if (now % 500 !== 0) return;
    const green = weightOf("green");
    const group = (now / 500) % 100 < green ? "green" : "blue";
    requests.push({ at: now, group, status: group === "green" && green >= story.fails ? 500 : 200, milliseconds: 20 });
  });
  let mood: Mood = { throttles: 0, timesOut: 0, stale: 0 };
  const chance = chances(story.seed);
  const bad = <C extends Parameters<typeof unreliable>[0]>(client: C): C => unreliable(client, () => mood, chance);
  const clients = {
    ...openClients(region),
    ecs: bad(ecs),
    scaling: bad(scaling),
    elb: bad(elb),
    cloudwatch: bad(cloudwatch),
    dynamodb: bad(tableOfItems()),
  };
  const world = () => awsWorld({ clients, clock, place, isGone: async () => true, run: async () => ({ ok: true, saw: "" }) }, "green");
  const placement = (slot: Slot, digit: string) => ({ slot, artifact: image(digit), count: 2 });
  while ((await world().fleet.start("blue", image("1"), 2)).is !== "done") await clock.wait(duration(5_000));
  await record(world().ledger, "planned", sealedFor("r-1", placement("blue", "1"), placement("green", "2")), {
    release: "r-1",
    at: clock.now(),
    holder,
  });
  calls.length = 0;
  mood = story;
  let hosts = 0;
  let release: Release | undefined;
  while (!release) {
    hosts += 1;
    ok(hosts < 200, "it never ends");
    release = await run(
      newController(world(), { ...holder, pid: hosts }, () => {}, duration(900_000)),
      unhurried,
    ).catch((error: unknown) => {
      if (error instanceof UserError && error.code === "engine/failed") return undefined;
      throw error;
    });
  }
  mood = { throttles: 0, timesOut: 0, stale: 0 };
  return { release, weights, calls, services, entries: await world().ledger.read() };
}

it("X05 B21 A09 a release through days on which AWS throttles, loses answers and tells what was before ends well, and moves callers by its plan only", async () => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const { release, weights, calls, services, entries } = await play(story);
      const outcome = release.ended?.outcome ?? "";
      seen[outcome] = (seen[outcome] ?? 0) + 1;
      const up = weights.filter((weight) => weight > 0);
      deepEqual(up, [10, 50, 100].slice(0, up.length));
      // A blind gate blocks a release before it has moved anybody.
      if (outcome === "blocked") deepEqual(weights, []);
      deepEqual(weights, outcome === "released" ? [10, 50, 100] : [...up, ...(up.length > 0 ? [0] : [])]);
      const [stays, goes] = outcome === "released" ? (["green", "blue"] as const) : (["blue", "green"] as const);
      equal(services.get(names[stays])?.desired, 2);
      equal(services.get(names[goes])?.desired, 0);
      const digests = services
        .get(names[stays])
        ?.tasks.filter(({ state }) => state === "healthy")
        .map(({ definition }) => definition);
      equal(new Set(digests).size, 1);
      // What was asked for twice after a stale read is the same again: one revision, one start, one stop.
      deepEqual(
        [...new Set(calls)].map((call) => call.split(" ")[0]),
        ["register", "update", "update"],
      );
      equal(calls.filter((call) => call.startsWith("register")).length, 1);
      deepEqual(foldLedger(JSON.parse(JSON.stringify(entries))), foldLedger(entries));
    }),
    { seed: 20_261_128, numRuns: 12, endOnFailure: true },
  );
  expect(Object.keys(seen)).toEqual(expect.arrayContaining(["released", "rolled-back"]));
}, 300_000);
