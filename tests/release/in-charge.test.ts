import { describe, expect, it } from "vitest";
import { weight } from "../../lib/base/outcome.ts";
import { duration, instant } from "../../lib/base/time.ts";
import { done } from "../../lib/ports/step-result.ts";
import type { World } from "../../lib/ports/world.ts";
import { NoMoreInCharge, whileInCharge } from "../../lib/release/in-charge.ts";
import { artifact, scenario } from "./scenario.ts";

const until = instant(10_000);
const [live, candidate] = [{ slot: "blue", artifact: artifact("a") } as const, { slot: "green", artifact: artifact("b") } as const];
const order = { release: "r-1", live, candidate, since: instant(0) };

/** A world at a time, with all that a world can have, which says what was changed in it; its one region is itself. */
function worldAt(now: number) {
  const changed: string[] = [];
  const verb = (name: string) => async () => {
    changed.push(name);
    return done;
  };
  const base = scenario().world;
  const here: World = {
    ...base,
    clock: { ...base.clock, now: () => instant(now) },
    fleet: {
      ...base.fleet,
      status: base.fleet.status,
      start: verb("start"),
      stop: verb("stop"),
      scaling: { hold: verb("hold"), free: verb("free") },
    },
    router: { ...base.router, weight: async () => weight(10), shift: verb("shift") },
    job: { run: verb("run") },
    driver: {
      name: "AWS",
      live: async () => ({ is: "busy", because: "" }),
      deploy: verb("deploy"),
      settle: async () => done,
      back: verb("back"),
    },
  };
  return { changed, world: whileInCharge({ ...here, region: () => here }, until) };
}

const changes: readonly (readonly [string, (world: World) => Promise<unknown> | undefined])[] = [
  ["start", ({ fleet }) => fleet.start("green", candidate.artifact, 2)],
  ["stop", ({ fleet }) => fleet.stop("green")],
  ["hold", ({ fleet }) => fleet.scaling?.hold("blue")],
  ["free", ({ fleet }) => fleet.scaling?.free("blue")],
  ["shift", ({ router }) => router.shift(weight(50))],
  ["run", ({ job }) => job.run({ id: "r-1", command: "migrate", artifact: candidate.artifact, slot: "green", within: duration(1_000) })],
  ["deploy", ({ driver }) => driver?.deploy(order)],
  ["back", ({ driver }) => driver?.back(order)],
];

describe("who is in charge until a time", () => {
  it.each(changes)("X06 may %s before it, and from it on nothing is done, here as in a region", async (name, change) => {
    const before = worldAt(until - 1);
    await change(before.world);
    await change(before.world.region?.("eu-west-1") ?? before.world);
    expect(before.changed).toEqual([name, name]);
    const after = worldAt(until);
    await expect(change(after.world)).rejects.toBeInstanceOf(NoMoreInCharge);
    await expect(change(after.world.region?.("eu-west-1") ?? after.world)).rejects.toBeInstanceOf(NoMoreInCharge);
    expect(after.changed).toEqual([]);
  });

  it("X06 may look at everything also later", async () => {
    const { world } = worldAt(until);
    expect(await world.router.weight()).toBe(10);
    expect(await world.driver?.settle(order)).toBe(done);
    expect(await world.fleet.status("blue")).toMatchObject({ wanted: 0 });
  });
});
