import { describe, expect, it } from "vitest";
import { release } from "../../lib/actions/release.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import { duration } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import type { World } from "../../lib/ports/world.ts";
import { record } from "../../lib/release/controller.ts";
import { foldLedger } from "../../lib/release/state.ts";
import { placeOf } from "../../lib/worlds/aws/place.ts";
import { type Death, Killed, mortal } from "../release/mortal.ts";
import { artifact, type Choices, goLive, holder, scenario } from "../release/scenario.ts";
import { mapWith, config as systemA } from "../worlds/aws/environment.ts";
import { alias, lambdaHost, lease } from "./lambda-host.ts";

const config: Config = {
  ...systemA,
  rollout: {
    ...systemA.rollout,
    bake: duration(2_000),
    finalBake: duration(2_000),
    keepWarm: duration(1_000),
    dataLimit: duration(60_000),
    gates: [{ kind: "error-rate", max: 0.02 }, { kind: "health" }],
  },
};
const fromHere: Config = { ...config, rollout: { ...config.rollout, host: "command-line" } };
const map = mapWith({ ReleaseHostArn: alias });
const candidate = artifact("b");

interface Given {
  readonly of?: Config;
  readonly by?: ReturnType<typeof holder>;
  readonly stop?: AbortController;
  readonly image?: typeof candidate;
  readonly under?: World;
  /** What was typed instead of that image's version. */
  readonly named?: { readonly version?: string };
  /** Whether somebody deleted the image from its registry. */
  readonly deleted?: boolean;
}

/** System A with its live version up and under traffic, and Lambda, whose first execution ends as `death` says. */
async function standing({ choices = {}, death }: { readonly choices?: Choices; readonly death?: Death } = {}) {
  const from = scenario(choices);
  const { world } = from;
  await goLive(from);
  const lambda = lambdaHost((execution): World => (execution === 1 ? mortal(world, death).world : world));
  const told: Event[] = [];
  const lent: World = world;
  const start = ({ of = config, by = holder(7), stop = new AbortController(), image = candidate, under = lent, ...given }: Given = {}) =>
    release({
      config: of,
      map,
      ...("named" in given ? given.named : { version: image.version }),
      account: { answer: async () => ({ is: "done", because: "" }) },
      alarms: () => [],
      clock: under.clock,
      holder: by,
      keep: async ({ release: id }) => `${id}/report.json`,
      tell: (event) => told.push({ ...event, at: world.clock.now() }),
      signals: { stop: stop.signal },
      open: () => ({
        world: () => under,
        refuseOtherAccount: async () => {},
        releaseFunction: (given) => {
          expect(given).toBe(alias);
          return lambda.carrier;
        },
        artifact: async () => {
          if (given.deleted) throw new UserError("version/missing", "there is no image", "push it");
          return image;
        },
        originOf: async () => ({ is: "unknown", builds: 0 }),
        keep: async () => {},
        vcpusOf: async () => 2,
        room: async () => [],
        credentialsEnd: async () => {
          if (of.rollout.host === "lambda") throw new Error("a function has a role of its own");
          return undefined;
        },
        close: () => {},
      }),
    });
  const kinds = async () => (await world.ledger.read()).map(({ kind, step }) => `${kind} ${step}`.trim());
  const folded = async () => foldLedger(await world.ledger.read());
  return { world, lambda, told, start, kinds, folded };
}

describe("X04 a release that Lambda carries out", () => {
  it("is planned and sealed here, handed over by its name and its place, and watched to its end", async () => {
    const { world, lambda, told, start, folded } = await standing();
    const outcome = await start();
    expect(outcome).toMatchObject({ outcome: "released", exit: 0, left: [], report: `${outcome.release}/report.json` });
    expect(world.weights).toEqual([10, 50, 100]);
    expect(await folded()).toMatchObject({ lives: { "web/eu-west-1": { slot: "green" } }, held: undefined });
    const [first, ...others] = lambda.invoked;
    expect(others).toEqual([]);
    expect(first).toMatchObject({ FunctionName: alias, InvocationType: "Event", DurableExecutionName: outcome.release });
    expect(JSON.parse(new TextDecoder().decode(Uint8Array.from(Object.values(first?.Payload ?? {}))))).toEqual({
      release: outcome.release,
      place: placeOf(map, config, "catalog.example.com"),
    });
    const [begun, then] = told.map(({ type }) => type).filter((type) => type !== "note");
    expect([begun, then]).toEqual(["plan", "handed-over"]);
    expect(told.filter(({ type }) => type === "step-done").length).toBeGreaterThan(5);
  });

  it("is in charge from the first turn on: whoever planned it holds nothing any more", async () => {
    const { start, world } = await standing();
    await start();
    const held = (await world.ledger.read()).filter(({ kind }) => kind === "held");
    expect(held.map(({ holder: { pid } }) => pid).slice(0, 3)).toEqual([7, 7, 0]);
    expect(Reflect.get(Object(held[1]?.body), "until")).toBe(held[1]?.at);
  });

  it("B21 says that it was rolled back, and why, as if it had run here", async () => {
    const { start, world } = await standing({ choices: { candidate: { failureRate: (weight) => (weight >= 50 ? 0.5 : 0) } } });
    expect(await start()).toMatchObject({ outcome: "rolled-back", exit: 10, because: expect.stringContaining("error rate") });
    expect(world.weights.at(-1)).toBe(0);
  });

  it("goes on when Ctrl-C ends the watching, which asks it for nothing; the same command watches it again and begins no second one", async () => {
    const { lambda, told, start, kinds } = await standing();
    const stop = new AbortController();
    const ended = start({ stop });
    while (!told.some((event) => event.type === "step-done" && event.step === "shift-10"))
      await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    const first = await ended;
    expect(first).toMatchObject({ outcome: "interrupted", exit: 15, because: expect.stringContaining("goes on in Lambda") });
    expect(await kinds()).not.toContain("asked");
    const again = await start({ by: holder(8) });
    expect(again).toMatchObject({ outcome: "released", release: first.release });
    expect(lambda.names()).toEqual([first.release]);
  });

  it("X04 is watched on where AWS did not let a look through, as a turn is tried again; what lasts ends the watching alone", async () => {
    for (const lasts of [12, Number.POSITIVE_INFINITY]) {
      const { world, told, start } = await standing();
      let looks = 0;
      const read: World["ledger"]["read"] = async (from) => {
        if (!told.some(({ type }) => type === "handed-over")) return world.ledger.read(from);
        looks += 1;
        if (looks > lasts || (lasts === 12 && looks % 4 === 0)) return world.ledger.read(from);
        throw new UserError("engine/failed", "could not read the ledger: Throttling", "try again");
      };
      const outcome = await start({ under: { ...world, ledger: { ...world.ledger, read } } });
      const notes = told.flatMap((event) => (event.type === "note" ? [event.text] : []));
      expect(notes).toContain("could not read the ledger: Throttling; tried again in 8 s");
      expect(outcome).toMatchObject(lasts === 12 ? { outcome: "released", exit: 0 } : { outcome: "interrupted", exit: 15 });
    }
  });

  it("is turned back where Ctrl-C came before there was anything to watch", async () => {
    const { start, world } = await standing();
    const stop = new AbortController();
    stop.abort();
    const first = await start({ stop });
    expect(first).toMatchObject({ outcome: "interrupted", exit: 15, because: expect.stringContaining("nobody watches any more") });
    const again = await start({ by: holder(8) });
    expect(again).toMatchObject({ outcome: "rolled-back", release: first.release });
    expect(world.weights).toEqual([]);
  });

  it("X04 ends as it ended also where CloudWatch lets nobody read any more, and says that what the callers saw is not known", async () => {
    const { world, told, start } = await standing();
    const gone = () => Promise.reject(new UserError("engine/no-credentials", "the session has expired", "sign in"));
    const outcome = await start({ under: { ...world, meter: { ...world.meter, read: gone } } });
    expect(outcome).toMatchObject({ outcome: "released", exit: 0, requests: { total: 0, failed: 0 } });
    expect(told).toContainEqual(expect.objectContaining({ type: "note", text: expect.stringContaining("the session has expired") }));
  });

  it("X04 whoever slept through its end is told how it ended, though another release has begun since", async () => {
    const { world, start } = await standing();
    // Each look comes after the end of this one and the beginning of the next.
    const late: World = {
      ...world,
      ledger: {
        ...world.ledger,
        read: async () => {
          const entries = await world.ledger.read();
          const end = entries.findLast(({ kind }) => kind === "ended");
          const plan = entries.find(({ kind }) => kind === "planned");
          if (!end || !plan) return entries;
          return [...entries, { ...plan, release: "r-later", position: entries.length }];
        },
      },
    };
    const outcome = await start({ under: late });
    expect(outcome).toMatchObject({ outcome: "released", exit: 0, report: `${outcome.release}/report.json` });
  });

  it("X06 does not pass for the release of another version that is asked for meanwhile", async () => {
    const { told, start } = await standing();
    const stop = new AbortController();
    const ended = start({ stop });
    while (!told.some((event) => event.type === "step-done")) await new Promise((resolve) => setImmediate(resolve));
    await expect(start({ by: holder(8), image: artifact("c") })).rejects.toMatchObject({
      code: "release/unfinished",
      message: expect.stringContaining("which releases vb, not vc"),
    });
    stop.abort();
    await ended;
  });

  it("waits for a person, and says so to whoever watches", async () => {
    const { told, start, world } = await standing();
    const asking: Config = { ...config, rollout: { ...config.rollout, approval: "before-first-shift" } };
    const stop = new AbortController();
    const ended = start({ of: asking, stop });
    while (!told.some(({ type }) => type === "waiting")) await new Promise((resolve) => setImmediate(resolve));
    // Once, however often it is looked at.
    const since = world.clock.now();
    while (world.clock.now() - since < 10_000) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await ended;
    expect(told.filter(({ type }) => type === "waiting")).toMatchObject([
      { because: expect.stringContaining("sluice approve production") },
    ]);
    expect(world.weights).toEqual([]);
  });
});

describe("X05 a release whose host has died", () => {
  const death: Death = { call: 120, side: "after" };

  it("is told to stand still, with the reason, and goes on in another execution when it is started again", async () => {
    const { lambda, start, world, kinds } = await standing({ death });
    await expect(start()).rejects.toMatchObject({ code: "release/stopped", message: expect.stringContaining("it failed") });
    const again = await start({ by: holder(8) });
    expect(again).toMatchObject({ outcome: "released" });
    expect(lambda.names()).toEqual([again.release, again.release, `${again.release}-2`]);
    expect(world.weights).toEqual([10, 50, 100]);
    const begun = (await kinds()).filter((kind) => kind.startsWith("started"));
    expect(begun).toEqual([...new Set(begun)]);
  });

  it("is told to stand still where somebody deleted its function, of whose executions AWS knows nothing any more", async () => {
    const { lambda, start } = await standing({ death: { call: 1, side: "before" } });
    lambda.forget();
    await expect(start()).rejects.toMatchObject({ code: "release/stopped", message: expect.stringContaining("deleted the function") });
    // When it was begun, after half a minute and after a whole one: one of which AWS does not tell yet is waited for.
    expect(lambda.looks()).toBe(3);
  });

  it("in Lambda is carried on by the command line, once the lock of the one that died has ended", async () => {
    const { start, world } = await standing({ death });
    await expect(start()).rejects.toMatchObject({ code: "release/stopped" });
    await expect(start({ of: fromHere, by: holder(8) })).rejects.toMatchObject({ code: "release/held" });
    world.clock.advance(lease);
    expect(await start({ of: fromHere, by: holder(8) })).toMatchObject({ outcome: "released" });
    expect(world.weights).toEqual([10, 50, 100]);
  });

  it("at a command line is carried on by Lambda, which need not wait for a lock whose holder is seen to be gone", async () => {
    const { start, world, lambda } = await standing();
    await expect(start({ of: fromHere, under: mortal(world, death).world })).rejects.toBeInstanceOf(Killed);
    await expect(start({ by: holder(8) })).rejects.toMatchObject({ code: "release/held" });
    world.gone.add(7);
    const went = await start({ by: holder(8) });
    expect(went).toMatchObject({ outcome: "released" });
    expect(lambda.names()).toEqual([went.release]);
    expect(world.weights).toEqual([10, 50, 100]);
  });

  it("B21 is turned back also where somebody deleted the image, and nobody has to name it: its plan knows which one", async () => {
    const { start, world, folded } = await standing();
    await expect(start({ of: fromHere, under: mortal(world, death).world })).rejects.toBeInstanceOf(Killed);
    world.gone.add(7);
    const { release: left } = await folded();
    if (!left) throw new Error("nothing was planned");
    await record(world.ledger, "asked", { what: "rollback", by: "ana" }, { release: left.id, at: world.clock.now(), holder: holder(8) });
    const again = { of: fromHere, by: holder(8), deleted: true };
    expect(await start({ ...again, named: {} })).toMatchObject({ outcome: "rolled-back", release: left.id });
    expect(world.weights.at(-1) ?? 0).toBe(0);
    // What has ended is not gone on with.
    const entries = (await world.ledger.read()).length;
    await expect(start({ ...again, named: {} })).rejects.toMatchObject({
      code: "usage/invalid",
      fix: "say which: sluice release production --version VERSION",
    });
    expect((await world.ledger.read()).length).toBe(entries);
  });

  it.each(["vb", `sha256:${candidate.digest}`])("goes on where it is named as %s, without a look into the registry", async (version) => {
    const { start, world } = await standing();
    await expect(start({ of: fromHere, under: mortal(world, death).world })).rejects.toBeInstanceOf(Killed);
    world.gone.add(7);
    const again = { of: fromHere, by: holder(8), deleted: true };
    await expect(start({ ...again, named: { version: "vc" } })).rejects.toMatchObject({ code: "release/unfinished" });
    expect(await start({ ...again, by: holder(9), named: { version } })).toMatchObject({ outcome: "released" });
  });
});
