import { afterEach, beforeEach, expect, test } from "vitest";
import { weight } from "../../../../lib/base/outcome.ts";
import { localFleet } from "../../../../lib/worlds/local/fleet.ts";
import { claimPlane } from "../../../../lib/worlds/local/plane/holder.ts";
import { planeFiles, readState } from "../../../../lib/worlds/local/plane/state.ts";
import { findPlane, type Plane, restartPlane, startPlane } from "../../../../lib/worlds/local/plane-process.ts";
import { localRouter } from "../../../../lib/worlds/local/router.ts";
import { refusal } from "../../../release/turns.ts";
import { type Ground, held as heldAt, newGround, packServer, settings } from "../apps.ts";
import { until } from "../until.ts";

let ground: Ground;
let plane: Plane;
beforeEach(async () => {
  ground = newGround();
  plane = await startPlane(ground.state, settings);
});
afterEach(() => ground.clear());

const held = (fence: number) => heldAt(plane, fence);
const share = async () => (await plane.call("weights", null)).green;
const fenceOnDisk = () => readState(planeFiles(ground.state).state)?.fence;

test("X06 who took the lock earlier changes nothing any more once a later holder has acted", async () => {
  const [old, newer] = [held(3), held(7)];
  await localRouter(old, "green").shift(weight(10));
  await localRouter(newer, "green").shift(weight(50));
  const artifact = await packServer(ground, "v1");
  const refused = [
    localRouter(old, "green").shift(weight(100)),
    localFleet(old).start("green", artifact, 1),
    localFleet(old).stop("blue"),
    old.call("end", null),
  ];
  expect(await Promise.all(refused.map(refusal))).toEqual(Array(4).fill("release/held"));
  await expect(localRouter(old, "green").shift(weight(100))).rejects.toThrow("took it at position 7 of the ledger, this one at 3");
  expect(await share()).toBe(50);
  expect(readState(planeFiles(ground.state).state)?.slots).toEqual({});
  expect(findPlane(ground.state)).toBeDefined();
});

test("X06 a later holder that has only said that it is there is obeyed at once, and reading needs no fence", async () => {
  await localRouter(held(3), "green").shift(weight(10));
  await claimPlane(plane.call, 7);
  expect(await refusal(localRouter(held(3), "green").shift(weight(50)))).toBe("release/held");
  expect(await refusal(claimPlane(plane.call, 3))).toBe("release/held");
  expect(await localRouter(held(3), "green").weight()).toBe(10);
  await localRouter(held(7), "green").shift(weight(20));
  expect(await share()).toBe(20);
});

test("X05 X06 the highest fence is on disk when it was answered, so that a plane that was killed still knows it", async () => {
  await claimPlane(plane.call, 7);
  expect(fenceOnDisk()).toBe(7);
  await localRouter(held(9), "green").shift(weight(10));
  expect(fenceOnDisk()).toBe(9);
  process.kill(plane.process.pid, "SIGKILL");
  await until("it is gone", () => findPlane(ground.state) === undefined);
  plane = await restartPlane(ground.state);
  expect(await refusal(localRouter(held(7), "green").shift(weight(50)))).toBe("release/held");
  expect(await share()).toBe(10);
});

test("the holder of the lock starts, stops and ends what it likes", async () => {
  const fleet = localFleet(held(1));
  const artifact = await packServer(ground, "v1");
  await until("it is up", async () => (await fleet.start("green", artifact, 1)).is === "done");
  await until("it is stopped", async () => (await fleet.stop("green")).is === "done");
  await held(1).call("end", null);
  await until("it is gone", () => findPlane(ground.state) === undefined);
});
