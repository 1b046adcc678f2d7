import { expect, it } from "vitest";
import { type Duration, duration } from "../../lib/base/time.ts";
import { act } from "../../lib/release/act.ts";
import { at, type Line, planned, releaseOf, turnedBack, upTo } from "./chronicle.ts";
import { goLive, holder, scenario } from "./scenario.ts";

/** What one decision writes on a release that these lines tell of. */
async function acted(lines: readonly Line[], what: "begin" | "act", step: string, inFlight = 0) {
  const stage = scenario();
  await goLive(stage);
  const status: typeof stage.world.fleet.status = async (slot) => ({ ...(await stage.world.fleet.status(slot)), inFlight });
  const world = { ...stage.world, fleet: { ...stage.world.fleet, status } };
  const release = releaseOf(...lines);
  const state = release.steps.find((one) => one.step.id === step);
  if (!state) throw new Error(`no step ${step}`);
  return act({ world, holder: holder(7) }, release, { do: what, state });
}

it("every entry says whose step it is, by whom, when, and at which attempt", async () => {
  const effect = await acted([planned], "begin", "start");
  expect(effect).toMatchObject({ is: "entry", draft: { kind: "started", release: "r-1", step: "start", attempt: 1, holder: holder(7) } });
  expect(effect.is === "entry" && effect.draft.at).toBeGreaterThan(0);
});

it("a step that is begun again counts its attempts, and what it then does belongs to the last", async () => {
  const again: Line[] = [planned, ["started", {}, { step: "drain", attempt: 2 }]];
  expect(await acted(again, "begin", "drain")).toMatchObject({ draft: { kind: "started", attempt: 3 } });
  expect(await acted(again, "act", "drain")).toMatchObject({ draft: { kind: "done", attempt: 2 } });
});

it("a hand knows when its step began, not when the turn did", async () => {
  const long: Line[] = [planned, ["started", {}, { step: "drain", at: at(0) }]];
  expect(await acted(long, "act", "drain", 4)).toMatchObject({ is: "entry", draft: { kind: "done" } });
});

it("X05 what a shift asks to keep is written down once, and then it is looked at again in time", async () => {
  const stage = scenario();
  await goLive(stage);
  const shift: typeof stage.world.router.shift = async () => ({
    is: "pending",
    lookAgainIn: duration(5_000),
    because: "wait",
    note: "10 % sent",
  });
  const world = { ...stage.world, router: { ...stage.world.router, shift } };
  const lines: Line[] = [planned, ["started", {}, { step: "shift-10" }]];
  const look = async (...more: Line[]) => {
    const release = releaseOf(...lines, ...more);
    const state = release.steps.find(({ step }) => step.id === "shift-10");
    if (!state) throw new Error("no shift");
    return [
      await act({ world, holder: holder() }, release, { do: "act", state }),
      await act({ world, holder: holder() }, release, { do: "undo", state }),
    ];
  };
  const written = { is: "entry", draft: { kind: "noted", step: "shift-10", body: { note: "10 % sent" } } };
  expect(await look()).toMatchObject([written, written]);
  const later = { is: "later", in: 5_000, because: "wait" };
  expect(await look(["noted", { note: "10 % sent" }, { step: "shift-10" }])).toEqual([later, later]);
});

it.each<[string, string]>([
  ["copies that were just started", "start"],
  ["an old version that just began to stop", "retire"],
])("B21 that nothing of %s is left to undo is believed only when what was read cannot be older", async (_what, step) => {
  const stage = scenario();
  await goLive(stage);
  const { world } = stage;
  const release = releaseOf(...upTo(step), [
    "turned-back",
    { because: "", details: [], outcome: "rolled-back", gates: [] },
    { at: world.clock.now() },
  ]);
  const state = release.steps.find((one) => one.step.id === step);
  if (!state) throw new Error(`no step ${step}`);
  const undo = (settles?: Duration) =>
    act({ world: { ...world, ...(settles && { settles }) }, holder: holder() }, release, { do: "undo", state });
  world.clock.advance(1_000);
  expect(await undo(duration(15_000))).toMatchObject({ is: "later", in: 5_000 });
  expect(await undo()).toMatchObject({ draft: { kind: "undone" } });
  world.clock.advance(14_000);
  expect(await undo(duration(15_000))).toMatchObject({ draft: { kind: "undone" } });
});

it("B21 callers come back at once, as a shift does not go by what is read", async () => {
  const stage = scenario();
  await goLive(stage);
  const { world } = stage;
  const release = releaseOf(...upTo("shift-10"), [
    "turned-back",
    { because: "", details: [], outcome: "rolled-back", gates: [] },
    { at: world.clock.now() },
  ]);
  const state = release.steps.find((one) => one.step.id === "shift-10");
  if (!state) throw new Error("no shift");
  const effect = await act({ world: { ...world, settles: duration(15_000) }, holder: holder() }, release, { do: "undo", state });
  expect(effect).toMatchObject({ draft: { kind: "undone", step: "shift-10" } });
});

it("B21 the end of a rollback lists what was undone once each, newest first, and what was left", async () => {
  const undone = (step: string): Line => ["undone", { detail: "" }, { step }];
  const back = [...upTo("bake-50"), turnedBack, undone("shift-50"), undone("shift-10"), undone("start")];
  const effect = await act({ world: scenario().world, holder: holder() }, releaseOf(...back), { do: "end" });
  expect(effect).toMatchObject({
    draft: {
      kind: "ended",
      step: "",
      body: {
        outcome: "rolled-back",
        undid: ["all traffic back to blue", "stop green"],
        left: ["what was written through the candidate stays, both versions share the data"],
      },
    },
  });
});

it("B21 a rollback before any traffic left nothing written", async () => {
  const back: Line[] = [...upTo("probe"), turnedBack, ["undone", { detail: "" }, { step: "start" }]];
  const effect = await act({ world: scenario().world, holder: holder() }, releaseOf(...back), { do: "end" });
  expect(effect).toMatchObject({ draft: { body: { undid: ["stop green"], left: [] } } });
});

it("tops up both versions alike, so that comparing them stays fair, with requests that change nothing", async () => {
  const stage = scenario({ kinds: [{ method: "POST", path: "/orders", share: 1 }] });
  await goLive(stage);
  const bursts: unknown[] = [];
  const burst: typeof stage.world.traffic.burst = async (address, count, over, kinds) => {
    bursts.push([address, count, over, kinds.map(({ method, path }) => `${method} ${path}`)]);
    return { requests: count, failed: 0, failures: {} };
  };
  const world = { ...stage.world, traffic: { ...stage.world.traffic, burst } };
  const release = releaseOf(["planned", stage.sealed], ["started", {}, { step: "bake-10" }]);
  const state = release.steps.find(({ step }) => step.id === "bake-10");
  if (!state) throw new Error("no bake");
  const effect = await act({ world, holder: holder() }, release, { do: "top-up", state, requests: 9 });
  expect(effect).toMatchObject({ draft: { kind: "topped-up", step: "bake-10", body: { requests: 9 } } });
  expect(bursts).toEqual(["green", "blue"].map((slot) => [`http://${slot}.test`, 9, 250, ["GET /health"]]));
});
