import fc from "fast-check";
import { expect, it } from "vitest";
import type { Snapshots } from "../../../lib/ports/snapshots.ts";
import { type Scene, scene } from "./scene.ts";

class Killed extends Error {}

/** Ends the deploy at the n-th call of AWS, before AWS hears of it or after it did what was asked. */
function killedAt(calls: number, when: "before" | "after"): (snapshots: Snapshots) => Snapshots {
  let left = calls;
  const mortal =
    <Given extends readonly unknown[], Came>(verb: (...given: Given) => Promise<Came>) =>
    async (...given: Given): Promise<Came> => {
      const dies = left-- === 0;
      if (dies && when === "before") throw new Killed();
      const came = await verb(...given);
      if (dies) throw new Killed();
      return came;
    };
  return ({ database, find, newest, key, take, share, unshare, copy }) => ({
    database: mortal(database),
    find: mortal(find),
    newest: mortal(newest),
    key: mortal(key),
    take: mortal(take),
    share: mortal(share),
    unshare: mortal(unshare),
    copy: mortal(copy),
  });
}

/** Looks and brings; whether it came to its end. */
async function deployed(here: Scene, around?: (snapshots: Snapshots) => Snapshots): Promise<boolean> {
  try {
    await (await here.restores(around))?.bring();
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

function expectOnce({ development, production }: Scene): void {
  expect(development.did.filter((one) => one.startsWith("take"))).toHaveLength(1);
  expect(production.did).toHaveLength(1);
  expect([...(development.shared.get("orders-2026-11-20") ?? [])]).toEqual([]);
  expect(production.snapshots.get("orders-2026-11-20")?.status).toBe("available");
}

it.each(["before", "after"] as const)(
  "B08, X05: a deploy that is killed %s any call and run again takes and copies one snapshot, and leaves it shared with nobody",
  async (when) => {
    let calls = 0;
    for (let ended = false; !ended; calls++) {
      const here = scene();
      ended = await deployed(here, killedAt(calls, when));
      expect(await deployed(here)).toBe(true);
      expectOnce(here);
    }
    // As many calls as it takes, and some of them change something.
    expect(calls).toBeGreaterThan(20);
  },
);

it("B08, X05: however often it is killed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(25), fc.constantFrom("before" as const, "after" as const)), { maxLength: 8 }),
      async (kills) => {
        const here = scene();
        for (const [calls, when] of kills) await deployed(here, killedAt(calls, when));
        expect(await deployed(here)).toBe(true);
        expectOnce(here);
      },
    ),
    { numRuns: 100 },
  );
});

it("B08 X05 a deploy that was killed when the copy was here takes nothing again, also where snapshot and database of the source are gone", async () => {
  const here = scene();
  expect(await deployed(here)).toBe(true);
  here.development.snapshots.clear();
  here.development.databases.clear();
  expect(await deployed(here)).toBe(true);
  expectOnce(here);
});

it("B08 X05 one that was taken is copied by the next deploy, also where its database is gone: the snapshot may be all that is left", async () => {
  const here = scene();
  expect(await deployed(here)).toBe(true);
  here.production.snapshots.clear();
  here.production.did.length = 0;
  here.development.databases.clear();
  expect(await deployed(here)).toBe(true);
  expectOnce(here);
});
