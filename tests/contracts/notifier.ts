import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import type { Notice, Notifier } from "../../lib/ports/notifier.ts";

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What came to whoever listens, in any form, in the order in which it came. */
  received(): Promise<readonly string[]>;
  /** Another one, whose receiver is not there. */
  readonly lost: Notifier;
  close(): Promise<void>;
}

const notice: Notice = {
  id: "r-1/shifted/shift-10",
  kind: "shifted",
  environment: "production",
  release: "r-1",
  at: instant(Date.UTC(2026, 0, 2, 3, 4, 5)),
  from: "1.4.1",
  to: "1.4.2",
  weight: 10,
  text: "the candidate gets 10 % of the traffic",
};

/** What everything that tells of a release must do. `skip`: why it cannot be tried here, or undefined. */
export function notifierContract(name: string, skip: string | undefined, open: () => Promise<NotifierUnderTest>): void {
  describe.skipIf(skip !== undefined)(`notifier: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: NotifierUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("C07 what is sent comes to whoever listens: what happened, where, to which versions, with which share and when", async () => {
      await under.notifier.send(notice);
      const [came = "", ...others] = await under.received();
      expect(others).toEqual([]);
      for (const word of ["shifted", "production", "r-1", "1.4.1", "1.4.2", "10 %", "2026-01-02T03:04:05"]) expect(came).toContain(word);
    });

    test("C07 what is sent twice comes twice, and says the same", async () => {
      await under.notifier.send(notice);
      await under.notifier.send(notice);
      expect((await under.received()).map((came) => came.includes("the candidate gets 10 %"))).toEqual([true, true]);
    });

    test("C07 versions and reasons may hold any text", async () => {
      const text = `it goes back: "größer" als 1 ‰\n${"x".repeat(2_000)}`;
      await under.notifier.send({ ...notice, kind: "gate-failed", to: `v2-ü-${"y".repeat(200)}`, text });
      const [came = ""] = await under.received();
      expect(came).toContain("gate-failed");
      expect(came).toContain("x".repeat(2_000));
    });

    test("C07 what nobody takes is a failure that says so", async () => {
      const failed = await under.lost.send(notice).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(UserError);
      expect(failed).toHaveProperty("message", expect.stringMatching(/\S/));
    });
  });
}
