import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Account, Question } from "../../lib/ports/account.ts";

export interface AccountUnderTest {
  readonly account: Account;
  /** The account whose credentials ask. */
  readonly of: string;
  /** Makes what is asked about, or leaves it away; what is returned is then the question. */
  arrange(kind: Question["kind"], state: "there" | "missing"): Promise<Question>;
  close(): Promise<void>;
}

/** What everything that answers for an account must do. `skip`: why it cannot be tried here, or undefined. `kinds`: what it knows. */
export function accountContract(
  name: string,
  skip: string | undefined,
  kinds: readonly Question["kind"][],
  open: () => Promise<AccountUnderTest>,
): void {
  describe.skipIf(skip !== undefined)(`an account: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: AccountUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test("X11: the account says whose credentials ask", async () => {
      const caller = await under.account.caller();
      expect(caller.account).toBe(under.of);
      expect(caller.arn).toContain(`:${under.of}:`);
    });

    test.each(kinds)("X11: a step that was taken is done, and one that was not is to do, with a reason: %s", async (kind) => {
      const missing = await under.account.answer(await under.arrange(kind, "missing"));
      expect(missing).toEqual({ is: "to do", because: expect.stringMatching(/\S/) });
      const there = await under.account.answer(await under.arrange(kind, "there"));
      expect(there).toEqual({ is: "done", because: expect.stringMatching(/\S/) });
    });
  });
}
