import path from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../../lib/base/time.ts";
import type { Config } from "../../../lib/config/config.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { closeClients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { drivenFleet, drivenRouter } from "../../../lib/worlds/aws/driven.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { codeDeployed } from "./codedeploy.ts";
import { mapWith, config as systemA } from "./environment.ts";

const image = (digit: string) => `1.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${digit.repeat(64)}`;
const entrance = {
  domain: "shop.example.com",
  port: 8443,
  protocol: "https",
  balancers: { blue: "elb", green: "elb", "known-bad": "elb" },
} as const;

it("D02 the copies of a version are those that its target group has, while both are tasks of one service", async () => {
  const aws = codeDeployed(image("1"), () => false);
  const fleet = drivenFleet(aws.given);
  expect(await fleet.status("green")).toMatchObject({ digest: undefined, instances: [] });
  aws.deployBeside(image("2"));
  for (let ticks = 0; ticks < 3; ticks += 1) aws.tick();
  const both = await Promise.all([fleet.status("blue"), fleet.status("green")]);
  expect(both.map(({ digest, wanted, instances }) => [digest, wanted, instances.map(({ health }) => health)])).toEqual([
    ["1".repeat(64), 2, ["healthy", "healthy"]],
    ["2".repeat(64), 2, ["healthy", "healthy"]],
  ]);
});

it("D02 a release moves and starts nothing by itself there, and reaches the candidate alone by the test listener", async () => {
  const aws = codeDeployed(image("1"), () => false);
  const router = drivenRouter(aws.given, entrance, "green");
  expect([await router.weight(), await router.test("green")]).toEqual([0, "https://shop.example.com:8443/#green"]);
  await expect(router.test("blue")).rejects.toThrow("no test listener leads to blue");
  const done = [router.shift(await router.weight()), drivenFleet(aws.given).stop("green")];
  for (const one of done) expect(await one).toMatchObject({ is: "failed", because: expect.stringContaining("not a release") });
  expect(aws.calls).toEqual([]);
});

it("D02 E06 the world of an environment has the driver that its configuration names, and none where a release moves the callers", async () => {
  const { config: systemD } = await loadConfig(path.join(import.meta.dirname, "../../../examples/d-container-pipeline"));
  const clients = openClients("eu-west-1");
  const driverOf = (of: Config) => {
    const place = placeOf(mapWith({}, of), of, "shop.example.com");
    const host = { clients, place, clock: systemClock, isGone: async () => false, run: async () => ({ ok: true, saw: "" }) };
    return awsWorld(host, "green").driver?.name;
  };
  const byEcs: Config = { ...systemD, rollout: { ...systemD.rollout, weightHolder: "ecs" } };
  expect([driverOf(systemD), driverOf(byEcs), driverOf(systemA)]).toEqual(["CodeDeploy", "ECS", undefined]);
  closeClients(clients);
});
