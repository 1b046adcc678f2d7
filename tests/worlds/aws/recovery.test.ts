import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RecoverWith, recover } from "../../../lib/actions/recover.ts";
import type { Holder, Ledger } from "../../../lib/ports/ledger.ts";
import type { RecoveryReport } from "../../../lib/release/recovery/report.ts";
import { openRecovery } from "../../../lib/worlds/aws/recovery-opened.ts";
import { emulator, whyNo } from "./emulator.ts";
import { config } from "./environment.ts";
import { here, there } from "./moto-regions.ts";
import { twoRegions } from "./two-regions.ts";

const skip = whyNo("moto");
type Regions = Awaited<ReturnType<typeof twoRegions>>;

class Killed extends Error {}

/** Kills hosts, each at the first entry of a kind and step that nobody was killed at before, on one side of the append. */
function reaper(side: "before" | "after") {
  const killedAt = new Set<string>();
  const dead = new Set<number>();
  const mortal = (ledger: Ledger, pid: number, name: string): Ledger => ({
    ...ledger,
    isGone: async ({ host, pid: of }) => host === "here" && dead.has(of),
    append: async (expected, draft) => {
      if (dead.has(pid)) throw new Killed();
      const at = `${name} ${draft.kind} ${draft.step}`.trim();
      // Who wrote the end has nothing left to do but to tell of it.
      if (killedAt.has(at) || (draft.kind === "ended" && side === "after")) return ledger.append(expected, draft);
      killedAt.add(at);
      if (side === "after") await ledger.append(expected, draft);
      dead.add(pid);
      throw new Killed();
    },
  });
  return mortal;
}

/** Runs the command until it has ended, on a new host whenever one was killed. */
async function walked(regions: Regions, wanted: Pick<RecoverWith, "kind"> & Partial<RecoverWith>, side: "before" | "after" = "before") {
  const mortal = reaper(side);
  const reports: RecoveryReport[] = [];
  for (let pid = 1; pid < 60; pid++) {
    const holder: Holder = { name: "test", host: "here", pid, started: "1" };
    const open: RecoverWith["open"] = (places) => {
      const opened = openRecovery({ ...places, url: regions.url }, { clock: regions.clock, isGone: async () => false }, regions.clients());
      const { primary } = opened;
      return {
        ...opened,
        ledger: mortal(opened.ledger, pid, "recovery"),
        primary: {
          ...primary,
          world: (candidate) => {
            const world = primary.world(candidate);
            return { ...world, ledger: mortal(world.ledger, pid, "release") };
          },
        },
      };
    };
    const run = recover({
      lost: false,
      ...wanted,
      config,
      map: regions.map,
      dryRun: false,
      agree: undefined,
      open,
      clock: regions.clock,
      holder,
      tell: () => {},
      stop: new AbortController().signal,
      isKept: (recovery) => reports.some((report) => report.recovery === recovery),
      keep: async (report) => {
        reports.push(report);
        return "report.json";
      },
    });
    const end = await run.catch((error: unknown) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    if (end) return { end, report: reports.at(-1), hosts: pid };
  }
  throw new Error("it never ended");
}

describe.skipIf(skip !== undefined)(`a move between two regions of AWS${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let moto: Awaited<ReturnType<typeof emulator>>;
  let regions: Regions;
  beforeAll(async () => {
    moto = await emulator("moto");
  }, 60_000);
  afterAll(() => moto?.close());
  afterEach(() => regions?.close());

  const backups = config.database?.backups;

  it("A12 X05 callers, copies and database move to the other region and back, killed at each step, with RTO and RPO as callers saw them", async () => {
    regions = await twoRegions(moto);
    const { callers } = regions;
    const over = await walked(regions, { kind: "failover" });
    expect(over.end).toMatchObject({ outcome: "moved", exit: 0 });
    const steps = over.report?.steps.map(({ title }) => title) ?? [];
    expect(over.hosts).toBeGreaterThan(2 * steps.length);
    expect(await regions.now()).toEqual({
      key: { origin: `app-${there}` },
      copies: [0, 3],
      databases: [expect.anything(), { follows: undefined, backups }],
    });
    expect(regions.promoted).toEqual([`${there} standby`]);
    const { rto = 0, unserved = 0, rpo } = over.report ?? {};
    expect(rpo).toBe(0);
    // The report's times are those of its entries, so a caller is never longer without an answer than it says.
    expect(callers.unanswered * 1_000).toBeGreaterThan(60_000);
    expect(callers.unanswered * 1_000).toBeLessThanOrEqual(unserved);
    expect(unserved).toBeLessThan(rto);

    const again = await walked(regions, { kind: "replicate" });
    expect(again.end).toMatchObject({ outcome: "follows", exit: 0 });
    expect(await regions.now()).toMatchObject({
      key: { origin: `app-${there}` },
      copies: [0, 3],
      databases: [{ follows: regions.standbyArn }, {}],
    });
    const back = await walked(regions, { kind: "failback" });
    expect(back.end).toMatchObject({ outcome: "moved", exit: 0, times: { rpo: 0 } });
    expect(await regions.now()).toMatchObject({ key: {}, copies: [3, 0], databases: [{ follows: undefined, backups }, {}] });
    expect(regions.promoted).toEqual([`${there} standby`, `${here} source`]);
  }, 120_000);

  it("A12 X05 a lost region is left without a word to it, killed at each step: RPO is how far the replica was behind", async () => {
    regions = await twoRegions(moto);
    const { end } = await walked(regions, { kind: "failover", lost: true, version: "1.4.2" }, "after");
    expect(end).toMatchObject({ outcome: "moved", exit: 0, times: { rpo: expect.any(Number) } });
    expect(end.times?.rpo).toBeGreaterThan(0);
    expect(await regions.now()).toMatchObject({ key: { origin: `app-${there}` }, copies: [3, 3] });
    expect(regions.promoted).toHaveLength(1);
  }, 120_000);

  it("A12 X05 what crashes in the other region is put back with 10, killed at each step, and a drill says so before anybody needs it", async () => {
    regions = await twoRegions(moto, { crashes: true });
    for (const kind of ["drill", "failover"] as const) {
      const { end } = await walked(regions, { kind }, "after");
      expect(end).toMatchObject({ outcome: "put-back", exit: 10, because: expect.stringContaining("does not come up") });
    }
    expect(await regions.now()).toMatchObject({ key: {}, copies: [3, 0], databases: [{}, { follows: expect.any(String) }] });
    expect([regions.promoted, regions.callers.unanswered]).toEqual([[], 0]);
  }, 120_000);

  it("A12 X05 a drill has copies come up beside the replica and stops them, killed at each step: no caller and no database is touched", async () => {
    regions = await twoRegions(moto);
    const { end, report } = await walked(regions, { kind: "drill" }, "after");
    expect(end).toMatchObject({ outcome: "proven", exit: 0 });
    expect(report?.findings.map(({ what }) => what)).toContainEqual(expect.stringContaining("a backup of source of the last 36 hours"));
    expect(await regions.now()).toMatchObject({ key: {}, copies: [3, 0], databases: [{}, { follows: expect.any(String) }] });
    expect([regions.promoted, regions.callers.unanswered]).toEqual([[], 0]);
  }, 120_000);
});
