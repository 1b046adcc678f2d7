import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Slot, weight } from "../../lib/base/outcome.ts";
import type { Router } from "../../lib/ports/router.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface RouterUnderTest {
  /** The router with the slot as the candidate: two of them may exist, one after the other. Both slots run. */
  router(candidate: Slot): Router;
  /** Sends this many requests to the router, one after the other, and counts who answered. */
  ask(count: number): Promise<Record<Slot, number>>;
  /** Who answers at an address of `test`: a slot, or `known-bad` with its status. */
  who(address: string): Promise<{ readonly slot: string; readonly status: number }>;
  /** Carries out what a person is told to type, as the AWS CLI would. Absent where nothing is told. */
  type?(command: string): Promise<void>;
  until(so: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** What every router must do, whichever world it belongs to. */
export function routerContract(name: string, open: () => Promise<RouterUnderTest>): void {
  describe(`router: ${name}`, () => {
    let under: RouterUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    async function shift(router: Router, share: number): Promise<void> {
      let last: Result | undefined;
      let noted: string | undefined;
      await under.until(async () => {
        last = await router.shift(weight(share), noted);
        if (last.is === "pending") noted = last.note ?? noted;
        return last.is !== "pending";
      });
      expect(last).toEqual({ is: "done" });
    }

    test("the candidate gets its share of requests, to within one in a thousand", async () => {
      const router = under.router("green");
      for (const share of [0, 10, 50, 100]) {
        await shift(router, share);
        expect(await router.weight()).toBe(share);
        const answered = await under.ask(1_000);
        expect(Math.abs(answered.green - share * 10)).toBeLessThanOrEqual(1);
        expect(answered.blue + answered.green).toBe(1_000);
      }
    });

    test("with the other slot as the candidate the shares change sides", async () => {
      await shift(under.router("green"), 30);
      expect(await under.router("blue").weight()).toBe(70);
      await shift(under.router("blue"), 0);
      expect(await under.router("green").weight()).toBe(100);
      expect(await under.ask(20)).toEqual({ blue: 0, green: 20 });
    });

    test("the same shift may be repeated", async () => {
      const router = under.router("green");
      await shift(router, 50);
      await shift(router, 50);
      expect(await router.weight()).toBe(50);
    });

    test("B21 X06 what a person is told to type gives the slot all requests, from any share; nothing is told where nobody else moves them", async () => {
      const router = under.router("green");
      expect(router.byHand === undefined).toBe(under.type === undefined);
      for (const [share, slot] of [
        [30, "blue"],
        [0, "green"],
        [100, "blue"],
      ] as const) {
        await shift(router, share);
        const command = await router.byHand?.(slot);
        if (command === undefined) continue;
        await under.type?.(command);
        expect(await router.weight()).toBe(slot === "green" ? 100 : 0);
        expect(await under.ask(20)).toMatchObject({ [slot]: 20 });
      }
    });

    test("a test address reaches its slot whatever the weights, and the known-bad one answers 500", async () => {
      const router = under.router("green");
      await shift(router, 0);
      expect(await under.who(await router.test("green"))).toEqual({ slot: "green", status: 200 });
      expect(await under.who(await router.test("blue"))).toEqual({ slot: "blue", status: 200 });
      expect(await under.who(await router.test("known-bad"))).toEqual({ slot: "known-bad", status: 500 });
    });
  });
}
