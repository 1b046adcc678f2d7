import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Entry } from "../../lib/ports/entry.ts";
import type { Result } from "../../lib/ports/step-result.ts";

export interface EntryUnderTest {
  /** As one more host opens it. Callers are in the primary region, as nothing was ever chosen. */
  open(): Entry;
  readonly primary: string;
  readonly other: string;
  /** Where callers are led in truth. */
  led(): Promise<string>;
  /** From now on the copies of both regions answer, or none does. */
  answer(well: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What everything that leads callers to a region must do. `skip`: why it cannot be tried here, or undefined. */
export function entryContract(name: string, skip: string | undefined, open: () => Promise<EntryUnderTest>): void {
  describe.skipIf(skip !== undefined)(`an entry: ${name}${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
    let under: EntryUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    /** Leads callers there, each time as another host that knows nothing of those before it. */
    async function lead(region: string): Promise<Result> {
      let result: Result = await under.open().lead(region);
      for (let looks = 0; result.is === "pending" && looks < 10; looks++) result = await under.open().lead(region);
      return result;
    }

    test("A12 callers are in the primary region before anybody led them, and leading them there is nothing", async () => {
      expect([await under.open().region(), await under.led()]).toEqual([under.primary, under.primary]);
      expect(await under.open().lead(under.primary)).toEqual({ is: "done" });
    });

    test("A12 X05 callers are led to the other region and back, by any host and however often", async () => {
      for (const region of [under.other, under.primary, under.other]) {
        expect(await lead(region)).toEqual({ is: "done" });
        expect(await lead(region)).toEqual({ is: "done" });
        expect([await under.open().region(), await under.led()]).toEqual([region, region]);
      }
    });

    test("A12 what takes effect later is told as pending, with when to look again", async () => {
      const began = await under.open().lead(under.other);
      expect(began).toMatchObject({ is: "pending", lookAgainIn: expect.any(Number), because: expect.stringMatching(/\S/) });
    });

    test("A12 X05 hosts that lead to one region at once come to it, and none fails", async () => {
      const results = await Promise.all([1, 2, 3].map(() => under.open().lead(under.other)));
      expect(results.filter(({ is }) => is === "failed")).toEqual([]);
      expect(await lead(under.other)).toEqual({ is: "done" });
      expect(await under.led()).toBe(under.other);
    });

    test("A12 whoever asks as a caller is told whether somebody answers, and what was seen", async () => {
      await under.answer(true);
      expect(await under.open().ask()).toMatchObject({ ok: true, saw: "200" });
      await under.answer(false);
      const answer = await under.open().ask();
      expect(answer.ok).toBe(false);
      expect(answer.saw).not.toBe("");
      expect(answer.check).toMatch(/^GET /);
    });
  });
}
