import { expect, it } from "vitest";
import { UserError } from "../../../lib/base/errors.ts";
import { notes, restored, scene } from "./scene.ts";

it("B08 a snapshot that cannot be copied is shared with nobody any more", async () => {
  const here = scene();
  const copy = async () => ({ is: "failed", because: "the key is not accessible" }) as const;
  await expect((await here.restores((one) => ({ ...one, copy })))?.bring()).rejects.toMatchObject({ code: "snapshot/failed" });
  expect(here.development.did).toContain("share orders-2026-11-20 with 444455556666");
  expect([...(here.development.shared.get("orders-2026-11-20") ?? [])]).toEqual([]);
  await (await here.restores())?.bring();
  expect(here.production.did).toHaveLength(1);
});

/** Refuses a verb some times, from its second call on. */
function throttled<A extends unknown[], T>(verb: (...given: A) => Promise<T>, times: number): (...given: A) => Promise<T> {
  let [calls, left] = [0, times];
  return async (...given) => {
    calls += 1;
    if (calls === 1 || left === 0) return verb(...given);
    left -= 1;
    throw new UserError("engine/failed", "Rate exceeded", "run it again");
  };
}

it("B08 X05 a call that AWS throttles while somebody waits for a copy is made again, five times in a row and no more", async () => {
  const copying = async (times: number) => {
    const here = scene();
    const restoring = await here.restores((one) => ({ ...one, copy: throttled(one.copy, times) }));
    return { here, bring: async () => restoring?.bring() };
  };
  const some = await copying(5);
  await some.bring();
  expect(some.here.production.did).toHaveLength(1);
  expect(notes(some.here)).toContain("Rate exceeded; tried again in 32 s");
  const more = await copying(6);
  await expect(more.bring()).rejects.toThrow("Rate exceeded");
  // It goes on being copied: whoever deploys again ends the sharing.
  expect(more.here.development.shared.get("orders-2026-11-20")?.size).toBe(1);
});

it("B08 X05 so is one that looks at what was restored", async () => {
  const here = scene();
  await (await here.restores())?.bring();
  restored(here, { status: "creating" });
  let looks = 0;
  const restoring = await here.restores((one) => ({
    ...one,
    database: async (id) => {
      looks += 1;
      if (looks === 1) return one.database(id);
      if (looks < 4) throw new UserError("engine/failed", "Rate exceeded", "run it again");
      restored(here);
      return one.database(id);
    },
  }));
  looks = 0;
  await restoring?.verify();
  expect(looks).toBe(4);
  expect(notes(here)).toContain("Rate exceeded; tried again in 4 s");
});
