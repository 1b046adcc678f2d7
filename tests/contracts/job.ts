import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { duration } from "../../lib/base/time.ts";
import type { Artifact } from "../../lib/ports/artifact.ts";
import type { Job, Order } from "../../lib/ports/job.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface JobUnderTest {
  /** As a controller that was just started sees it: what others began is known to the world alone. */
  job(): Job;
  readonly artifact: Artifact;
  /** Commands that end well, that end with 3, and that would never end. */
  readonly commands: { readonly passes: string; readonly fails: string; readonly hangs: string };
  /** How often a command had an effect. */
  ran(command: string): number;
  /** Lets time pass. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** What everything that runs commands must do. */
export function jobContract(name: string, open: () => Promise<JobUnderTest>): void {
  describe(`a job: ${name}`, () => {
    let under: JobUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const orderOf = (command: string, change: Partial<Order> = {}): Order => ({
      ...{ id: "r-1", command, artifact: under.artifact, slot: "green", within: duration(60_000) },
      ...change,
    });

    /** Asks until it has come to something, each time as another controller that has only the notes. */
    async function ended(order: Order, again = () => under.job()): Promise<Exclude<Result, { is: "pending" }>> {
      let noted: string | undefined;
      for (let asked = 0; asked < 2_000; asked++) {
        const result = await again().run(order, noted);
        if (result.is !== "pending") return result;
        noted = result.note ?? noted;
        await under.pass();
      }
      return expect.fail("it did not come to an end");
    }

    test("X04, X05: a command is run once, whoever asks for it and however often, and is done when it has ended well", async () => {
      const { passes } = under.commands;
      expect(await ended(orderOf(passes))).toEqual({ is: "done" });
      expect(await ended(orderOf(passes))).toEqual({ is: "done" });
      expect(under.ran(passes)).toBe(1);
    });

    test("X04: one that ends badly has failed, says with what, and is not run again", async () => {
      const { fails } = under.commands;
      const first = await ended(orderOf(fails));
      expect(first).toMatchObject({ is: "failed", because: `${fails}: exit 3` });
      expect(await ended(orderOf(fails))).toEqual(first);
      expect(under.ran(fails)).toBe(1);
    });

    test("X04: another id is another run", async () => {
      const { passes } = under.commands;
      await ended(orderOf(passes));
      await ended(orderOf(passes, { id: "r-2" }));
      expect(under.ran(passes)).toBe(2);
    });

    test("X04: one that takes too long is ended, and has failed", async () => {
      const { hangs } = under.commands;
      const result = await ended(orderOf(hangs, { within: duration(500) }));
      expect(result).toMatchObject({ is: "failed", because: expect.stringContaining(hangs) });
    });
  });
}
