import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { hasReport, keepRecoveryReport } from "../../lib/actions/keep-report.ts";
import { type RecoverWith, recover } from "../../lib/actions/recover.ts";
import type { RecoveryEvent, Untimed } from "../../lib/actions/recovery/events.ts";
import { UserError } from "../../lib/base/errors.ts";
import { instant } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import { record, recordPlan } from "../../lib/release/controller.ts";
import type { RecoveryPlan } from "../../lib/release/recovery/plan.ts";
import { foldRecoveries } from "../../lib/release/recovery/state.ts";
import { chosenEntry } from "../../lib/worlds/aws/entry.ts";
import type { OpenedRecovery, OpenedSide } from "../../lib/worlds/aws/recovery-opened.ts";
import { simulatedLedger } from "../../lib/worlds/simulated/ledger.ts";
import { simulatedWorld } from "../../lib/worlds/simulated/world.ts";
import { sealed } from "../release/chronicle.ts";
import { copies, here, scene, type Trouble, there } from "../release/recovery/scene.ts";
import { choices } from "../worlds/aws/choices.ts";
import { config, mapWith } from "../worlds/aws/environment.ts";

const map = mapWith({});
const arns = Object.fromEntries(map.stacks.map(({ part, region, outputs }) => [`${part} ${region}`, outputs.DatabaseArn ?? ""]));
const holder = { name: "ana", host: "here", pid: 1, started: "1" };

function opened(trouble: Trouble = {}) {
  const made = scene(trouble);
  const { world, clock } = made;
  const releases = simulatedLedger(new Set(), Number.POSITIVE_INFINITY);
  const store = choices(new CloudFrontKeyValueStoreClient({ region: there }));
  const entry = chosenEntry({
    client: store.client,
    storeArn: "store",
    primary: "eu-west-1",
    recovery: "us-west-2",
    url: "https://localhost:1/",
  });
  const side = (region: string, part: string, fleet: OpenedSide["replica"] extends never ? never : typeof world.from.fleet): OpenedSide => {
    const base = simulatedWorld("green");
    return {
      region,
      databaseArn: arns[`${part} ${region}`] ?? "",
      world: () => ({ ...base, clock, fleet, ledger: releases }),
      replica: {
        ...world.to.replica,
        status: async () => {
          const status = await world.to.replica.status();
          return { ...status, follows: status.follows === undefined || region === here ? undefined : arns[`data ${here}`] };
        },
      },
      image: async (version) => ({ ...copies.artifact, version, file: `${region}/web@${version}` }),
    };
  };
  const told: Untimed<RecoveryEvent>[] = [];
  const state = mkdtempSync(path.join(os.tmpdir(), "recover-"));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const aws: OpenedRecovery = {
    primary: side(here, "data", world.from.fleet),
    recovery: side(there, "standby", world.to.fleet),
    entry: { ...entry, ask: async () => ({ check: "GET /health", ok: made.now().to > 0, saw: "503" }) },
    ledger: world.ledger,
    copies: async () => ({ ok: true, saw: "on" }),
    newestBackup: async () => instant(clock.now() - 30 * 3_600_000),
    refuseOtherAccount: async () => {},
    close: () => {},
  };
  const run = (given: Partial<RecoverWith> = {}) =>
    recover({
      kind: "failover",
      lost: false,
      config,
      map,
      dryRun: false,
      agree: undefined,
      open: () => aws,
      clock,
      holder,
      tell: (event) => told.push(event),
      stop: new AbortController().signal,
      keep: (report) => keepRecoveryReport(state, report),
      isKept: (recovery) => hasReport(state, recovery),
      ...given,
    });
  return { ...made, aws, run, told, releases, store };
}

let on: ReturnType<typeof opened>;
beforeEach(() => {
  on = opened();
});

it("A12 a failover moves callers, database and copies, and leaves a timed report with RTO and RPO", async () => {
  const end = await on.run();
  expect(end).toMatchObject({ outcome: "moved", exit: 0, times: { rpo: 0 } });
  expect(on.store.keys).toEqual({ origin: `app-${there}` });
  expect(on.now()).toMatchObject({ from: 0, to: copies.count, standsAlone: true });
  const report = JSON.parse(readFileSync(end.report, "utf8"));
  expect(report).toMatchObject({ kind: "failover", outcome: "moved", from: here, to: there, rto: end.times?.rto, rpo: 0 });
  expect(readFileSync(end.report.replace(".json", ".md"), "utf8")).toContain("RTO");
  expect(end.left.join()).toContain("sluice replicate production");
  // The buckets are copied one way.
  expect(end.left.join()).toMatch(/aws s3 sync s3:\/\/\S+ s3:\/\/\S+/);
  // A rotation would give the secret a password that only the old database knows.
  expect(end.left.filter((line) => line.includes("cancel-rotate-secret"))).toHaveLength(2);
});

it("A12 a dry run tells the plan and changes nothing, and so does a person who says no", async () => {
  expect(await on.run({ dryRun: true })).toMatchObject({ outcome: "planned", exit: 0 });
  expect(await on.run({ agree: async () => false })).toMatchObject({ outcome: "aborted", exit: 11 });
  expect(on.told.at(0)).toMatchObject({ type: "recovery-planned", from: here, to: there });
  expect([on.effects, on.store.keys, await on.aws.ledger.read(), await on.releases.read()]).toEqual([[], {}, [], []]);
});

it("A12 whether buckets are copied to where callers are moved is told before anybody agrees, and in the report; a lost region is not asked", async () => {
  const copies = async () => ({ ok: false, saw: "a rule that is off" });
  const found = { type: "recovery-found", ok: false, saw: "a rule that is off" };
  const agree = async () => {
    expect(on.told).toContainEqual(expect.objectContaining(found));
    return true;
  };
  const end = await on.run({ agree, open: () => ({ ...on.aws, copies }) });
  expect(end).toMatchObject({ outcome: "moved", exit: 0 });
  expect(JSON.parse(readFileSync(end.report, "utf8")).findings).toMatchObject([{ ok: false, saw: "a rule that is off" }]);
  on = opened();
  const never = () => Promise.reject(new Error("the lost region was asked"));
  expect(await on.run({ lost: true, version: "1.4.2", open: () => ({ ...on.aws, copies: never }) })).toMatchObject({ outcome: "moved" });
});

it("A12 what cannot start is put back with exit code 10, and nothing was promoted", async () => {
  on = opened({ failsToStart: true });
  expect(await on.run()).toMatchObject({ outcome: "put-back", exit: 10, because: "they exit at once" });
  expect(on.now()).toMatchObject({ from: copies.count, standsAlone: false });
});

it("A12 who has failed over is refused to do so again, and a failback until the old database follows the new one", async () => {
  await on.run();
  await expect(on.run()).rejects.toMatchObject({ code: "release/none", fix: expect.stringContaining("sluice failback production") });
  await expect(on.run({ kind: "failback" })).rejects.toMatchObject({ code: "world/changed", fix: expect.stringContaining("replica") });
  await expect(opened().run({ kind: "failback" })).rejects.toMatchObject({ code: "release/none" });
});

it("A12 what the last release made live is fenced and, on the way back, started again: that can be the other slot", async () => {
  const where = { release: "r-1", at: on.clock.now(), holder };
  await record(on.releases, "seeded", { live: { ...copies, slot: "green" }, where: `${config.services[0].name}/${here}` }, where);
  const plans: RecoveryPlan[] = [];
  const agree = async (plan: RecoveryPlan) => plans.push(plan) > 0;
  await on.run({ agree });
  // A person has made the old database a replica of the new one.
  const status = async () => ({ follows: arns[`standby ${there}`], isAvailable: true });
  const back = {
    ...on.aws,
    primary: { ...on.aws.primary, replica: { ...on.aws.primary.replica, status, caughtUpTo: async () => on.clock.now() } },
  };
  await on.run({ kind: "failback", open: () => back, agree: async (plan) => plans.push(plan) < 0 });
  expect(plans.map(({ serving, served }) => [serving?.slot, served.slot])).toEqual([
    ["green", "blue"],
    ["blue", "green"],
  ]);
});

it("A12 after a move the same three words lead back: the region that rests gets a replica, which is kept apart from the old data, and then callers", async () => {
  await on.run();
  const refused = { code: "world/changed", fix: expect.stringContaining("sluice replicate production") };
  await expect(on.run({ kind: "failback" })).rejects.toMatchObject(refused);
  const asked: string[][] = [];
  let follows: string | undefined;
  const replica: OpenedSide["replica"] = {
    ...on.aws.primary.replica,
    status: async () => ({ follows, isAvailable: true }),
    caughtUpTo: async () => on.clock.now(),
    follow: async (...given) => {
      asked.push(given);
      follows = given[0];
      return { is: "done" };
    },
  };
  const answered = { ...on.aws.entry, ask: async () => ({ check: "GET /health", ok: true, saw: "200" }) };
  const open = () => ({ ...on.aws, entry: answered, primary: { ...on.aws.primary, replica } });
  const end = await on.run({ kind: "replicate", open });
  expect(end).toMatchObject({ outcome: "follows", exit: 0, times: { rto: undefined, rpo: undefined } });
  expect(asked).toEqual([[arns[`standby ${there}`], expect.stringMatching(/^kept-\d{8}-\d{6}-\d{3}$/)]]);
  // RDS refuses a last snapshot of a copy, and to delete what is protected (Amazon RDS API reference, DeleteDBInstance).
  const [reader, main] = end.left.filter((line) => line.includes("delete-db-instance"));
  expect(reader).toMatch(new RegExp(`delete-db-instance .*-${asked[0]?.[1]} --skip-final-snapshot$`));
  expect(main).toMatch(
    new RegExp(`--no-deletion-protection, then .*-${asked[0]?.[1]} --final-db-snapshot-identifier \\S+-${asked[0]?.[1]}$`),
  );
  const exchanged = end.left.filter((line) => line.includes("pulumi stack import"));
  // The database and its reader.
  expect(exchanged).toHaveLength(2);
  const [, kept = ""] = /where (\S+) is there/.exec(end.left[1] ?? "") ?? [];
  const [, id = ""] = /state knows (\S+) by/.exec(exchanged[0] ?? "") ?? [];
  const [before, now] = [kept, id].map((name) => `\\$\\(aws [^)]*--region ${here} --db-instance-identifier ${name} [^)]*\\)`);
  expect(exchanged[0]).toMatch(
    new RegExp(`: pulumi stack export --stack production \\| sed "s/${before}/${now}/g" \\| pulumi stack import --stack production$`),
  );
  expect(on.store.keys).toEqual({ origin: `app-${there}` });
  expect(await on.run({ kind: "failback", open })).toMatchObject({ outcome: "moved", exit: 0 });
});

it("A12 what still runs in the region that rests is stopped before its database is put aside, and nobody's database is who is led there", async () => {
  await on.run({ kind: "failover", lost: true, version: "1.4.2" });
  expect(on.now()).toMatchObject({ from: copies.count });
  const replica: OpenedSide["replica"] = {
    ...on.aws.primary.replica,
    follow: async () => {
      expect(on.now().from).toBe(0);
      return { is: "done" };
    },
  };
  const open = () => ({ ...on.aws, primary: { ...on.aws.primary, replica } });
  const led = { ...on.aws.entry, region: async () => here };
  await expect(on.run({ kind: "replicate", open: () => ({ ...open(), entry: led }) })).rejects.toMatchObject({
    code: "world/changed",
    message: expect.stringContaining(`led to ${here}`),
  });
  expect(on.now()).toMatchObject({ from: copies.count });
  expect(await on.run({ kind: "replicate", open })).toMatchObject({ outcome: "follows", exit: 0 });
});

it("A12 a drill moves nobody, and ends with 3 where something that a failover depends on is not so", async () => {
  expect(await on.run({ kind: "drill" })).toMatchObject({ outcome: "proven", exit: 0 });
  expect(on.store.keys).toEqual({});
  expect(on.effects).toEqual(["start to", "stop to"]);
  on = opened();
  const found = await on.run({ kind: "drill", open: () => ({ ...on.aws, copies: async () => ({ ok: false, saw: "nothing is copied" }) }) });
  expect(found).toMatchObject({ outcome: "proven", exit: 3 });
  expect(on.told).toContainEqual(expect.objectContaining({ type: "recovery-found", ok: false, saw: "nothing is copied" }));
  for (const at of [undefined, instant(0)]) {
    on = opened();
    const old = await on.run({ kind: "drill", open: () => ({ ...on.aws, newestBackup: async () => at }) });
    expect(old).toMatchObject({ outcome: "proven", exit: 3 });
    expect(on.told.filter((one) => one.type === "recovery-found" && !one.ok)).toMatchObject([{ what: expect.stringContaining("backup") }]);
  }
});

it("A12 what a drill may not look at is a finding with the reason, and the drill has its report all the same", async () => {
  const copies = async () => {
    throw new UserError("engine/forbidden", "s3:GetReplicationConfiguration is refused", "give the permission");
  };
  const end = await on.run({ kind: "drill", open: () => ({ ...on.aws, copies }) });
  expect(end).toMatchObject({ outcome: "proven", exit: 3 });
  const { findings } = JSON.parse(readFileSync(end.report, "utf8"));
  expect(findings.filter(({ ok }: { ok: boolean }) => !ok)).toMatchObject([{ saw: "s3:GetReplicationConfiguration is refused" }]);
});

it("A12 a drill whose copies do not come up ends with 10, whatever else it found", async () => {
  on = opened({ failsToStart: true });
  const missing = async () => undefined;
  const end = await on.run({ kind: "drill", open: () => ({ ...on.aws, newestBackup: missing }) });
  expect(end).toMatchObject({ outcome: "put-back", exit: 10 });
});

it.each<[string, ((now: number) => number) | undefined]>([
  ["is not known", undefined],
  ["is a quarter of an hour", (now) => now - 15 * 60_000],
])("A12 nobody is stopped for a replica whose lag %s: it would not come to have all before the failover is put back", async (_how, at) => {
  const { recovery } = on.aws;
  const caughtUpTo = async () => at && instant(at(on.clock.now()));
  const behind = { ...on.aws, recovery: { ...recovery, replica: { ...recovery.replica, caughtUpTo } } };
  await expect(on.run({ open: () => behind })).rejects.toMatchObject({
    code: "world/changed",
    message: expect.stringContaining(at ? "15 min behind" : "no lag"),
    fix: expect.stringContaining("--lost"),
  });
  expect(on.effects).toEqual([]);
  // A drill says so beside what it proves, and a lost region has no other replica.
  expect(await on.run({ kind: "drill", open: () => behind })).toMatchObject({ outcome: "proven", exit: 3 });
  expect(await on.run({ lost: true, open: () => behind })).toMatchObject({ outcome: "moved" });
});

it("A12 a lost region is asked nothing: the version is what the last drill ran, or a person names it", async () => {
  const dead: OpenedSide = {
    ...on.aws.primary,
    world: () => {
      throw new Error("the lost region was asked");
    },
  };
  const lost = { lost: true, open: () => ({ ...on.aws, primary: dead }) };
  await expect(on.run(lost)).rejects.toMatchObject({ code: "usage/invalid", fix: expect.stringContaining("--version") });
  await on.run({ kind: "drill" });
  expect(await on.run(lost)).toMatchObject({ outcome: "moved", exit: 0, times: { rpo: 20_000 } });
  expect(on.now()).toMatchObject({ from: copies.count, to: copies.count });
});

const outage = async () => {
  throw new UserError("engine/failed", "no answer", "run it again");
};
/** The primary region answers nobody from now on. */
const dark = (): Partial<RecoverWith> => {
  const { primary } = on.aws;
  const fleet = { status: outage, start: outage, stop: outage };
  const world: OpenedSide["world"] = (slot) => ({ ...primary.world(slot), fleet, ledger: { ...on.releases, read: outage } });
  const copies = () => Promise.reject(new Error("what goes on has looked before"));
  return { open: () => ({ ...on.aws, copies, primary: { ...primary, world } }) };
};
/** A failover whose process dies when this is written down. */
const dies = async (at: (kind: string, step: string) => boolean) => {
  const { ledger } = on.aws;
  const append: typeof ledger.append = async (expected, draft) => {
    const result = await ledger.append(expected, draft);
    if (at(draft.kind, draft.step)) throw new Error("killed");
    return result;
  };
  await expect(on.run({ open: () => ({ ...on.aws, ledger: { ...ledger, append } }) })).rejects.toThrow("killed");
};

it.each([
  ["failover", "moved", "sluice replicate production"],
  ["drill", "proven", "run it again to see that"],
] as const)("A12 X05 a %s that was killed before its report was written has it by the next command", async (kind, outcome, left) => {
  await expect(on.run({ kind, keep: () => Promise.reject(new Error("killed")) })).rejects.toThrow("killed");
  // Who moved callers once does not move them again; the report is there all the same.
  const again = await on.run({ kind, dryRun: true }).catch((error: unknown) => error);
  expect(again).toMatchObject(kind === "drill" ? { outcome: "planned" } : { code: "release/none" });
  const notes = on.told.flatMap((event) => (event.type === "note" && event.text.startsWith("there was no report") ? [event.text] : []));
  expect(notes).toHaveLength(1);
  const report = JSON.parse(readFileSync(notes[0]?.split(": ").at(-1) ?? "", "utf8"));
  expect(report).toMatchObject({ kind, outcome, steps: expect.arrayContaining([expect.objectContaining({ step: "start", is: "done" })]) });
  expect(report.left.join()).toContain(left);
  await on.run({ kind, dryRun: true }).catch(() => undefined);
  expect(on.told.filter((event) => event.type === "note" && event.text.startsWith("there was no report"))).toHaveLength(1);
});

it.each<[string, (kind: string, step: string) => boolean, object]>([
  ["before anything is stopped", (kind, step) => kind === "done" && step === "start", { from: copies.count }],
  ["while what serves is stopped", (kind, step) => kind === "started" && step === "fence", {}],
  ["when the replica has all", (kind, step) => kind === "done" && step === "catch-up", { from: 0 }],
])("A12 X05 a failover whose primary region is lost %s goes on without it once a person says so", async (_when, at, counts) => {
  await dies(at);
  await expect(on.run(dark())).rejects.toMatchObject({
    code: "engine/failed",
    fix: expect.stringContaining("sluice failover production --lost"),
  });
  const end = await on.run({ ...dark(), lost: true });
  expect(end).toMatchObject({ outcome: "moved", exit: 0 });
  expect(on.now()).toMatchObject({ ...counts, to: copies.count, standsAlone: true });
  expect(on.store.keys).toEqual({ origin: `app-${there}` });
  const { steps, rpo } = JSON.parse(readFileSync(end.report, "utf8"));
  const left = steps.flatMap(({ step, is }: { step: string; is: string }) => (is === "left out" ? [step] : []));
  const hasAll = "from" in counts && counts.from === 0;
  expect({ left, hasAll: rpo === 0 }).toEqual({ left: hasAll ? ["fence"] : ["fence", "catch-up"], hasAll });
});

it("A12 whoever begins a failover while the primary region answers nobody is told what to do if it is lost", async () => {
  const refusal = {
    code: "engine/failed",
    fix: expect.stringContaining("if eu-west-1 is lost, go on without it: sluice failover production --lost"),
  };
  await expect(on.run(dark())).rejects.toMatchObject(refusal);
  expect(on.effects).toEqual([]);
});

it("A12 X05 a failover that was killed while copies started is not put back when its region is lost later: it waits for them anew", async () => {
  await dies((kind, step) => kind === "started" && step === "start");
  on.clock.advance(30 * 60_000);
  expect(await on.run({ ...dark(), lost: true })).toMatchObject({ outcome: "moved", exit: 0 });
});

it("A12 X05 a failover whose primary region is lost after the promotion goes on by itself, as nothing that is left needs it", async () => {
  await dies((kind, step) => kind === "done" && step === "promote");
  expect(await on.run(dark())).toMatchObject({ outcome: "moved", exit: 0, times: { rpo: 0 } });
});

it("A12 X05 what was being put back goes forward once its region is lost, and a dry run of that changes nothing", async () => {
  on = opened({ neverCaughtUp: true });
  await dies((kind, step) => kind === "undone" && step === "fence");
  const before = await on.aws.ledger.read();
  expect(await on.run({ ...dark(), lost: true, dryRun: true })).toMatchObject({ outcome: "planned" });
  expect(await on.aws.ledger.read()).toEqual(before);
  const planned = on.told.findLast(({ type }) => type === "recovery-planned");
  expect(planned?.type === "recovery-planned" && planned.steps.map(({ step }) => step)).toEqual([
    "start",
    "promote",
    "settle",
    "lead",
    "verify",
    "free",
  ]);
  expect(await on.run({ ...dark(), lost: true })).toMatchObject({ outcome: "moved", exit: 0 });
});

it("X06 while a failover is under way no release begins: it holds their lock, and is refused while a release has it", async () => {
  const until = (on.clock.now() + 60_000) as ReturnType<typeof on.clock.now>;
  await record(on.releases, "held", { until }, { release: "r-1", at: on.clock.now(), holder: { ...holder, host: "elsewhere" } });
  await expect(on.run()).rejects.toMatchObject({ code: "release/held" });
  expect(on.effects).toEqual([]);
});

it.each([
  ["deploy-20261129-050000", "is refused while a deploy is under way, whose engine would not find the database"],
  ["r-1", "begins beside a release"],
])("A12 X06 where %s holds the lock, a replica %s", async (id) => {
  await on.run();
  const until = instant(on.clock.now() + 60_000);
  await record(on.releases, "held", { until }, { release: id, at: on.clock.now(), holder: { ...holder, host: "elsewhere" } });
  const replica: OpenedSide["replica"] = { ...on.aws.primary.replica, follow: async () => ({ is: "done" }) };
  const run = on.run({ kind: "replicate", open: () => ({ ...on.aws, primary: { ...on.aws.primary, replica } }) });
  if (id === "r-1") expect(await run).toMatchObject({ outcome: "follows" });
  else await expect(run).rejects.toMatchObject({ code: "release/held", message: expect.stringContaining(id) });
});

it("C11 with credentials of another account nothing is asked and nothing moved", async () => {
  const refuseOtherAccount = async () => {
    throw new UserError("engine/no-credentials", "another account", "sign in to that account");
  };
  const read = () => Promise.reject(new Error("the ledger was asked"));
  const open = () => ({ ...on.aws, refuseOtherAccount, ledger: { ...on.aws.ledger, read } });
  await expect(on.run({ open })).rejects.toMatchObject({ code: "engine/no-credentials" });
  expect(on.effects).toEqual([]);
});

it("A12 X06 no failover begins while a release has not ended, whose version nobody knows", async () => {
  const where = { release: sealed.plan.release, at: on.clock.now(), holder };
  await record(on.releases, "held", { until: instant(on.clock.now() + 60_000) }, where);
  await recordPlan(on.releases, sealed, where);
  await expect(on.run()).rejects.toMatchObject({ code: "release/unfinished", fix: expect.stringContaining("sluice rollback production") });
  expect(on.effects).toEqual([]);
});

it("A12 X06 a drill moves nobody and goes on beside whoever has the lock of releases", async () => {
  const where = { release: "r-1", at: on.clock.now(), holder: { ...holder, host: "elsewhere" } };
  await record(on.releases, "held", { until: instant(on.clock.now() + 60_000) }, where);
  expect(await on.run({ kind: "drill" })).toMatchObject({ outcome: "proven", exit: 0 });
});

it("A12 X05 what cannot be done behind the promotion ends with 12 and the command that goes on, and nobody waits for its lock", async () => {
  on = opened({ failsToStart: true });
  const end = await on.run({ lost: true, version: "1.4.2" });
  expect(end).toMatchObject({ outcome: "stuck", exit: 12, because: "they exit at once", next: "sluice failover production" });
  expect(end.left).toEqual(["correct the cause and run again: sluice failover production"]);
  expect(foldRecoveries(await on.aws.ledger.read()).held).toBeUndefined();
});

it("A12 a person is asked whether the region of a failover that is under way is lost; without a yes nothing is written", async () => {
  await dies((kind, step) => kind === "started" && step === "fence");
  const before = await on.aws.ledger.read();
  expect(await on.run({ ...dark(), lost: true, agree: async () => false })).toMatchObject({ outcome: "aborted", exit: 11 });
  expect(await on.aws.ledger.read()).toEqual(before);
});

it("A12 X05 behind the promotion a failover waits for whoever has the lock of releases, and goes on only where nobody answers", async () => {
  await dies((kind, step) => kind === "done" && step === "promote");
  const until = instant(on.clock.now() + 600_000);
  await record(on.releases, "held", { until }, { release: "r-1", at: on.clock.now(), holder: { ...holder, host: "elsewhere" } });
  await expect(on.run()).rejects.toMatchObject({ code: "release/held" });
});

it("A12 X06 a failover that was killed keeps releases waiting for two minutes at most, and not where it is seen to be gone", async () => {
  await dies((kind, step) => kind === "started" && step === "fence");
  const taken = (await on.releases.read()).find(({ kind }) => kind === "held");
  expect(taken).toMatchObject({ release: expect.stringMatching(/^deploy-failover-/), holder, body: { until: (taken?.at ?? 0) + 120_000 } });
});

it("A12 X05 what fails once a failover has begun is not begun a second time without the lock", async () => {
  await dies((kind, step) => kind === "done" && step === "promote");
  let asked = 0;
  const lead = async () => {
    asked += 1;
    throw new UserError("engine/failed", "no answer", "run it again");
  };
  await expect(on.run({ open: () => ({ ...on.aws, entry: { ...on.aws.entry, lead } }) })).rejects.toMatchObject({ code: "engine/failed" });
  expect(asked).toBe(6);
  // Nobody waits for the lease of who has given up.
  const { held } = foldRecoveries(await on.aws.ledger.read());
  expect(held?.until ?? 0).toBeLessThanOrEqual(on.clock.now());
});

it("A12 a replica that cannot be promoted now is refused before anything is stopped, with what tells why", async () => {
  const { recovery } = on.aws;
  const status = async () => ({ follows: arns[`data ${here}`], isAvailable: false });
  const open = () => ({ ...on.aws, recovery: { ...recovery, replica: { ...recovery.replica, status } } });
  for (const lost of [false, true])
    await expect(on.run({ lost, version: "1.4.2", open })).rejects.toMatchObject({
      code: "world/changed",
      message: expect.stringContaining("not available"),
      fix: expect.stringMatching(/describe-db-instances --region us-west-2.*again/),
    });
  expect(on.effects).toEqual([]);
});

it("A12 as many copies start as serve: those that the last drill knew of, and never fewer than are configured or than one", async () => {
  const plans: RecoveryPlan[] = [];
  const agree = async (plan: RecoveryPlan) => plans.push(plan) < 0;
  const least = config.services[0].compute?.kind === "ecs" ? config.services[0].compute.count.min : 0;
  await on.run({ lost: true, version: "1.4.2", agree });
  const many = copies.count + least;
  const { world } = on.aws.primary;
  const more: OpenedSide["world"] = (slot) => {
    const { fleet, ...rest } = world(slot);
    return { ...rest, fleet: { ...fleet, status: async (of) => ({ ...(await fleet.status(of)), wanted: many }) } };
  };
  await on.run({ kind: "drill", open: () => ({ ...on.aws, primary: { ...on.aws.primary, world: more } }) });
  await on.run({ lost: true, agree });
  expect(plans.map(({ served }) => served.count)).toEqual([least, many]);
});

it("A12 a replica is behind as on any day by what its alarm allows and the three minutes that CloudWatch is late, and no more", async () => {
  const { recovery } = on.aws;
  const behind = (span: number) => {
    const caughtUpTo = async () => instant(on.clock.now() - span);
    return on.run({ dryRun: true, open: () => ({ ...on.aws, recovery: { ...recovery, replica: { ...recovery.replica, caughtUpTo } } }) });
  };
  expect(await behind(780_000)).toMatchObject({ outcome: "planned" });
  await expect(behind(780_001)).rejects.toMatchObject({ code: "world/changed" });
});

it("A12 one copy at least comes back, also where automatic scaling had none left", async () => {
  await on.run();
  const status = async () => ({ follows: arns[`standby ${there}`], isAvailable: true });
  const replica = { ...on.aws.primary.replica, status, caughtUpTo: async () => on.clock.now() };
  await on.aws.recovery.world("green").fleet.stop("blue");
  const counts: number[] = [];
  const agree = async ({ served }: RecoveryPlan) => counts.push(served.count) < 0;
  await on.run({ kind: "failback", agree, open: () => ({ ...on.aws, primary: { ...on.aws.primary, replica } }) });
  expect(counts).toEqual([1]);
});

it("A12 after a failback nobody is told to bring back objects or to stop a rotation, and what rests is the other region's", async () => {
  await on.run();
  const back = { status: async () => ({ follows: arns[`standby ${there}`], isAvailable: true }), caughtUpTo: async () => on.clock.now() };
  const replica = { ...on.aws.primary.replica, ...back };
  const entry = { ...on.aws.entry, ask: async () => ({ check: "GET /health", ok: true, saw: "200" }) };
  const end = await on.run({ kind: "failback", open: () => ({ ...on.aws, entry, primary: { ...on.aws.primary, replica } }) });
  expect(end.left).toHaveLength(1);
  expect(end.left[0]).toMatch(new RegExp(`^\\S+ in ${there} is no copy of \\S+ in ${here}`));
});

it("A12 a drill finds it where callers are led elsewhere than the ledger knows", async () => {
  const entry = { ...on.aws.entry, region: async () => there };
  expect(await on.run({ kind: "drill", open: () => ({ ...on.aws, entry }) })).toMatchObject({ outcome: "proven", exit: 3 });
  expect(on.told.filter((one) => one.type === "recovery-found" && !one.ok)).toMatchObject([{ saw: there }]);
});

it("A12 an environment that has nothing to move to is refused, with what it takes", async () => {
  const { database, edge: _, ...rest } = config;
  const cases: readonly Config[] = [
    rest as Config,
    { ...config, database: database && { ...database, recovery: "backups" } },
    { ...config, rollout: { ...config.rollout, weightHolder: "ecs" } },
    { ...config, services: [config.services[0], { ...config.services[0], name: "second" }] },
  ] as const;
  for (const of of cases) await expect(on.run({ config: of })).rejects.toMatchObject({ code: "world/unsupported" });
});
