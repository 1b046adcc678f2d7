import { StopServiceDeploymentCommand } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { otherSlot } from "../../../lib/base/outcome.ts";
import { instant } from "../../../lib/base/time.ts";
import type { Order } from "../../../lib/ports/driver.ts";
import { artifactOf } from "../../../lib/worlds/aws/images.ts";
import { nativeDriver } from "../../../lib/worlds/aws/native-driver.ts";
import { driverContract } from "../../contracts/driver.ts";
import { optionIn, wordsOf } from "../../shell.ts";
import { region } from "./credentials.ts";
import { nativeService } from "./native.ts";

const image = (name: string) => artifactOf("1.dkr.ecr.eu-west-1.amazonaws.com/shop", name.repeat(64), `v${name}`);
const [first, second, third, broken] = [image("1"), image("2"), image("3"), image("b")];

function opened() {
  const aws = nativeService(first.file, (one) => one === broken.file);
  const since = instant(aws.now().getTime());
  const order = (release: string, to = second): Order => ({
    release,
    live: { slot: "blue", artifact: first },
    candidate: { slot: "green", artifact: to },
    since,
  });
  return { aws, order, driver: nativeDriver(aws.given) };
}

/** Lets time pass until it is so. */
const untilOn = (tick: () => void) => async (so: () => Promise<boolean>) => {
  for (let looks = 0; looks < 100; looks += 1) {
    if (await so()) return;
    tick();
  }
  expect.fail("never so");
};

driverContract("ECS's own deployments, by a stand-in", async () => {
  const { aws, order } = opened();
  return {
    open: () => nativeDriver(aws.given),
    order,
    broken,
    share: async (slot) => aws.share(slot),
    begun: aws.begun,
    deployBeside: async () => {
      aws.deployBeside(second.file);
      aws.tick();
    },
    until: untilOn(aws.tick),
    close: async () => {},
  };
});

it("X05 a deployment that ECS does not list yet is not begun again, and not taken for nothing by who goes back", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  expect(await driver.deploy(order("r-1"))).toMatchObject({ is: "pending", note: "ECS is told to deploy v2" });
  expect(aws.calls).toEqual([`register ${second.file}`, `update ${second.file}`]);
  expect(await driver.back(order("r-1"))).toMatchObject({ is: "pending" });
  aws.tick();
  await driver.back(order("r-1"));
  expect(aws.calls.at(-1)).toBe("stop ROLLBACK");
});

it("D02 why ECS turned a version back is told in its words, with the alarms that fired", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1", broken));
  for (let ticks = 0; ticks < 6; ticks += 1) aws.tick();
  expect(await driver.deploy(order("r-1", broken))).toEqual({
    is: "failed",
    because: "ECS deploy0 ended as ROLLBACK_SUCCESSFUL: Service deployment rolled back because of CloudWatch alarms",
    details: ["the alarm shop-errors fired"],
  });
});

it("D02 what the pipeline deploys from a revision that a release made is not taken for the release's, nor called by its version", async () => {
  const { aws, order, driver } = opened();
  const until = untilOn(aws.tick);
  await until(async () => (await driver.deploy(order("r-1"))).is === "done");
  await until(async () => (await driver.settle(order("r-1"))).is === "done");
  aws.deployBeside(third.file);
  await until(async () => (await driver.live()).is === "busy");
  expect(await driver.settle(order("r-1"))).toEqual({ is: "done" });
  await until(async () => (await driver.live()).is === "running");
  expect(await driver.live()).toMatchObject({ digest: third.digest, version: third.digest });
});

it("D02 X05 a release's deployment is found among more than ECS lists or describes at once, whether it is the newest or the oldest", async () => {
  const { aws, order, driver } = opened();
  const until = untilOn(aws.tick);
  const carried = async (of: Order) => {
    await until(async () => (await driver.deploy(of)).is === "done");
    await until(async () => (await driver.settle(of)).is === "done");
  };
  await carried(order("r-1"));
  for (let others = 0; others < 25; others += 1) {
    aws.deployBeside(third.file);
    await until(async () => (await driver.live()).is === "busy");
    await until(async () => (await driver.live()).is === "running");
  }
  const now = await driver.live();
  const slot = now.is === "running" ? now.slot : "blue";
  await carried({ ...order("r-2"), live: { slot, artifact: third }, candidate: { slot: otherSlot(slot), artifact: second } });
  const begun = aws.begun();
  for (const release of ["r-1", "r-2"]) expect(await driver.deploy(order(release))).toEqual({ is: "done" });
  expect(aws.begun()).toBe(begun);
});

it("B21 where ECS's own rollback fails the release is not back: the old version is deployed again", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  await driver.back(order("r-1"));
  aws.rollbacks.fail = true;
  aws.tick();
  expect(aws.share("green")).toBe(10);
  expect(await driver.back(order("r-1"))).toMatchObject({ is: "pending", note: "ECS is told to deploy v1" });
  expect(aws.calls.at(-1)).toBe(`update ${first.file}`);
});

it("D02 X06 what a person types to end somebody else's deployment has ECS give the callers back", async () => {
  const { aws, driver } = opened();
  const until = untilOn(aws.tick);
  aws.deployBeside(second.file);
  await until(async () => aws.share("green") > 0);
  const seen = await driver.live();
  const words = wordsOf(seen.is === "busy" ? (seen.end ?? "") : "");
  expect(words.slice(0, 5)).toEqual(["aws", "ecs", "stop-service-deployment", "--region", region]);
  expect(optionIn(words, "--stop-type")).toBe("ROLLBACK");
  const serviceDeploymentArn = optionIn(words, "--service-deployment-arn");
  await aws.given.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
  await until(async () => (await driver.live()).is === "running");
  expect([await driver.live(), aws.share("blue")]).toMatchObject([{ slot: "blue", digest: first.digest }, 100]);
});

it("X06 no deployment is begun beside one of somebody else's that goes back", async () => {
  const { aws, order, driver } = opened();
  aws.deployBeside(broken.file);
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  const before = aws.calls.length;
  const busy = { is: "busy", because: "ECS deploy0 is under way, which is not of this release" };
  expect(await driver.live()).toEqual(busy);
  expect(await driver.deploy(order("r-1"))).toEqual(busy);
  expect(aws.calls).toHaveLength(before);
});

it.each(["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"] as const)(
  "X06 somebody else's deployment that is %s is under way, and nothing is begun beside it",
  async (status) => {
    const { aws, order, driver } = opened();
    const other = aws.deployBeside(second.file);
    aws.tick();
    if (other) other.status = status;
    const before = aws.calls.length;
    expect([(await driver.live()).is, (await driver.deploy(order("r-1"))).is]).toEqual(["busy", "busy"]);
    expect(aws.calls).toHaveLength(before);
  },
);

it("X05 a deployment that ends before it can be stopped is gone back from by another one", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  aws.given.ecs.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === "StopServiceDeploymentCommand") for (let ticks = 0; ticks < 9; ticks += 1) aws.tick();
        return next(args);
      },
    { step: "initialize", name: "late", priority: "high" },
  );
  expect(await driver.back(order("r-1"))).toMatchObject({ note: "ECS deploy0: told to roll back" });
  expect(await driver.back(order("r-1"))).toMatchObject({ note: "ECS is told to deploy v1" });
});

it("D02 a deployment that is looked at again only while ECS takes the old copies away has all callers on the candidate", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 7; ticks += 1) aws.tick();
  expect(await driver.settle(order("r-1"))).toMatchObject({ is: "pending" });
  expect(await driver.deploy(order("r-1"))).toEqual({ is: "done" });
});

it("X05 a deployment is found also by a machine whose clock is ahead of AWS's", async () => {
  const { aws, order, driver } = opened();
  const ahead = { ...order("r-1"), since: instant(aws.now().getTime() + 30 * 60_000) };
  await driver.deploy(ahead);
  for (let ticks = 0; ticks < 3; ticks += 1) aws.tick();
  expect(await driver.deploy(ahead)).toMatchObject({ note: "ECS deploy0: PRODUCTION_TRAFFIC_SHIFT, 10 % on green" });
});
