import { describe, expect, it } from "vitest";
import type { GateIs } from "../../lib/base/events.ts";
import { duration, instant } from "../../lib/base/time.ts";
import type { Gate } from "../../lib/config/gate.ts";
import type { FleetStatus, InstanceHealth } from "../../lib/ports/fleet.ts";
import type { Reading } from "../../lib/ports/meter.ts";
import { type GateInput, judge, judgeAll } from "../../lib/release/gates.ts";
import { evidenceAgainst } from "../../lib/release/sequential.ts";

/** `requests` evenly over ten seconds, the failed ones first in each. */
function reading(requests: number, failed = 0, latency: number | undefined = requests === 0 ? undefined : 20): Reading {
  const cells = Array.from({ length: 10 }, (_, second) => ({
    at: instant(second * 1_000),
    requests: requests / 10,
    failed: failed / 10,
  }));
  return { requests, failed, quantile: () => latency, cells };
}

function fleet(wanted: number, health: readonly InstanceHealth[], restarts = 0): FleetStatus {
  const instances = health.map((one, index) => ({ id: `${index}`, health: one, restarts: index === 0 ? restarts : 0 }));
  return { digest: "d", version: "v", wanted, instances, inFlight: 0, trouble: [] };
}

const input = (given: Partial<GateInput>): GateInput => ({
  candidate: reading(100),
  live: reading(100),
  fleet: fleet(2, ["healthy", "healthy"]),
  alarms: [],
  commands: new Map(),
  minRequests: 50,
  weight: 10,
  share: 1,
  ...given,
});

const errors: Gate = { kind: "error-rate", max: 0.02 };
const latency: Gate = { kind: "latency", quantile: 0.95, max: duration(250) };
const health: Gate = { kind: "health" };
const compare: Gate = { kind: "compare", falseAborts: 0.005 };
const command: Gate = { kind: "command", command: "./smoke.sh", timeout: duration(1) };
const alarms: Gate = { kind: "alarms", names: ["errors", "cpu"] };
const alarm = (name: string, is: "ok" | "firing" | "silent") => ({ name, is, since: instant(0), because: "two of three" }) as const;
const answered = (ok: boolean) => new Map([["./smoke.sh", { check: "./smoke.sh", ok, saw: ok ? "exit 0" : "exit 1" }]]);

type Row = readonly [what: string, gate: Gate, given: Partial<GateInput>, is: GateIs, because: string];

describe("B06 a gate", () => {
  it.each<Row>([
    ["alarms that are all OK", alarms, { alarms: [alarm("errors", "ok"), alarm("cpu", "ok")] }, "pass", "2 alarms are OK"],
    [
      "one alarm that fires among others",
      alarms,
      { alarms: [alarm("errors", "firing"), alarm("cpu", "ok")] },
      "fail",
      "errors fires since 1970-01-01T00:00:00.000Z: two of three",
    ],
    [
      "an alarm without data beside one that is OK, as that of a slot that rests",
      alarms,
      { alarms: [alarm("errors", "ok"), alarm("cpu", "silent")] },
      "pass",
      "1 of 2 alarms are OK, the others have no data",
    ],
    [
      "alarms of which none has data",
      alarms,
      { alarms: [alarm("errors", "silent"), alarm("cpu", "silent")] },
      "wait",
      "none of 2 alarms has data",
    ],
    ["an alarm that is gone", alarms, { alarms: [alarm("errors", "ok"), { name: "cpu", is: "gone" }] }, "wait", "there is no alarm cpu"],
    ["no alarms, as in a rehearsal", { kind: "alarms", names: [] }, {}, "skipped", "a rehearsal has no alarms"],
    ["errors at the limit", errors, { candidate: reading(100, 2) }, "pass", "2 of 100 requests failed"],
    ["errors above the limit", errors, { candidate: reading(100, 3) }, "fail", "3 of 100 requests failed (3 % > 2 %)"],
    ["few requests", errors, { candidate: reading(49) }, "wait", "49 of 50 requests"],
    ["no requests", errors, { candidate: reading(0) }, "wait", "0 of 50 requests"],
    ["enough requests, just", errors, { candidate: reading(50) }, "pass", "0 of 50 requests failed"],
    [
      "few requests, though the limit is kept only if all missing ones are good",
      errors,
      { candidate: reading(10, 1) },
      "wait",
      "10 of 50 requests",
    ],
    [
      "few requests, and too many failed even if all missing ones were good",
      errors,
      { candidate: reading(10, 2) },
      "fail",
      "2 of 10 requests failed (20 % > 2 %)",
    ],
    [
      "few requests of which too many failed, unless all missing ones are good",
      { kind: "error-rate", max: 0.1 },
      { candidate: reading(20, 3) },
      "wait",
      "20 of 50 requests",
    ],
    [
      "one failure, which is never a trend",
      { kind: "error-rate", max: 0 },
      { candidate: reading(100, 1) },
      "pass",
      "1 of 100 requests failed",
    ],
    [
      "one failure among few",
      { kind: "error-rate", max: 0 },
      { candidate: reading(1, 1), minRequests: 1 },
      "pass",
      "1 of 1 requests failed",
    ],
    [
      "two failures where none is allowed",
      { kind: "error-rate", max: 0 },
      { candidate: reading(100, 2) },
      "fail",
      "2 of 100 requests failed (2 % > 0 %)",
    ],
    ["answers at the limit", latency, { candidate: reading(100, 0, 250) }, "pass", "250 ms"],
    ["slow answers", latency, { candidate: reading(100, 0, 251) }, "fail", "251 ms > 250 ms over 100 requests"],
    ["few slow answers", latency, { candidate: reading(49, 0, 900) }, "wait", "49 of 50 requests"],
    ["no answers at all", latency, { candidate: reading(0), minRequests: 0 }, "wait", "no requests"],
    ["a whole fleet", health, {}, "pass", "2 of 2 instances healthy"],
    ["a fleet with one copy down", health, { fleet: fleet(2, ["healthy", "unhealthy"]) }, "wait", "1 of 2 instances healthy"],
    ["a fleet with none up", health, { fleet: fleet(2, ["unhealthy", "exited"]) }, "fail", "0 of 2 instances healthy"],
    ["a fleet with none up that comes back", health, { fleet: fleet(2, ["exited", "starting"]) }, "wait", "0 of 2 instances healthy"],
    ["an empty fleet", health, { fleet: fleet(1, []) }, "fail", "0 of 1 instances healthy"],
    ["a copy that was started again twice", health, { fleet: fleet(2, ["healthy", "healthy"], 2) }, "pass", "2 of 2 instances healthy"],
    ["a copy that keeps crashing", health, { fleet: fleet(2, ["healthy", "healthy"], 3) }, "fail", "an instance was started again 3 times"],
    ["two versions alike", compare, {}, "pass", "0 of 100 failed, live 0 of 100"],
    ["a live version with few requests to compare with", compare, { live: reading(49) }, "wait", "live has 49 of 50 requests"],
    [
      "all traffic on the candidate",
      compare,
      { live: reading(0), weight: 100 },
      "skipped",
      "at 100 % the live version has no traffic to compare with",
    ],
    ["few requests at 100 %", compare, { candidate: reading(10), live: reading(0), weight: 100 }, "wait", "10 of 50 requests"],
    [
      "a candidate no worse than a bad live version",
      compare,
      { candidate: reading(100, 20), live: reading(100, 20) },
      "pass",
      "20 of 100 failed, live 20 of 100",
    ],
    ["few requests of a candidate like live", compare, { candidate: reading(40) }, "wait", "40 of 50 requests"],
    ["a command that has not run", command, {}, "wait", "has not run yet"],
    ["a command that passed", command, { commands: answered(true) }, "pass", "exit 0"],
    ["a command that failed", command, { commands: answered(false) }, "fail", "exit 1"],
  ])("judges %s", (_what, gate, given, is, because) => {
    expect(judge(gate, input(given))).toEqual({ is, because });
  });

  it("of alarms names ten that fire and counts the others: with the longest names and reasons of hundreds no entry of the ledger could be written", () => {
    // Amazon CloudWatch API reference, MetricAlarm: AlarmName, StateReason.
    const firing = Array.from({ length: 300 }, (_, at) => ({ ...alarm(`${at}`.padEnd(255, "a"), "firing"), because: "r".repeat(1_023) }));
    const judged = judge(alarms, input({ alarms: firing }));
    expect(judged).toMatchObject({ is: "fail", because: expect.stringMatching(/^0a.*; 9a.*; and 290 others$/) });
    expect(judged.because.length).toBeLessThan(20_000);
    expect(judge(alarms, input({ alarms: firing.slice(0, 10) })).because).toMatch(/; 9a+ fires since \S+ r+$/);
  });

  it("says how unlikely it is that a candidate that fails more often is like the live version", () => {
    const judged = judge(compare, input({ candidate: reading(100, 30) }));
    expect(judged.is).toBe("fail");
    expect(judged.because).toMatch(/^30 of 100 failed, live 0 of 100: chance ≤ 1 in \d{4,} if both were alike$/);
  });

  it("compares with what is asked for: evidence that fails at 0.5 % does not at one in a million", () => {
    const seen = input({ candidate: reading(100, 10) });
    expect(judge(compare, seen).is).toBe("fail");
    expect(judge({ kind: "compare", falseAborts: 1e-6 }, seen).is).toBe("pass");
  });

  it("fails as soon as the evidence is as strong as was asked for, and not before", () => {
    const second = (failed: number) => ({ ...reading(10, failed), cells: [{ at: instant(0), requests: 10, failed }] });
    const all = input({ candidate: second(10), live: second(0), minRequests: 10 });
    const evidence = evidenceAgainst(all.candidate.cells, all.live.cells);
    expect(judge({ kind: "compare", falseAborts: 1.001 / evidence }, all).is).toBe("fail");
    expect(judge({ kind: "compare", falseAborts: 0.999 / evidence }, all).is).toBe("pass");
  });

  it("uses up no more of the chance of a false abort than its window may", () => {
    const second = (failed: number) => ({ ...reading(10, failed), cells: [{ at: instant(0), requests: 10, failed }] });
    const all = input({ candidate: second(10), live: second(0), minRequests: 10, share: 0.25 });
    const evidence = evidenceAgainst(all.candidate.cells, all.live.cells);
    expect(judge({ kind: "compare", falseAborts: 4.004 / evidence }, all).is).toBe("fail");
    expect(judge({ kind: "compare", falseAborts: 3.996 / evidence }, all).is).toBe("pass");
  });

  it("compares seconds, not the meter's short cells, in which often only one of the two was asked", () => {
    const apart = (offset: number, failed: number): Reading => ({
      ...reading(100, failed),
      cells: Array.from({ length: 10 }, (_, second) => ({ at: instant(second * 1_000 + offset), requests: 10, failed: failed / 10 })),
    });
    expect(judge(compare, input({ candidate: apart(500, 30), live: apart(0, 0) })).is).toBe("fail");
  });
});

describe("all gates together", () => {
  it.each<readonly [string, readonly Gate[], Partial<GateInput>, string, string]>([
    ["pass when each does", [errors, latency, health, compare], {}, "pass", "every gate holds"],
    ["wait when one waits", [health, errors], { candidate: reading(10) }, "wait", "error rate ≤ 2 %: 10 of 50 requests"],
    [
      "fail when one fails, though another waits before it",
      [latency, errors],
      { candidate: reading(10, 5) },
      "fail",
      "error rate ≤ 2 %: 5 of 10 requests failed (50 % > 2 %)",
    ],
    [
      "pass when what does not apply is skipped",
      [errors, compare],
      { live: reading(0), weight: 100 },
      "pass",
      "every gate that applies holds",
    ],
    [
      "wait for data even where the only gate does not apply",
      [compare],
      { candidate: reading(0), weight: 100 },
      "wait",
      expect.any(String),
    ],
  ])("%s", (_what, gates, given, is, because) => {
    expect(judgeAll(gates, input(given))).toMatchObject({ is, because });
  });

  it("tell of each gate, in order", () => {
    expect(judgeAll([errors, health], input({})).gates).toEqual([
      { gate: "error rate ≤ 2 %", is: "pass", because: "0 of 100 requests failed" },
      { gate: "all instances healthy", is: "pass", because: "2 of 2 instances healthy" },
    ]);
  });

  it.each<readonly [string, readonly Gate[], number, number]>([
    ["an error rate", [errors], 20, 30],
    ["a latency", [latency], 20, 30],
    ["a comparison", [compare], 20, 30],
    ["nothing when there are enough", [errors], 80, 0],
    ["nothing for gates that need no requests", [health, command], 0, 0],
  ])("say how many requests are missing for %s", (_what, gates, requests, missing) => {
    expect(judgeAll(gates, input({ candidate: reading(requests) })).missing).toBe(missing);
  });
});
