import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeRulesCommand, DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Clients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { cluster } from "./ecs.ts";
import type { Emulator } from "./emulator.ts";
import { config, mapWith } from "./environment.ts";
import { helped, on } from "./fake.ts";
import { testListener } from "./listener.ts";
import { standing } from "./standing.ts";
import { ledgerTable } from "./tables.ts";

const [service] = config.services;

/** A version as a fleet of ECS takes it. */
export const image = (digit: string): Artifact => ({
  digest: digit.repeat(64),
  version: `v${digit}`,
  file: `registry/web@sha256:${digit.repeat(64)}`,
  start: "",
});

interface Emulators {
  readonly moto: Emulator | undefined;
  readonly ministack: Emulator | undefined;
}

/**
 * A service of system A on emulators: the load balancer's rule in moto, the ledger in ministack, the rest answered here. `fails`: the share of
 * green at which it begins to answer 500.
 */
export async function openStage({ moto, ministack }: Emulators, { live, fails }: { readonly live: Artifact; readonly fails: number }) {
  await Promise.all([moto?.reset(), ministack?.reset()]);
  const clock = handClock();
  const elb = new ElasticLoadBalancingV2Client({ region, credentials, endpoint: moto?.url ?? "" });
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: ministack?.url ?? "" });
  const ground = await standing(elb, moto?.url ?? "");
  await dynamodb.send(new CreateTableCommand(ledgerTable("releases")));
  const names = { blue: "web-blue", green: "web-green" };
  const ecs = cluster(
    slots.map((slot) => names[slot]),
    "shop-web",
    { name: service.name, image: live.file },
    () => false,
  );
  const slotOf = (group = ""): Slot => (group === ground.groups.green ? "green" : "blue");
  helped(
    elb,
    on(DescribeTargetHealthCommand, (input) => ecs.health({ ...input, TargetGroupArn: names[slotOf(input.TargetGroupArn)] })),
  );
  const map = mapWith({
    LedgerTable: "releases",
    SplitRuleArn: ground.ruleArn,
    BlueTargetGroupArn: ground.groups.blue,
    GreenTargetGroupArn: ground.groups.green,
    BlueServiceName: names.blue,
    GreenServiceName: names.green,
    TaskDefinitionArn: ecs.definitionArn,
    BalancerFullName: "app/shop/1",
  });
  const place = placeOf(map, service.name, "shop.test");
  const metrics = { blue: ground.groups.blue.split(":").at(-1) ?? "", green: ground.groups.green.split(":").at(-1) ?? "" };
  const { client: cloudwatch, requests } = cloudWatch({ balancer: place.balancer, groups: metrics });
  const listener = await testListener(({ slot }) => {
    if (slot !== "blue" && slot !== "green" && slot !== "known-bad") return 503;
    requests.push({ at: clock.now(), group: slot, status: slot === "known-bad" ? 500 : 200, milliseconds: 10 });
    return slot === "known-bad" ? 500 : 200;
  });
  const clients: Clients = { ...ecs, elb, dynamodb, cloudwatch };
  const given = { clients, clock, place: { ...place, entrance: listener.entrance }, isGone: async () => false };
  const world = awsWorld({ ...given, run: async () => ({ ok: true, saw: "" }) }, "green");
  const weights = async (): Promise<Readonly<Record<Slot, number>>> => {
    const { Rules: [rule] = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [ground.ruleArn] }));
    const of = (slot: Slot) =>
      rule?.Actions?.[0]?.ForwardConfig?.TargetGroups?.find((one) => one.TargetGroupArn === ground.groups[slot])?.Weight ?? -1;
    return { blue: of("blue"), green: of("green") };
  };
  let shares = await weights();
  // Callers, by the weights: two a second.
  clock.onTick((now) => {
    if (now % 5_000 === 0) ecs.tick();
    if (now % 500 !== 0) return;
    const group = (now / 500) % 100 < shares.green ? "green" : "blue";
    requests.push({ at: now, group, status: group === "green" && shares.green >= fails ? 500 : 200, milliseconds: 20 });
  });
  const close = async () => {
    elb.destroy();
    dynamodb.destroy();
    await listener.close();
  };
  return {
    map,
    worldWith: (candidate: Slot) => awsWorld({ ...given, run: async () => ({ ok: true, saw: "" }) }, candidate),
    world,
    clock,
    close,
    look: async () => {
      shares = await weights();
      return shares;
    },
  };
}
