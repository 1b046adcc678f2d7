import { expect, it } from "vitest";
import { release } from "../../lib/actions/release.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { Event, Tell } from "../../lib/base/events.ts";
import { duration, type Instant, instant, showDuration } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import type { World } from "../../lib/ports/world.ts";
import { record } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { artifact, goLive, holder, scenario } from "../release/scenario.ts";
import { mapWith, config as systemA } from "../worlds/aws/environment.ts";

const config: Config = {
  ...systemA,
  rollout: {
    ...systemA.rollout,
    host: "command-line",
    bake: duration(2_000),
    finalBake: duration(2_000),
    keepWarm: duration(1_000),
    dataLimit: duration(60_000),
    gates: [{ kind: "error-rate", max: 0.02 }, { kind: "health" }],
  },
};
const signIn = new UserError(
  "engine/no-credentials",
  "AWS takes no credentials from here: could not read the ledger",
  "sign in with: aws sso login",
);

type Told = Parameters<Tell>[0];

/** When what it is carried out with ends, and what becomes of its report. */
interface Beside {
  readonly ends?: Instant;
  readonly keep?: () => Promise<string>;
}

/** System A with its live version up and under traffic, and an AWS that fails with an error while `fails` says so. */
async function standing(fails: (kinds: readonly string[]) => unknown, hears: (told: Told, world: World, id: string) => void = () => {}) {
  const from = scenario({});
  const { world } = from;
  await goLive(from);
  const told: Event[] = [];
  const kindsOf = async () => (await world.ledger.read()).map(({ kind, step }) => `${kind} ${step}`.trim());
  const lent: World = {
    ...world,
    ledger: {
      ...world.ledger,
      read: async () => {
        const error = fails(await kindsOf());
        if (error !== undefined) throw error;
        return world.ledger.read();
      },
    },
  };
  const start = (under: World = lent, { ends, keep = async () => "report.json" }: Beside = {}) =>
    release({
      config,
      map: mapWith({}),
      version: "vb",
      account: { answer: async () => ({ is: "done", because: "" }) },
      alarms: () => [],
      clock: world.clock,
      holder: holder(7),
      keep,
      tell: (event) => {
        told.push({ ...event, at: world.clock.now() });
        hears(event, world, told.flatMap((one) => (one.type === "plan" ? [one.release] : [])).at(-1) ?? "");
      },
      signals: { stop: new AbortController().signal },
      open: () => ({
        world: () => under,
        refuseOtherAccount: async () => {},
        releaseFunction: () => {
          throw new Error("nothing here runs in Lambda");
        },
        artifact: async () => artifact("b"),
        originOf: async () => ({ is: "unknown", builds: 0 }),
        keep: async () => {},
        vcpusOf: async () => 2,
        room: async () => [],
        credentialsEnd: async () => ends,
        close: () => {},
      }),
    });
  const notes = () => told.flatMap((event) => (event.type === "note" ? [event.text] : []));
  return { world, told, notes, start, kindsOf };
}

it("X05 X10 a command that cannot go on in the middle is interrupted, and not blocked as if nothing had moved: it names the release, where the callers are, and what goes on", async () => {
  const { world, told, notes, start } = await standing((kinds) => (kinds.includes("started bake-50") ? signIn : undefined));
  const outcome = await start();
  const { release: left } = foldLedger(await world.ledger.read());
  const stands = `${left?.id} stands with 50 % on green; nothing moves while nobody is in charge of it`;
  expect(outcome).toMatchObject({ outcome: "interrupted", exit: 15, release: left?.id, because: `${stands}: ${signIn.message}` });
  expect(await world.router.weight()).toBe(50);
  expect(notes()).toContain(`${stands}; go on with: sluice release production`);
  expect(told.filter(({ type }) => type === "error")).toMatchObject([
    { code: signIn.code, fix: "sign in with: aws sso login; then go on with: sluice release production" },
  ]);
  expect(await start(world)).toMatchObject({ outcome: "released", exit: 0 });
});

it("X04 X05 a release that outlasts the credentials of the environment begins, and says before it moves anybody when they end and what then", async () => {
  const about = async (late: number) => {
    const { world, told, start } = await standing(() => undefined);
    // Three bakes, the final one and the wait for the old version; no time passes while it is planned.
    const span = 4 * (2_000 + world.meter.delay) + 1_000;
    const ends = instant(world.clock.now() + span + late);
    expect(await start(world, { ends })).toMatchObject({ outcome: "released" });
    const at = told.findIndex((event) => event.type === "note" && event.text.includes("credentials"));
    const before = told.slice(0, at).map(({ type }) => type);
    return {
      text: told.flatMap((event) => (event.type === "note" && event.text.includes("credentials") ? [event.text] : [])),
      before,
      ends,
      span,
    };
  };
  expect((await about(0)).text).toEqual([]);
  const { text, before, ends, span } = await about(-1);
  expect(text).toEqual([
    `the credentials in the environment of this command end at ${new Date(ends).toISOString()}, and the release takes ${showDuration(span)} or more; callers would stay where they are with nobody at the gates until somebody signs in and runs: sluice release production; begin with credentials that last, or that are renewed: aws sso login and AWS_PROFILE, or a function in the environment, rollout.host "lambda"`,
  ]);
  expect([before.includes("plan"), before.includes("step-started")]).toEqual([true, false]);
});

it("X05 a shift that nobody knows the end of may have come to pass: both shares are told", async () => {
  const { start } = await standing((kinds) => (kinds.includes("started shift-50") ? signIn : undefined));
  expect((await start()).because).toMatch(/ stands with between 10 and 50 % on green; /);
});

it("X10 a fault of ours in the middle is thrown once it is told where the callers are", async () => {
  const { notes, start } = await standing((kinds) => (kinds.includes("started bake-10") ? new TypeError("no") : undefined));
  await expect(start()).rejects.toBeInstanceOf(TypeError);
  expect(notes().at(-1)).toMatch(/ stands with 10 % on green; .*go on with: sluice release production$/);
});

it("X05 while a release goes back, who has to sign in again is waited for as for AWS itself, and is told which command helps", async () => {
  let looks = 0;
  const goesBack = (kinds: readonly string[]) => kinds.some((kind) => kind.startsWith("turned-back"));
  const { world, notes, start } = await standing(
    (kinds) => (goesBack(kinds) && looks++ > 0 && looks < 42 ? signIn : undefined),
    (event, { ledger, clock }, id) => {
      if (event.type !== "step-started" || event.step !== "bake-50") return;
      void record(ledger, "asked", { what: "rollback", by: "me" }, { release: id, at: clock.now(), holder: holder(8) });
    },
  );
  expect(await start()).toMatchObject({ outcome: "rolled-back", exit: 10 });
  expect(world.weights.at(-1)).toBe(0);
  expect(notes().filter((text) => text.startsWith(`${signIn.message}; sign in with: aws sso login; tried again in `))).toHaveLength(40);
});

it("X05 who goes on with a release and gets no turn through tells where its callers are all the same, as the ledger told before", async () => {
  const { start, world } = await standing((kinds) => (kinds.includes("started bake-50") ? signIn : undefined));
  expect(await start()).toMatchObject({ outcome: "interrupted" });
  // What was left is looked for once, and read again when the lock is taken; then nothing is read any more.
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads > 2) throw signIn;
    return world.ledger.read();
  };
  const again = await start({ ...world, ledger: { ...world.ledger, read } });
  expect(again).toMatchObject({ outcome: "interrupted", exit: 15, because: expect.stringMatching(/ stands with 50 % on green; /) });
});

it("B21 X04 a release whose report cannot be written ends as it ended: that is told beside it", async () => {
  const { notes, start } = await standing(() => undefined);
  const keep = async () => {
    throw Object.assign(new Error("ENOSPC: no space left on device, mkdir '.sluice/releases'"), { code: "ENOSPC" });
  };
  const outcome = await start(undefined, { keep });
  expect(outcome).toMatchObject({ outcome: "released", exit: 0, report: "" });
  expect(notes().at(-1)).toMatch(/^the report of r-\S+ could not be kept: ENOSPC: no space left/);
});
