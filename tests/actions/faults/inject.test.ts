import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { disturb, type Reach } from "../../../lib/actions/faults/inject.ts";
import { harmless, type Mischief } from "../../../lib/actions/faults/mischief.ts";
import { parseFault } from "../../../lib/actions/faults/parse.ts";
import type { Slot } from "../../../lib/base/outcome.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { World } from "../../../lib/ports/world.ts";
import { newController, record, run } from "../../../lib/release/controller.ts";
import type { Request } from "../../../lib/release/facts.ts";
import type { Release } from "../../../lib/release/state.ts";
import { begin, type Choices, holder, scenario, unhurried } from "../../release/scenario.ts";

interface Disturbed {
  readonly release: Release;
  /** What the fault did, in order, each with the last step that had been written down. */
  readonly did: readonly string[];
  readonly told: readonly string[];
  /** What every slot was started with. */
  readonly started: ReadonlyMap<Slot, Artifact>;
  /** What the saboteurs were ordered to do, when the candidate was started and at the end. */
  readonly orders: { readonly atStart: Mischief | undefined; readonly atEnd: Mischief | undefined };
}

/** Carries a release out in the simulated world with one fault at work on it. */
async function disturbed(text: string, choices: Choices = {}): Promise<Disturbed> {
  const state = mkdtempSync(path.join(os.tmpdir(), "inject-"));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const from = scenario(choices);
  await begin(from);
  const { world, sealed } = from;
  const { plan } = sealed;
  const written = async () => (await world.ledger.read()).findLast(({ kind }) => kind === "done")?.step ?? "nothing";
  const did: string[] = [];
  const told: string[] = [];
  const note = async (what: string) => void did.push(`${what} after ${await written()}`);
  const ask = (what: Request) =>
    record(world.ledger, "asked", { what, by: "fault" }, { release: plan.release, at: world.clock.now(), holder: holder(500) });
  const reach: Reach = {
    state,
    candidate: plan.candidate.slot,
    tell: (event) => void (event.type === "fault" && told.push(event.text)),
    steps: plan.steps.map(({ id }) => id),
    shifts: plan.steps.flatMap((step) => (step.kind === "shift" ? [{ id: step.id, weight: step.weight }] : [])),
    killInstance: () => note("an instance was killed"),
    async killPlane() {
      await note("the plane was killed");
      // Somebody writes at that moment, so the step has to be written down again.
      if (did.length === 1) await ask("resume");
    },
    killController: () => void note("the controller was killed"),
    askRollback: async () => {
      await note("a rollback was asked for");
      await ask("rollback");
    },
  };
  const started = new Map<Slot, Artifact>();
  let atStart: Mischief | undefined;
  const watched: World["fleet"] = {
    ...world.fleet,
    start: (slot, artifact, count) => {
      started.set(slot, artifact);
      atStart ??= orderIn(state);
      return world.fleet.start(slot, artifact, count);
    },
  };
  const release = await run(
    newController(disturb({ ...world, fleet: watched }, parseFault(text), reach), holder(), () => {}),
    unhurried,
  );
  return { release, did, told, started, orders: { atStart, atEnd: orderIn(state) } };
}

function orderIn(state: string): Mischief | undefined {
  const folder = path.join(state, "faults");
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  return name === undefined ? undefined : JSON.parse(readFileSync(path.join(folder, name), "utf8"));
}

describe("X03: a fault in the world itself strikes at its moment, says so, and the release ends as the table says", () => {
  test.each([
    ["blind-gate@before", "after start"],
    ["blind-gate@after", "after shift-10"],
    ["disk-full@before", "after start"],
    ["disk-full@after", "after shift-10"],
    ["no-traffic@before", "after start"],
    ["no-traffic@after", "after shift-10"],
  ])("%s", async (text, moment) => {
    const { release, told } = await disturbed(text);
    expect({ outcome: release.ended?.outcome, told }).toEqual({ outcome: parseFault(text).expected, told: [`strikes ${moment}`] });
  });

  test("no-traffic, where nothing makes up for it", async () => {
    const { release } = await disturbed("no-traffic:no-top-up", { reading: { topUp: false } });
    expect(release.ended?.outcome).toBe("rolled-back");
  });
});

describe("X03 X05: a fault that needs a hand outside is struck once, at its moment", () => {
  test.each([
    ["instance-dies", "an instance was killed after shift-10"],
    ["instance-dies@before", "an instance was killed after start"],
    // These strike after the step acted and before that is written down.
    ["plane-dies", "the plane was killed after bake-10"],
    ["plane-dies@before", "the plane was killed after nothing"],
    ["plane-dies:drain", "the plane was killed after bake-final"],
    ["controller-dies:probe", "the controller was killed after start"],
    ["asks-rollback:shift-100", "a rollback was asked for after bake-50"],
  ])("%s: %s", async (text, what) => {
    const { release, did } = await disturbed(text);
    expect({ did, outcome: release.ended?.outcome }).toEqual({ did: [what], outcome: parseFault(text).expected });
  });
});

describe("X03: a misbehaving candidate is started through the saboteur, which the live version never sees", () => {
  test.each([
    ["never-healthy", { healthy: false }, { healthy: false }],
    ["green-errors:20%@before", { failureRate: 0.2 }, { failureRate: 0.2 }],
    ["green-errors:0.5", {}, { failureRate: 0.5 }],
    ["green-slow:250", {}, { delay: 250 }],
    ["green-leaks", {}, { failureRate: 0.3, delay: 400 }],
    ["green-crashes@before", { crashes: true }, { crashes: true }],
    ["port-taken", { takesPort: true }, { takesPort: true }],
  ] as const)("%s", async (text, atStart, atEnd) => {
    const { started, orders } = await disturbed(text);
    expect(orders).toEqual({ atStart: { ...harmless, ...atStart }, atEnd: { ...harmless, ...atEnd } });
    expect(started.get("green")).toMatchObject({
      start: "node server.js",
      through: [process.execPath, expect.stringMatching(/\/saboteur\.ts$/), expect.stringContaining(`/faults/${parseFault(text).name}-`)],
    });
    expect([...started.keys()]).toEqual(["green"]);
  });

  test("green-leaks waits for half of the traffic", async () => {
    expect((await disturbed("green-leaks")).told).toEqual(["strikes after shift-50"]);
  });
});

test("A17: a fault at a step that this release has not is refused, and the steps that it has are named", async () => {
  await expect(disturbed("plane-dies:approval")).rejects.toMatchObject({
    code: "usage/invalid",
    message: '--fault plane-dies:approval: this release has no step "approval"',
    fix: expect.stringMatching(/^its steps are start, .*, retire$/),
  });
});

test.each(["build-fails", "test-fails"])("X03: %s is the pipeline's and disturbs no release", async (text) => {
  const { release, did, started } = await disturbed(text);
  expect({ outcome: release.ended?.outcome, did, through: started.get("green")?.through }).toEqual({ outcome: "released", did: [] });
});
