import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { instant } from "../../lib/base/time.ts";
import type { Draft, Holder, Ledger } from "../../lib/ports/ledger.ts";

/** One ledger behind two doors, as two controllers have it. */
export interface LedgerUnderTest {
  readonly one: Ledger;
  readonly other: Ledger;
  readonly living: Holder;
  readonly dead: Holder;
  close(): Promise<void>;
}

/** What every ledger must do, whichever world it belongs to. */
export function ledgerContract(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`a ledger: ${name}`, () => {
    let under: LedgerUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const draft = (kind: string, body: unknown = {}): Draft => ({
      release: "r-1",
      step: "shift-10",
      attempt: 1,
      at: instant(1_700_000_000_000),
      holder: under.living,
      kind,
      body,
    });

    test("is empty before the first entry", async () => {
      expect(await under.one.read()).toEqual([]);
    });

    test("X05 gives back what was appended, in order, with positions from 0", async () => {
      const body = { weight: 10, text: 'line\nbreak, "quotes", ü and 🙂', list: [1, null, true] };
      expect(await under.one.append(0, draft("planned", body))).toEqual({ is: "appended", position: 0, room: "ok" });
      expect(await under.one.append(1, draft("held"))).toMatchObject({ is: "appended", position: 1 });
      const entries = await under.other.read();
      expect(entries).toMatchObject([
        { v: 1, position: 0, ...draft("planned", body) },
        { v: 1, position: 1, ...draft("held") },
      ]);
    });

    test("binds every entry to the one before it", async () => {
      for (const position of [0, 1, 2]) await under.one.append(position, draft("noted"));
      const hashes = (await under.one.read()).map((entry) => entry.prevHash);
      expect(hashes[0]).toBe("0".repeat(64));
      expect(new Set(hashes).size).toBe(3);
      for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    });

    test("X06 refuses a writer who does not know the latest entry, and writes nothing", async () => {
      await under.one.append(0, draft("first"));
      expect(await under.other.append(0, draft("late"))).toEqual({ is: "fenced", next: 1 });
      expect(await under.other.append(2, draft("early"))).toEqual({ is: "fenced", next: 1 });
      expect((await under.one.read()).map((entry) => entry.kind)).toEqual(["first"]);
    });

    test("X06 lets exactly one of several writers have a position", async () => {
      const writers = [under.one, under.other, under.one, under.other];
      const results = await Promise.all(writers.map((ledger, index) => ledger.append(0, draft(`writer-${index}`))));
      expect(results.filter((result) => result.is === "appended")).toHaveLength(1);
      expect(await under.one.read()).toHaveLength(1);
    });

    test("X05 gives back what follows the newest entry that is asked for, with it, and everything where there is none", async () => {
      for (const [position, kind] of ["planned", "noted", "planned", "noted", "noted"].entries())
        await under.one.append(position, draft(kind));
      const positions = async (ledger: Ledger, kind: string) =>
        (await ledger.read((entry) => entry.kind === kind)).map(({ position }) => position);
      expect(await positions(under.other, "planned")).toEqual([2, 3, 4]);
      expect(await positions(under.other, "held")).toEqual([0, 1, 2, 3, 4]);
      expect(await positions(under.other, "noted")).toEqual([4]);
      expect(await under.other.read()).toHaveLength(5);
    });

    test("X05 goes on from the newest entry, and back to an older one, whatever was read before", async () => {
      for (const position of [0, 1, 2]) await under.one.append(position, draft(`entry-${position}`));
      const newest = async () => (await under.other.read(() => true)).map(({ kind }) => kind);
      expect(await newest()).toEqual(["entry-2"]);
      await under.one.append(3, draft("entry-3"));
      expect(await newest()).toEqual(["entry-3"]);
      expect((await under.other.read(({ kind }) => kind === "entry-1")).map(({ kind }) => kind)).toEqual(["entry-1", "entry-2", "entry-3"]);
      expect(await under.other.append(4, draft("entry-4"))).toMatchObject({ is: "appended", position: 4 });
      expect((await under.one.read()).map(({ prevHash }) => prevHash)).toEqual((await under.other.read()).map(({ prevHash }) => prevHash));
    });

    test("keeps entries that were read apart from later ones", async () => {
      await under.one.append(0, draft("first"));
      const before = await under.one.read();
      await under.one.append(1, draft("second"));
      expect(before).toHaveLength(1);
    });

    test("X06 says that a holder is gone only when that is certain", async () => {
      expect(await under.one.isGone(under.living)).toBe(false);
      expect(await under.one.isGone(under.dead)).toBe(true);
      expect(await under.one.isGone({ ...under.dead, host: "another-host" })).toBe(false);
    });
  });
}
