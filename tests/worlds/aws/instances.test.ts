import type { Activity } from "@aws-sdk/client-auto-scaling";
import { beforeEach, describe, expect, it } from "vitest";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { Fleet } from "../../../lib/ports/fleet.ts";
import { groupFleet } from "../../../lib/worlds/aws/instances.ts";
import { archiveAt } from "../../../lib/worlds/aws/released.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { fleetContract } from "../../contracts/fleet.ts";
import { autoScaling } from "./groups.ts";
import { settling } from "./settled.ts";

const archive = (digit: string, version: string): Artifact => archiveAt("releases", digit.repeat(64), version);
const [first, second, broken] = [archive("1", "shop-1.0.tar.gz"), archive("2", "shop-2.0.tar.gz"), archive("b", "broken.tar.gz")];

function open() {
  const clock = handClock();
  const made = autoScaling(["shop-blue", "shop-green"], (address) => address === broken.file, clock.now);
  const names = { blue: "shop-blue", green: "shop-green" };
  const fleet = groupFleet({
    ...made,
    clock,
    fleets: names,
    groups: names,
    environment: "production",
    parameters: names,
    least: { blue: 1, green: 2 },
    most: { blue: 4, green: 8 },
  });
  const tick = () => {
    clock.advance(10_000);
    made.tick();
  };
  return { ...made, clock, fleet, tick, ...settling(tick) };
}

fleetContract("auto-scaling groups, answered by a fake", async () => ({ ...open(), first, second, broken, close: async () => {} }));

describe("a fleet of EC2 instances", () => {
  let under: ReturnType<typeof open>;
  let fleet: Fleet;
  beforeEach(() => {
    under = open();
    fleet = under.fleet;
  });
  const startBlue = (artifact: Artifact, count = 2) => under.settled(() => fleet.start("blue", artifact, count));

  it("B02 a start names the archive before any instance fetches it, and X05 starting again changes nothing more", async () => {
    await fleet.start("blue", first, 2);
    await startBlue(first);
    expect(under.calls).toEqual([`name shop-blue ${first.file}`, "size shop-blue 2 2 4"]);
    expect(under.groups.get("shop-blue")?.machines.map(({ runs }) => runs)).toEqual([first.file, first.file]);
  });

  it("B21 instances of two versions never run side by side in a slot: what runs leaves before another archive is named", async () => {
    await startBlue(first);
    const waits = await fleet.start("blue", second, 2);
    expect(waits).toMatchObject({ is: "pending", because: `${first.file} leaves blue` });
    expect(under.parameters.get("shop-blue")?.value).toBe(first.file);
    await startBlue(second);
    expect(under.groups.get("shop-blue")?.machines.map(({ runs }) => runs)).toEqual([second.file, second.file]);
    expect(under.calls.slice(2)).toEqual(["size shop-blue 0 0 0", `name shop-blue ${second.file}`, "size shop-blue 2 2 4"]);
  });

  it("B03 scaling takes no instance of a slot that runs, adds up to its most, and adds none to one that rests", async () => {
    await startBlue(first, 3);
    expect(under.groups.get("shop-blue")).toMatchObject({ min: 3, desired: 3, max: 4 });
    await under.settled(() => fleet.stop("blue"));
    expect(under.groups.get("shop-blue")).toMatchObject({ min: 0, desired: 0, max: 0 });
  });

  it("B03 a slot that is held keeps the instances it has, and one that is free again may go down to the fewest configured", async () => {
    await startBlue(first, 3);
    const blue = under.groups.get("shop-blue");
    if (blue) blue.desired = 4;
    expect(await fleet.scaling?.hold("blue")).toEqual({ is: "done" });
    expect(blue).toMatchObject({ min: 4, desired: 4, max: 4 });
    if (blue) blue.busy = true;
    expect(await fleet.scaling?.free("blue")).toMatchObject({ is: "pending", because: expect.stringContaining("in progress") });
    if (blue) blue.busy = false;
    expect(await fleet.scaling?.free("blue")).toEqual({ is: "done" });
    expect(blue).toMatchObject({ min: 1, desired: 4, max: 4 });
  });

  it("B04 a stop is done only when the last instance is drained and gone", async () => {
    await startBlue(first);
    expect(await fleet.stop("blue")).toMatchObject({ is: "pending" });
    under.tick();
    expect(await fleet.stop("blue")).toMatchObject({ is: "pending", because: expect.stringContaining("finish their requests") });
    under.tick();
    under.tick();
    expect(await fleet.stop("blue")).toEqual({ is: "done" });
  });

  it("B21 an instance is healthy only in service and by the load balancer's check", async () => {
    await fleet.start("blue", first, 1);
    const health = async () => (await fleet.status("blue")).instances.map((one) => one.health);
    under.tick();
    expect(await health()).toEqual(["starting"]);
    under.tick();
    expect([await health(), (await fleet.start("blue", first, 1)).is]).toEqual([["starting"], "pending"]);
    under.tick();
    expect([await health(), (await fleet.start("blue", first, 1)).is]).toEqual([["healthy"], "done"]);
    const [machine] = under.groups.get("shop-blue")?.machines ?? [];
    if (machine) machine.state = "Standby";
    expect(await health()).toEqual(["starting"]);
  });

  it("B21 a version that loses its instances does not come up; after a stop it may be tried again, and the old losses do not count", async () => {
    expect(await startBlue(broken)).toEqual({
      is: "failed",
      because: expect.stringMatching(/^broken.tar.gz does not come up: \d instances were lost$/),
      details: ["an instance was taken out of service in response to an ELB system health check failure."],
    });
    await under.settled(() => fleet.stop("blue"));
    under.clock.advance(1_000);
    expect(await fleet.start("blue", broken, 2)).toMatchObject({ is: "pending" });
    expect(await fleet.start("blue", broken, 2)).toMatchObject({ is: "pending" });
  });

  it("B21 an instance that was lost counts against the health of the others for an hour", async () => {
    await startBlue(first, 1);
    const [machine] = under.groups.get("shop-blue")?.machines ?? [];
    if (machine) machine.health = "unhealthy";
    for (let rounds = 0; rounds < 5; rounds++) under.tick();
    expect(await fleet.status("blue")).toMatchObject({
      instances: [{ health: "healthy", restarts: 1 }],
      trouble: [expect.stringContaining("ELB")],
    });
    under.clock.advance(3_600_000);
    expect(await fleet.status("blue")).toMatchObject({ instances: [{ restarts: 0 }], trouble: [] });
  });

  it("B21 X05 what instances run is what they looked up when they started, whatever somebody wrote since: asked again once there is another one", async () => {
    await startBlue(first);
    const runs = async () => (await fleet.status("blue")).digest;
    expect(await runs()).toBe(first.digest);
    under.parameters.set("shop-blue", { value: second.file, at: under.clock.now() });
    under.tick();
    expect(await runs()).toBe(first.digest);
    const [machine] = under.groups.get("shop-blue")?.machines ?? [];
    if (machine) machine.health = "unhealthy";
    under.tick();
    expect(await runs()).toBe(second.digest);
    // Who is about to change something asks anyhow.
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "pending", because: `${second.file} leaves blue` });
  });

  it("B21 X05 an instance that has not started yet may look up another archive than it would have now", async () => {
    await fleet.start("blue", first, 1);
    under.tick();
    const runs = async () => (await fleet.status("blue")).digest;
    expect(await runs()).toBe(first.digest);
    under.parameters.set("shop-blue", { value: second.file, at: under.clock.now() });
    expect(await runs()).toBe(second.digest);
  });

  it("B02 an archive that a person named is told by its address, and comes back as it was named", async () => {
    const address = "s3://releases/shop-0.9.tar.gz";
    await startBlue({ ...first, file: address });
    const { digest = "", version = "" } = await fleet.status("blue");
    expect(version).toBe(address);
    expect(archiveAt("releases", digest, version).file).toBe(address);
    expect(await fleet.start("blue", archiveAt("releases", digest, version), 2)).toEqual({ is: "done" });
  });

  it("X05 a group that is being changed is asked again", async () => {
    const group = under.groups.get("shop-blue");
    if (group) group.busy = true;
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "pending", because: expect.stringContaining("in progress") });
    if (group) group.busy = "by another";
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "pending", because: expect.stringContaining("pending update") });
  });

  /** Three activities of a group, as Auto Scaling tells them. */
  const thrice = (what: Pick<Activity, "Description" | "StatusCode" | "StatusMessage">) => {
    for (const ActivityId of ["a", "b", "c"])
      under.groups.get("shop-blue")?.activities.unshift({
        ActivityId,
        AutoScalingGroupName: "shop-blue",
        Cause: "an instance was started in response to a difference between desired and actual capacity",
        StartTime: new Date(under.clock.now()),
        ...what,
      });
  };

  // API reference, DescribeScalingActivities: an attempt to launch that failed is Failed or Cancelled, and StatusMessage says why.
  it("B21 a version whose instances EC2 does not launch does not come up, with its reason", async () => {
    await fleet.start("blue", first, 2);
    thrice({
      Description: "Launching a new EC2 instance: i-1",
      StatusCode: "Cancelled",
      StatusMessage: "Instance became unhealthy while waiting for instance to be in InService state.",
    });
    expect(await fleet.start("blue", first, 2)).toEqual({
      is: "failed",
      because: "shop-1.0.tar.gz does not come up: 3 instances were lost",
      details: ["Instance became unhealthy while waiting for instance to be in InService state."],
    });
  });

  it.each([
    ["a launch that was cancelled without a reason", "Launching a new EC2 instance: i-1", "Cancelled", undefined],
    [
      "a launch whose instance somebody ended",
      "Launching a new EC2 instance: i-1",
      "Cancelled",
      "Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.UserInitiatedShutdown: User initiated shutdown",
    ],
    ["a termination that failed", "Terminating EC2 instance: i-1", "Failed", "all remaining instances are protected from scale-in"],
  ] as const)("B21 %s is no loss of the version", async (_what, Description, StatusCode, StatusMessage) => {
    await fleet.start("blue", first, 2);
    thrice({ Description, StatusCode, StatusMessage });
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "pending" });
    await startBlue(first);
    expect(await fleet.status("blue")).toMatchObject({ instances: [{ restarts: 0 }, { restarts: 0 }], trouble: [] });
  });

  it("B21 what a slot lost in the weeks that it ran counts against nobody who starts it again, and what it lost just now only while it is not whole", async () => {
    await startBlue(first);
    const [machine] = under.groups.get("shop-blue")?.machines ?? [];
    const failed = { Description: "Launching a new EC2 instance: i-1", StatusCode: "Failed", StatusMessage: "no capacity" } as const;
    thrice(failed);
    expect(await fleet.start("blue", first, 2)).toEqual({ is: "done" });
    if (machine) machine.health = "unhealthy";
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "failed", details: ["no capacity"] });
    under.clock.advance(3_600_001);
    expect(await fleet.start("blue", first, 2)).toMatchObject({ is: "pending" });
  });

  it("B21 a group that is gone is told, not made", async () => {
    under.groups.clear();
    await expect(fleet.status("blue")).rejects.toMatchObject({ code: "world/changed", message: expect.stringContaining("shop-blue") });
  });
});
