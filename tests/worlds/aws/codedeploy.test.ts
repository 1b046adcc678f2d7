import { InvalidTargetGroupPairException, StopDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { expect, it } from "vitest";
import { otherSlot } from "../../../lib/base/outcome.ts";
import { instant } from "../../../lib/base/time.ts";
import type { Order } from "../../../lib/ports/driver.ts";
import { codeDeployDriver } from "../../../lib/worlds/aws/codedeploy.ts";
import { drivenFleet } from "../../../lib/worlds/aws/driven.ts";
import { artifactOf } from "../../../lib/worlds/aws/images.ts";
import { driverContract } from "../../contracts/driver.ts";
import { optionIn, wordsOf } from "../../shell.ts";
import { codeDeployed } from "./codedeploy.ts";
import { region } from "./credentials.ts";
import { listening } from "./fake.ts";

const image = (name: string) => artifactOf("1.dkr.ecr.eu-west-1.amazonaws.com/shop", name.repeat(64), `v${name}`);
const [first, second, broken] = [image("1"), image("2"), image("b")];

function opened(of = first.file, fails = (image: string) => image === broken.file) {
  const aws = codeDeployed(of, fails);
  const since = instant(aws.now().getTime());
  const order = (release: string, to = second): Order => ({
    release,
    live: { slot: "blue", artifact: first },
    candidate: { slot: "green", artifact: to },
    since,
  });
  return { aws, order, driver: codeDeployDriver(aws.given) };
}

/** Lets time pass until it is so. */
const untilOn = (tick: () => void) => async (so: () => Promise<boolean>) => {
  for (let looks = 0; looks < 100; looks += 1) {
    if (await so()) return;
    tick();
  }
  expect.fail("never so");
};

driverContract("CodeDeploy, by a stand-in", async () => {
  const { aws, order } = opened();
  return {
    open: () => codeDeployDriver(aws.given),
    order,
    broken,
    share: async (slot) => aws.share(slot),
    begun: aws.begun,
    deployBeside: async () => void aws.deployBeside(second.file),
    until: untilOn(aws.tick),
    close: async () => {},
  };
});

it("D02 a deployment names the revision with the release's image, and the container and port that callers reach", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  expect(aws.calls).toEqual([`register ${second.file}`, `create ${second.file} web:8080`]);
});

it("X04 D02 while CodeDeploy goes on, what stays as it is is not asked for again", async () => {
  const { aws, order, driver } = opened();
  const asked: string[] = [];
  for (const client of [aws.given.codedeploy, aws.given.ecs, aws.given.elb]) listening(client, (operation) => asked.push(operation));
  const fleet = drivenFleet(aws.given);
  const begun = await driver.deploy(order("r-1"));
  const noted = begun.is === "pending" ? begun.note : undefined;
  for (let ticks = 0; ticks < 3; ticks += 1) aws.tick();
  const turn = () => Promise.all([fleet.status("green"), driver.deploy({ ...order("r-1"), noted })]);
  const before = await turn();
  asked.length = 0;
  expect(await turn()).toEqual(before);
  expect(asked.sort()).toEqual([
    "BatchGetDeploymentTargets",
    "BatchGetDeployments",
    "DescribeListeners",
    "DescribeServices",
    "DescribeTargetHealth",
    // Two pages of those that run.
    "ListTasks",
    "ListTasks",
  ]);
});

it("D02 what is going on is told as CodeDeploy calls it, with the share of the callers, and kept for whoever looks next", async () => {
  const { aws, order, driver } = opened();
  const told: string[] = [];
  for (let looks = 0; looks < 5; looks += 1) {
    const result = await driver.deploy(order("r-1"));
    if (result.is === "pending") told.push(result.note ?? "");
    aws.tick();
  }
  expect(told).toEqual([
    "CodeDeploy d-AAAAAAAA0: begun",
    "CodeDeploy d-AAAAAAAA0: Install InProgress, 0 % on green",
    "CodeDeploy d-AAAAAAAA0: AllowTraffic InProgress, 0 % on green",
    "CodeDeploy d-AAAAAAAA0: AllowTraffic InProgress, 10 % on green",
    "CodeDeploy d-AAAAAAAA0: AllowTraffic InProgress, 10 % on green",
  ]);
});

it("D02 why CodeDeploy turned a version back is told in its words", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1", broken));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  expect(await driver.deploy(order("r-1", broken))).toEqual({
    is: "failed",
    because: "CodeDeploy d-AAAAAAAA0 ended as Stopped: One or more alarms have been activated",
    details: ["AllowTraffic: failed"],
  });
});

it("D02 going back stops what is under way with a rollback, once, and is not done while callers are still on the candidate", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  const told = await driver.back(order("r-1"));
  expect(told).toMatchObject({ is: "pending", note: "CodeDeploy d-AAAAAAAA0: told to stop and roll back" });
  expect(aws.calls.at(-1)).toBe("stop d-AAAAAAAA0 true");
  expect(aws.share("green")).toBe(10);
  // CodeDeploy has not begun its own rollback yet: blue's copies are the service's, and a tenth of the callers is elsewhere.
  const due = await driver.back({ ...order("r-1"), noted: told.is === "pending" ? told.note : undefined });
  expect(due).toMatchObject({ is: "pending", note: expect.stringContaining("d-AAAAAAAA0: ended, and its own rollback is due since 20") });
  aws.tick();
  const noted = due.is === "pending" ? due.note : undefined;
  expect(await driver.back({ ...order("r-1"), noted })).toMatchObject({ because: "CodeDeploy d-AAAAAAAA1 gives blue its callers again" });
  while (aws.share("green") > 0) aws.tick();
  expect(await driver.back({ ...order("r-1"), noted })).toEqual({ is: "done" });
  expect(aws.calls.map((call) => call.split(" ")[0])).toEqual(["register", "create", "stop"]);
});

it("X05 B21 a rollback of CodeDeploy's own that does not begin within a minute is waited for no longer", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  await driver.back(order("r-1"));
  const since = (ago: number) => new Date(aws.now().getTime() - ago).toISOString();
  const noted = (ago: number) => `CodeDeploy d-AAAAAAAA0: ended, and its own rollback is due since ${since(ago)}`;
  expect(await driver.back({ ...order("r-1"), noted: noted(59_000) })).toEqual({
    is: "pending",
    lookAgainIn: 15_000,
    because: noted(59_000),
  });
  expect(await driver.back({ ...order("r-1"), noted: noted(60_000) })).toMatchObject({ note: "CodeDeploy d-AAAAAAAA1: begun" });
  expect(aws.calls.at(-1)).toMatch(/^create .*1111/);
});

it("X05 a deployment that ends before it can be stopped is gone back from by another one", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  aws.given.codedeploy.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === "StopDeploymentCommand") for (let ticks = 0; ticks < 9; ticks += 1) aws.tick();
        return next(args);
      },
    { step: "initialize", name: "late", priority: "high" },
  );
  expect(await driver.back(order("r-1"))).toMatchObject({ note: "CodeDeploy d-AAAAAAAA0: told to stop and roll back" });
  expect(await driver.back(order("r-1"))).toMatchObject({ note: "CodeDeploy d-AAAAAAAA1: begun" });
});

it("X05 a deployment that is noted and not listed yet is found, and one that is neither is not begun beside", async () => {
  const { aws, order, driver } = opened();
  aws.lists.from = 2;
  const begun = await driver.deploy(order("r-1"));
  aws.tick();
  const noted = begun.is === "pending" ? begun.note : undefined;
  expect(await driver.deploy({ ...order("r-1"), noted })).toMatchObject({ note: expect.stringContaining("Install InProgress") });
  expect(await driver.deploy(order("r-1"))).toEqual({
    is: "pending",
    lookAgainIn: 15_000,
    because: "CodeDeploy has begun another deployment",
  });
  expect(aws.begun()).toBe(1);
});

it("X05 a deployment is found also by a machine whose clock is ahead of AWS's", async () => {
  const { aws, order, driver } = opened();
  const since = instant(aws.now().getTime() + 30 * 60_000);
  await driver.deploy({ ...order("r-1"), since });
  expect(await driver.deploy({ ...order("r-1"), since })).toMatchObject({ note: "CodeDeploy d-AAAAAAAA0: Created, 0 % on green" });
  expect(aws.calls.filter((call) => call.startsWith("create"))).toHaveLength(1);
});

it("D02 what runs by a tag, as after the first deploy, is known by the digest of a copy", async () => {
  const { driver } = opened("1.dkr.ecr.eu-west-1.amazonaws.com/shop:seed");
  expect(await driver.live()).toEqual({ is: "running", slot: "blue", digest: "0".repeat(64), version: "seed", count: 2 });
});

it("D02 X05 a release's deployment is found among more than CodeDeploy lists or describes at once, whether it is the newest or the oldest", async () => {
  const { aws, order, driver } = opened();
  const until = untilOn(aws.tick);
  const carried = async (of: Order) => {
    await until(async () => (await driver.deploy(of)).is === "done");
    await until(async () => (await driver.settle(of)).is === "done");
  };
  await carried(order("r-1"));
  for (let others = 0; others < 25; others += 1) {
    aws.deployBeside(second.file);
    await until(async () => (await driver.live()).is === "running");
  }
  const now = await driver.live();
  const slot = now.is === "running" ? now.slot : "blue";
  await carried({ ...order("r-2"), live: { slot, artifact: second }, candidate: { slot: otherSlot(slot), artifact: second } });
  const begun = aws.begun();
  for (const release of ["r-1", "r-2"]) expect(await driver.deploy(order(release))).toEqual({ is: "done" });
  expect(aws.begun()).toBe(begun);
});

it("X05 CodeDeploy's own rollback is waited for also before it is listed, and no deployment is begun beside it", async () => {
  const { aws, order, driver } = opened();
  await driver.deploy(order("r-1"));
  for (let ticks = 0; ticks < 4; ticks += 1) aws.tick();
  await driver.back(order("r-1"));
  aws.lists.from = 1;
  aws.tick();
  const before = aws.calls.length;
  expect(await driver.back(order("r-1"))).toMatchObject({ because: "CodeDeploy d-AAAAAAAA1 gives blue its callers again" });
  expect(aws.calls).toHaveLength(before);
});

it("D02 X06 what a person types to end somebody else's deployment has CodeDeploy give the callers back", async () => {
  const { aws, driver } = opened();
  const until = untilOn(aws.tick);
  aws.deployBeside(second.file);
  await until(async () => aws.share("green") > 0);
  const seen = await driver.live();
  const words = wordsOf(seen.is === "busy" ? (seen.end ?? "") : "");
  expect(words).toEqual([
    "aws",
    "deploy",
    "stop-deployment",
    "--region",
    region,
    "--deployment-id",
    "d-AAAAAAAA0",
    "--auto-rollback-enabled",
  ]);
  await aws.given.codedeploy.send(
    new StopDeploymentCommand({ deploymentId: optionIn(words, "--deployment-id"), autoRollbackEnabled: true }),
  );
  await until(async () => aws.share("blue") === 100);
  await until(async () => (await driver.live()).is === "running");
  expect([await driver.live(), aws.share("blue")]).toMatchObject([{ slot: "blue", digest: first.digest }, 100]);
});

it("X06 a deployment of somebody else's that waits until its callers may be moved is under way", async () => {
  const { aws, order, driver } = opened();
  const other = aws.deployBeside(second.file);
  other.status = "Ready";
  const before = aws.calls.length;
  expect(await driver.live()).toMatchObject({ is: "busy", because: expect.stringContaining("d-AAAAAAAA0") });
  expect(await driver.deploy(order("r-1"))).toMatchObject({ is: "busy" });
  expect(aws.calls).toHaveLength(before);
});

it("D02 X05 of a deployment that CodeDeploy does not know any more nobody says that it came to its end", async () => {
  const { order, driver } = opened();
  expect(await driver.settle(order("r-1"))).toEqual({ is: "failed", because: "CodeDeploy knows nothing of the deployment any more" });
});

it("X04 what CodeDeploy refuses to begin is told, and not waited for as if another deployment were under way", async () => {
  const { aws, order, driver } = opened();
  aws.given.codedeploy.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === "CreateDeploymentCommand")
          throw new InvalidTargetGroupPairException({ message: "no listener leads to the target groups", $metadata: {} });
        return next(args);
      },
    { step: "initialize", name: "refuses", priority: "high" },
  );
  await expect(driver.deploy(order("r-1"))).rejects.toMatchObject({
    code: "engine/failed",
    message: "could not have CodeDeploy deploy v2: no listener leads to the target groups",
  });
});

it("D02 X05 the old version that is deployed again is followed, and begun no second time where that fails", async () => {
  let fails = false;
  const { aws, order, driver } = opened(first.file, (image) => fails && image === first.file);
  const until = untilOn(aws.tick);
  await until(async () => (await driver.deploy(order("r-1"))).is === "done");
  await until(async () => (await driver.settle(order("r-1"))).is === "done");
  fails = true;
  expect(await driver.back(order("r-1"))).toMatchObject({ note: "CodeDeploy d-AAAAAAAA1: begun" });
  for (let ticks = 0; ticks < 3; ticks += 1) aws.tick();
  const noted = "CodeDeploy d-AAAAAAAA1: AllowTraffic InProgress, 90 % on green";
  expect(await driver.back(order("r-1"))).toMatchObject({ is: "pending", weight: 90, note: noted });
  await until(async () => (await driver.back(order("r-1"))).is === "failed");
  expect(await driver.back(order("r-1"))).toMatchObject({
    is: "failed",
    because: expect.stringMatching(/^CodeDeploy d-AAAAAAAA1 ended as/),
  });
  expect(aws.calls.filter((call) => call.startsWith("create"))).toHaveLength(2);
});
