import { describe, expect, it } from "vitest";
import { serviceLeft } from "../../lib/actions/release/unfinished.ts";
import { type ReleaseWith, release } from "../../lib/actions/release.ts";
import { UserError } from "../../lib/base/errors.ts";
import type { Event } from "../../lib/base/events.ts";
import type { Slot } from "../../lib/base/outcome.ts";
import { duration } from "../../lib/base/time.ts";
import type { Config } from "../../lib/config/config.ts";
import type { Artifact } from "../../lib/ports/artifact.ts";
import type { World } from "../../lib/ports/world.ts";
import { record } from "../../lib/release/controller.ts";
import type { Placement } from "../../lib/release/plan.ts";
import type { Report } from "../../lib/release/report.ts";
import { foldLedger } from "../../lib/release/state.ts";
import type { Place } from "../../lib/worlds/aws/place.ts";
import { simulatedRegions } from "../../lib/worlds/simulated/regions.ts";
import { simulatedRouter } from "../../lib/worlds/simulated/router.ts";
import { calm, sound } from "../../lib/worlds/simulated/script.ts";
import { api, beside, like } from "../examples/several/plans.ts";
import { artifact, holder } from "../release/scenario.ts";
import { mapWith, config as systemA } from "../worlds/aws/environment.ts";

const names = ["eu-west-1", "us-west-2"];

const quick = (of: Config, rollback: "all" | "wave" = "wave"): Config => ({
  ...of,
  rollout: {
    ...of.rollout,
    host: "command-line",
    rollback,
    bake: duration(2_000),
    finalBake: duration(2_000),
    keepWarm: duration(1_000),
    gates: [{ kind: "error-rate", max: 0.1 }, { kind: "health" }],
  },
});

/** System A without its database: both regions serve callers. */
const { database: _, ...served } = systemA;

interface Given {
  readonly of?: Config;
  /** The region where the candidate fails half of its requests. */
  readonly failsIn?: string;
}

const [live, candidate] = [artifact("a"), artifact("b")];

/** Regions in memory, in each of which the live version is up and under traffic, and the registry of each. */
async function standing({ of = quick(served), failsIn }: Given = {}) {
  const given = names.map((name) => {
    const versions = new Map([[candidate.digest, { ...sound, failureRate: () => (name === failsIn ? 0.5 : 0) }]]);
    return [name, { candidate: "green", script: { ...calm, versions } }] as const;
  });
  const world = simulatedRegions(Object.fromEntries(given));
  for (const name of names) {
    while ((await world.region(name).fleet.start("blue", live, 3)).is !== "done") world.clock.advance(100);
    await world.regions[name]?.traffic.send(100, [{ method: "GET", path: "/", share: 1 }]);
  }
  world.clock.advance(2_000);
  const registries = new Map<string, readonly Artifact[]>(names.map((name) => [name, [candidate]]));
  const told: Event[] = [];
  const reports: Report[] = [];
  const opened: Place[] = [];
  const kept: string[] = [];
  const inRegion = (name: string, slot: Slot): World => {
    const there = world.regions[name];
    if (!there) throw new Error(`no region ${name}`);
    return { ...there, router: simulatedRouter(there.split, slot) };
  };
  const start = (change: Partial<ReleaseWith> = {}, lend: (name: string, slot: Slot) => World = inRegion) =>
    release({
      config: of,
      map: mapWith({}, of),
      version: "vb",
      account: { answer: async () => ({ is: "done", because: "" }) },
      alarms: () => [],
      clock: world.clock,
      holder: holder(7),
      keep: async (report) => {
        reports.push(report);
        return "report.json";
      },
      tell: (event) => told.push({ ...event, at: world.clock.now() }),
      signals: { stop: new AbortController().signal },
      open: (place) => {
        opened.push(place);
        return {
          world: (slot) => lend(place.region, slot),
          refuseOtherAccount: async () => {},
          releaseFunction: () => {
            throw new Error("nothing here runs in Lambda");
          },
          artifact: async (version) => {
            const found = registries.get(place.region)?.find((one) => [one.version, `sha256:${one.digest}`].includes(version));
            if (!found) throw new UserError("version/missing", `there is no image ${version} in ${place.region}`, "push it");
            return { ...found, file: `${place.region}/${found.file}` };
          },
          originOf: async () => ({ is: "unknown", builds: 0 }),
          keep: async ({ file }) => void kept.push(file),
          vcpusOf: async () => 2,
          room: async () => [],
          credentialsEnd: async () => undefined,
          close: () => {},
        };
      },
      ...change,
    });
  return { world, registries, told, reports, opened, kept, start, folded: async () => foldLedger(await world.ledger.read()) };
}

const told = (events: readonly Event[]) => events.flatMap((event) => (event.type === "step-done" ? [event.step] : []));

describe("C23 sluice release to several regions that serve callers", () => {
  it("goes through them in their order, each from its own registry, and knows afterwards what is live in each", async () => {
    const { world, start, folded, told: events, reports, kept } = await standing();
    expect(await start()).toMatchObject({ outcome: "released", exit: 0, left: [] });
    // Before it begins in the first one, so that nothing can change it meanwhile.
    expect(kept).toEqual(names.map((name) => `${name}/${candidate.file}`));
    const starts = told(events).filter((step) => step.startsWith("start@"));
    expect(starts).toEqual(["start@eu-west-1", "start@us-west-2"]);
    for (const name of names) expect(world.regions[name]?.weights).toEqual([10, 50, 100]);
    const { lives } = await folded();
    expect(Object.entries(lives).map(([where, { slot, artifact: image }]) => [where, slot, image.file])).toEqual([
      ["web/eu-west-1", "green", `eu-west-1/${candidate.file}`],
      ["web/us-west-2", "green", `us-west-2/${candidate.file}`],
    ]);
    const [report] = reports;
    expect(report?.waves.map(({ region, slots }) => [region, slots.green?.failed])).toEqual([
      ["eu-west-1", 0],
      ["us-west-2", 0],
    ]);
    expect(report?.callers.requests).toBeGreaterThan(0);
  });

  it("follows the waves of the configuration", async () => {
    const environments = served.environments.map((one) => {
      const waves = [{ region: "us-west-2", bake: duration(500) } as const, { region: "eu-west-1" } as const];
      return one.name === "production" ? { ...one, waves } : one;
    });
    const { start, told: events } = await standing({ of: quick({ ...served, environments }) });
    await start();
    expect(told(events).filter((step) => step.startsWith("start@"))).toEqual(["start@us-west-2", "start@eu-west-1"]);
  });

  it("turns back the region that fails alone, or with `rollback: all` both, and the next release begins from what is live in each", async () => {
    const alone = await standing({ failsIn: "us-west-2" });
    expect(await alone.start()).toMatchObject({
      outcome: "rolled-back",
      left: expect.arrayContaining(["eu-west-1 stays with vb in green"]),
    });
    expect((await alone.folded()).lives).toMatchObject({ "web/eu-west-1": { slot: "green" }, "web/us-west-2": { slot: "blue" } });
    for (const name of names) alone.registries.set(name, [artifact("c")]);
    expect(await alone.start({ version: "vc" })).toMatchObject({ outcome: "released" });
    expect((await alone.folded()).lives).toMatchObject({ "web/eu-west-1": { slot: "blue" }, "web/us-west-2": { slot: "green" } });

    const all = await standing({ of: quick(served, "all"), failsIn: "us-west-2" });
    expect(await all.start()).toMatchObject({ outcome: "rolled-back" });
    expect((await all.folded()).lives).toMatchObject({ "web/eu-west-1": { slot: "blue" }, "web/us-west-2": { slot: "blue" } });
  });

  it("begins nowhere while the image is not in every registry, and says how to copy it", async () => {
    const { world, registries, start, folded, kept } = await standing();
    registries.set("us-west-2", []);
    await expect(start()).rejects.toMatchObject({
      code: "version/missing",
      message: expect.stringContaining("vb of eu-west-1 is not in us-west-2"),
      fix: expect.stringMatching(/^copy it.*docker buildx imagetools create .*--tag \S+:vb eu-west-1\/b\.tar$/),
    });
    // The same tag over another image is not the version.
    registries.set("us-west-2", [{ ...artifact("c"), version: "vb" }]);
    await expect(start()).rejects.toMatchObject({ code: "version/missing" });
    expect(world.regions["eu-west-1"]?.weights).toEqual([]);
    expect((await folded()).held).toBeUndefined();
    expect(kept).toEqual([]);
  });

  it("begins nowhere while tests cannot come into a later region from here", async () => {
    const { world, start, folded } = await standing();
    const silent = (name: string): World => ({
      ...world.region(name),
      probe: name === "eu-west-1" ? world.region(name).probe : { ask: async () => [{ check: "GET /", ok: false, saw: "ETIMEDOUT" }] },
    });
    await expect(start({}, silent)).rejects.toMatchObject({
      code: "world/unreachable",
      message: expect.stringMatching(/us-west-2 \(.*:8443\): ETIMEDOUT$/),
    });
    expect(await folded()).toMatchObject({ held: undefined, release: undefined, lives: {} });
  });

  it("takes what a ledger from before there were several says without a name for the first service of the first region", async () => {
    const { world, start, folded } = await standing();
    const before: Placement = { slot: "blue", artifact: { ...live, file: "as it was pushed" }, count: 3 };
    await record(world.ledger, "seeded", { live: before }, { release: "r-0", at: world.clock.now(), holder: holder() });
    await start();
    const waves = (await folded()).release?.sealed.plan.spread?.waves ?? [];
    expect(waves.map((wave) => wave.live.artifact.file === "as it was pushed")).toEqual([true, false]);
  });

  it("X05 an unfinished release does not go on in a region that the configuration gave up, and says so", async () => {
    const { world, start, folded } = await standing();
    const stop = new Error("the machine went down");
    const dying = (name: string): World => ({
      ...world.region(name),
      ...(name === "us-west-2" && { fleet: { ...world.region(name).fleet, start: () => Promise.reject(stop) } }),
    });
    await expect(start({}, dying)).rejects.toBe(stop);
    world.gone.add(7);
    const environments = served.environments.map((one) => ({ ...one, regions: one.regions.slice(0, 1) }));
    const fewer = start({ config: quick({ ...served, environments }), holder: holder(8) });
    await expect(fewer).rejects.toMatchObject({ code: "world/unsupported", message: expect.stringContaining("us-west-2") });
    world.gone.add(8);
    expect(await start({ holder: holder(9) })).toMatchObject({ outcome: "released" });
    expect((await folded()).lives).toMatchObject({ "web/us-west-2": { slot: "green" } });
  });
});

describe("X04 sluice release of one of several services", () => {
  const tested = { ...api, health: "/api/health" };
  const two = quick({ ...beside(tested), environments: systemA.environments });

  it("asks which one, and knows only those of the configuration", async () => {
    const { start, opened } = await standing({ of: two });
    await expect(start()).rejects.toMatchObject({ code: "usage/invalid", fix: "say which: --service web or --service api" });
    await expect(start({ service: "cart" })).rejects.toMatchObject({ code: "usage/unknown", fix: "write one of: web, api" });
    expect(opened).toEqual([]);
  });

  it("releases that one from its own registry, by its own rule, asking it on its own path; each has a live version of its own", async () => {
    const { start, opened, folded } = await standing({ of: two });
    expect(await start({ service: "api" })).toMatchObject({ outcome: "released" });
    expect(opened.map(({ region, runs }) => [region, runs.on === "ecs" && runs.container])).toEqual([["eu-west-1", "api"]]);
    const [place] = opened;
    expect(place?.runs.on === "ecs" && place.runs.registry).toMatch(/api-RegistryUri$/);
    expect(place?.routes.by === "rule" && place.routes.ruleArn).toMatch(/api-SplitRuleArn$/);
    const { release: done, lives } = await folded();
    expect(done?.sealed.plan.checks).toMatchObject([{ path: "/api/health" }]);
    expect(done?.sealed.plan.kinds).toEqual([{ method: "GET", path: "/api/health", share: 1 }]);
    expect(Object.keys(lives)).toEqual(["api/eu-west-1"]);
  });

  it("a service under a name of its own is asked by that name", async () => {
    const { start, opened } = await standing({ of: quick({ ...beside(like("api")), environments: systemA.environments }) });
    await start({ service: "api" });
    expect(opened[0]?.entrance.domain).toBe("api.catalog.example.com");
  });

  it("refuses a service whose health path leads to another one: nobody could test it", async () => {
    const { start } = await standing({ of: quick(beside(api)) });
    await expect(start({ service: "api" })).rejects.toMatchObject({
      code: "world/unsupported",
      message: expect.stringContaining('"api" takes /api, /api/*, and its health path'),
    });
  });

  it("goes on with no other service than the one that was left unfinished", async () => {
    const { world, start } = await standing({ of: two });
    const stop = new Error("the machine went down");
    const dying = (name: string): World => ({
      ...world.region(name),
      router: { ...world.region(name).router, shift: () => Promise.reject(stop) },
    });
    await expect(start({ service: "api" }, dying)).rejects.toBe(stop);
    world.gone.add(7);
    await expect(start({ service: "web", holder: holder(8) })).rejects.toMatchObject({
      code: "release/unfinished",
      message: expect.stringContaining("releases vb of api, not vb of web"),
      fix: expect.stringContaining("sluice release production --service api, or"),
    });
    // A release of what was left unfinished can tell which service it is of.
    expect(await serviceLeft(two, world.ledger)).toBe("api");
    // And whoever is refused holds nothing.
    expect(await start({ service: "api", holder: holder(9) })).toMatchObject({ outcome: "released" });
    expect(await serviceLeft(two, world.ledger)).toBeUndefined();
  });
});
