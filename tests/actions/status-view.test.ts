import { describe, expect, it } from "vitest";
import { status, statusWithout } from "../../lib/actions/status.ts";
import type { RecoveryView } from "../../lib/actions/views.ts";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import { draft, type FactKind, type Facts } from "../../lib/release/facts.ts";
import { holderHere } from "../../lib/worlds/local/ledger.ts";
import { turnedBack, type Written, written } from "./ledger.ts";

const seen = ({ project }: Written) => status(project);

/** Writes as of so many milliseconds ago, for a release or a deploy. */
async function ago<Kind extends FactKind>({ ledger }: Written, ms: number, kind: Kind, body: Facts[Kind], release = "r-1", step = "") {
  const where = { release, at: instant(Date.now() - ms), holder: holderHere("ana"), step };
  await ledger.append((await ledger.read()).length, draft(kind, body, where));
}

const later = (ms: number) => ({ until: instant(Date.now() + ms) });
const ended = { outcome: "aborted", because: "enough", undid: [], left: [] } as const;

describe("what status says of an environment", () => {
  it("C21 X06 a deploy that holds the lock is told as one, with who runs it", async () => {
    const one = written();
    await ago(one, 0, "held", later(60_000), "deploy-1");
    expect(await seen(one)).toMatchObject({
      release: "deploy-1",
      state: "running",
      because: "a deploy is under way",
      holder: { name: "ana" },
      next: "",
    });
  });

  it("C21 a release that begins is told before the one that has ended, and a beginning that nobody carries on is not", async () => {
    const one = written();
    await one.plan();
    await one.write("ended", ended);
    await ago(one, 10_000, "held", later(-5_000), "r-2");
    const after = await seen(one);
    expect(after).toMatchObject({ release: "r-1", state: "ended", outcome: "aborted", because: "enough", next: "sluice rehearse" });
    expect(after.holder).toBeUndefined();
    await ago(one, 0, "held", later(60_000), "r-2");
    expect(await seen(one)).toMatchObject({ release: "r-2", state: "running", because: "the pipeline builds both versions", next: "" });
  });

  it("C21 a release waits for approval until a person has given it", async () => {
    const one = written();
    await one.plan({ rollout: { approval: true } });
    for (const step of ["start", "probe", "self-test"]) {
      await one.write("started", {}, step);
      await one.write("done", { detail: "", gates: [] }, step);
    }
    expect(await seen(one)).toMatchObject({ state: "waiting for approval", next: "sluice approve" });
    await one.write("asked", { what: "approve", by: "bob" });
    expect(await seen(one)).toMatchObject({ state: "running", next: "sluice status --watch" });
  });

  it("C21 a release that a gate turned back shows that gate, how long its steps took, and that what was left is skipped once it has ended", async () => {
    const one = written();
    await one.plan();
    await ago(one, 5_000, "started", {}, "r-1", "start");
    await ago(one, 3_500, "done", { detail: "", gates: [] }, "r-1", "start");
    expect((await seen(one)).steps.slice(0, 2)).toMatchObject([{ is: "done", ms: expect.closeTo(1_500, -2) }, { is: "waiting" }]);
    const gates = [{ gate: "error rate ≤ 2 %", is: "fail", because: "5 %" }] as const;
    await one.write("turned-back", { ...turnedBack, gates });
    expect((await seen(one)).gates).toEqual(gates);
    const other = written();
    await other.plan();
    await other.write("ended", ended);
    expect(new Set((await other.ledger.read()).map(({ kind }) => kind))).toEqual(new Set(["held", "planned", "ended"]));
    expect(new Set((await seen(other)).steps.map(({ is }) => is))).toEqual(new Set(["skipped"]));
  });
});

describe("what status says where the ledger does not answer", () => {
  const lost = new UserError("engine/failed", "could not read the ledger releases: no answer", "try again");
  const home: RecoveryView = { primary: "eu-west-1", because: "" };
  const served = (region: string) => ({ region, since: instant(0), by: "ana", version: "v2" });
  const without = (recovery?: RecoveryView, error: unknown = lost) => statusWithout(error, "production", recovery);

  it("X04 A12 is why, and the command that moves the callers while they are where they always were", () => {
    const failover = "sluice failover production --lost --dry-run";
    expect(without(home)).toMatchObject({ state: "unknown", because: lost.message, recovery: home, next: failover });
    expect(without({ ...home, served: served("eu-west-1") }).next).toBe(failover);
  });

  it("X04 A12 is no command where they were moved already, or are being moved", () => {
    expect(without({ ...home, served: served("us-west-2") }).next).toBe("");
    expect(without({ ...home, running: { recovery: "f-1", kind: "failover", to: "us-west-2" } }).next).toBe("");
  });

  it.each<[string, RecoveryView | undefined, unknown]>([
    ["nobody can look at the other region either", { ...home, because: "no answer" }, lost],
    ["the environment cannot move", undefined, lost],
    ["the ledger was deleted", home, new UserError("world/changed", "the ledger is not there", "deploy")],
    ["it is a fault of ours", home, new TypeError("no")],
  ])("X04 is the error itself where %s", (_when, recovery, error) => {
    expect(() => without(recovery, error)).toThrow(error as Error);
  });
});
