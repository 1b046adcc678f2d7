import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../lib/base/time.ts";
import type { Replica } from "../../lib/ports/replica.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface ReplicaUnderTest {
  /** As one more host opens it. It is available, and follows a database in another region that is written to. */
  open(): Replica;
  /** From now on it is told to be so many seconds behind; undefined: nobody tells. */
  lag(seconds: number | undefined): Promise<void>;
  readonly clock: Pick<Clock, "now">;
  /** How often a promotion was begun in truth. */
  promoted(): number;
  close(): Promise<void>;
}

/** What every copy of a database in another region must do. `skip`: why it cannot be tried here, or undefined. */
export function replicaContract(name: string, skip: string | undefined, open: () => Promise<ReplicaUnderTest>): void {
  describe.skipIf(skip !== undefined)(`a replica: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: ReplicaUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Promotes it, each time as another host that knows nothing of those before it. */
    async function promote(): Promise<Result> {
      let result: Result = await under.open().promote();
      for (let looks = 0; result.is === "pending" && looks < 10; looks++) result = await under.open().promote();
      return result;
    }

    test("A12 one that follows is available, and says whom it follows; looking promotes nobody", async () => {
      for (let looks = 0; looks < 3; looks++)
        expect(await under.open().status()).toMatchObject({ follows: expect.stringMatching(/\S/), isAvailable: true });
      expect(under.promoted()).toBe(0);
    });

    test("A12 it has all up to a time that is as far back as it is behind, and no later one", async () => {
      for (const seconds of [5, 40]) {
        await under.lag(seconds);
        const caughtUpTo = (await under.open().caughtUpTo()) ?? 0;
        expect(caughtUpTo).toBeLessThanOrEqual(under.clock.now() - seconds * 1_000);
        // It is told by the minute, a few minutes late.
        expect(caughtUpTo).toBeGreaterThan(under.clock.now() - seconds * 1_000 - 5 * 60_000);
      }
    });

    test("A12 where nobody tells how far it is, that is not known", async () => {
      await under.lag(undefined);
      expect(await under.open().caughtUpTo()).toBeUndefined();
    });

    test("A12 X05 it is promoted once, by any hosts and however often; then it follows nobody and copies nothing", async () => {
      expect(await under.open().promote()).toMatchObject({ is: "pending", because: expect.stringMatching(/\S/) });
      expect(await promote()).toEqual({ is: "done" });
      expect(await promote()).toEqual({ is: "done" });
      expect(await under.open().status()).toEqual({ follows: undefined, isAvailable: true });
      expect(await under.open().caughtUpTo()).toBeUndefined();
      expect(under.promoted()).toBe(1);
    });

    test("A12 X05 hosts that promote it at once promote it once, and none fails", async () => {
      const results = await Promise.all([1, 2, 3].map(() => under.open().promote()));
      expect(results.filter(({ is }) => is === "failed")).toEqual([]);
      expect([await promote(), under.promoted()]).toEqual([{ is: "done" }, 1]);
    });
  });
}
