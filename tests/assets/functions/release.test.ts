import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { ExecutionStatus, LocalDurableTestRunner, OperationStatus } from "@aws/durable-execution-sdk-js-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ending, releaseHost, versionOf } from "../../../assets/functions/release/host.ts";
import { opening } from "../../../assets/functions/release/open.ts";
import { UserError } from "../../../lib/base/errors.ts";
import { duration, instant } from "../../../lib/base/time.ts";
import { record } from "../../../lib/release/controller.ts";
import { foldLedger } from "../../../lib/release/state.ts";
import { openClients } from "../../../lib/worlds/aws/clients.ts";
import { type Choices, goLive, holder, type Scenario, scenario } from "../../release/scenario.ts";
import { tableOfItems } from "../../worlds/aws/table.ts";

/** The function does not look at it: the world that is opened here is in memory. */
const place = {
  environment: "production",
  region: "eu-west-1",
  ledgerTable: "",
  routes: { by: "rule", ruleArn: "" },
  runs: { on: "ecs", cluster: "", services: { blue: "", green: "" }, definitionArn: "", container: "", registry: "" },
  groups: { blue: "", green: "" },
  balancers: { blue: "", green: "", "known-bad": "" },
  entrance: { protocol: "https", domain: "shop.test", port: 8443, balancers: { blue: "", green: "", "known-bad": "" } },
} as const;

/** One shift and short bakes, for what does not depend on them. */
const short = { weights: [100], bake: duration(500), finalBake: duration(250), keepWarm: duration(250) };

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: true }));
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

/** A release that is planned, with its live version up, and the function that is to carry it out. */
async function planned(
  choices: Choices = {},
  before: (stage: Scenario, turn: number) => Promise<void> = async () => {},
  mostTurns = 1_000,
) {
  const stage = scenario(choices);
  const { world, sealed } = stage;
  await goLive(stage);
  await record(world.ledger, "planned", sealed, { release: "r-1", at: world.clock.now(), holder: holder() });
  const told: string[] = [];
  let turns = 0;
  let last = Date.now();
  const handler = withDurableExecution(
    releaseHost({
      tell: ({ type }) => told.push(type),
      mostTurns,
      functionOf: () => "release",
      open: () => ({
        ledger: {
          ...world.ledger,
          read: async () => {
            // The world's time goes on with that of the waits.
            world.clock.advance(Math.max(0, Date.now() - last));
            last = Date.now();
            turns += 1;
            await before(stage, turns);
            return world.ledger.read();
          },
        },
        world: () => world,
      }),
    }),
  );
  const runner = new LocalDurableTestRunner<Ending>({ handlerFunction: handler });
  const run = (release = "r-1", by = runner) => by.run({ payload: { release, place } });
  return { world, told, handler, runner, run, again: () => run("r-1", new LocalDurableTestRunner<Ending>({ handlerFunction: handler })) };
}

describe("the function that hosts a release", () => {
  it("X04 carries a release through its waits to its end, one step a turn", async () => {
    const { world, told, runner, run } = await planned();
    const ended = await run();
    // Its log: everything that it wrote into the ledger, each once.
    const written = (kind: string) => world.ledger.read().then((all) => all.filter((entry) => entry.kind === kind).length);
    expect(told.filter((type) => type === "step-started")).toHaveLength(await written("started"));
    expect(told.filter((type) => type === "step-done")).toHaveLength(await written("done"));
    expect(ended.getStatus()).toBe(ExecutionStatus.SUCCEEDED);
    expect(ended.getResult()).toMatchObject({ release: "r-1", outcome: "released" });
    expect(world.weights).toEqual([10, 50, 100]);
    const waits = ended.getOperations().filter((one) => one.getName()?.startsWith("wait-"));
    expect(waits.length).toBeGreaterThan(3);
    expect(runner.getOperation("turn-1").getStatus()).toBe(OperationStatus.SUCCEEDED);
  });

  it("X05 a turn that AWS refused is tried again, and nothing is done twice", async () => {
    let refused = 0;
    const { world, run } = await planned({ rollout: short }, async (_stage, turn) => {
      if (turn % 7 !== 0) return;
      refused += 1;
      throw new UserError("engine/failed", "could not read the ledger: throttled", "try again");
    });
    expect((await run()).getResult()).toMatchObject({ outcome: "released" });
    expect(refused).toBeGreaterThan(2);
    expect(world.weights).toEqual([100]);
  });

  it("X04 waits for a person, looking once a minute, and goes on when the ledger says that they approved", async () => {
    let asked = false;
    // One turn finds that it waits, and the one after its wait finds the answer.
    let looks = 0;
    const { world, run } = await planned({ rollout: { ...short, approval: true } }, async ({ world: { ledger, clock } }) => {
      const { release } = foldLedger(await ledger.read());
      const waits = release?.steps.find(({ step, is }) => step.kind === "approval" && is === "running");
      if (waits) looks += 1;
      if (asked || looks < 2) return;
      asked = true;
      await record(ledger, "asked", { what: "approve", by: "ann" }, { release: "r-1", at: clock.now(), holder: holder(9) });
    });
    const ended = await run();
    expect(ended.getResult()).toMatchObject({ outcome: "released" });
    expect(asked).toBe(true);
    expect(world.weights).toEqual([100]);
    const waits = ended.getOperations().filter((one) => one.getName()?.startsWith("wait-"));
    expect(waits.filter((one) => one.getWaitDetails()?.waitSeconds === 60)).toHaveLength(1);
  });

  it("B21 a release whose gate fails ends as rolled back, which is a result and no failure of the function", async () => {
    const { world, run } = await planned({ candidate: { failureRate: (weight) => (weight >= 50 ? 0.5 : 0) } });
    const ended = await run();
    expect(ended.getStatus()).toBe(ExecutionStatus.SUCCEEDED);
    expect(ended.getResult()).toMatchObject({ outcome: "rolled-back" });
    expect(world.weights.at(-1)).toBe(0);
  });

  it("B21 X05 a release that goes back outlasts minutes in which nobody can read the ledger, as nobody else brings the callers away", async () => {
    let refused = 0;
    const { world, run } = await planned(
      { candidate: { failureRate: (weight) => (weight >= 50 ? 0.5 : 0) } },
      async ({ world: { ledger } }) => {
        const { release } = foldLedger(await ledger.read());
        if (!release?.turnedBack || refused === 20) return;
        refused += 1;
        throw new UserError("engine/failed", "could not read the ledger: throttled", "try again");
      },
    );
    expect((await run()).getResult()).toMatchObject({ outcome: "rolled-back" });
    expect(refused).toBe(20);
    expect(world.weights.at(-1)).toBe(0);
  });

  it("B21 X05 an execution that goes on for another one is as patient, as it knows nothing of the callers yet", async () => {
    let refused = 0;
    const { runner, run } = await planned({ rollout: short }, async () => {
      if (refused === 20) return;
      refused += 1;
      throw new UserError("engine/failed", "could not read the ledger: throttled", "try again");
    });
    expect((await runner.run({ payload: { release: "r-1", place, began: "arn" } })).getResult()).toMatchObject({ outcome: "released" });
    refused = 0;
    expect((await run()).getStatus()).toBe(ExecutionStatus.FAILED);
  });

  it("X05 a release that goes on gives up after a minute of it, and says why", async () => {
    const { run } = await planned({}, async (_, turn) => {
      if (turn > 5) throw new UserError("engine/failed", "could not read the ledger: throttled", "try again");
    });
    const ended = await run();
    expect(ended.getStatus()).toBe(ExecutionStatus.FAILED);
    expect(ended.getError().errorMessage).toContain("throttled");
  });

  it("X06 while somebody else is in charge it gives up at once, saying who", async () => {
    const { world, run } = await planned();
    const until = 10 * 3_600_000 + world.clock.now();
    await record(
      world.ledger,
      "held",
      { until: instant(until) },
      {
        release: "r-1",
        at: world.clock.now(),
        holder: holder(9),
      },
    );
    const ended = await run();
    expect(ended.getStatus()).toBe(ExecutionStatus.FAILED);
    expect(ended.getError().errorMessage).toContain("is in charge of r-1");
    expect(world.weights).toEqual([]);
  });

  it("X06 a release that is not the ledger's newest is refused", async () => {
    const { run } = await planned();
    expect((await run("r-0")).getStatus()).toBe(ExecutionStatus.FAILED);
  });

  it("X05 goes on in another execution when it has had as many turns as one may, as the same holder and without doing anything twice", async () => {
    const { world, handler, runner, run } = await planned({ rollout: short }, undefined, 30);
    runner.registerDurableFunction("release", handler);
    const ended = await run();
    expect(ended.getResult()).toMatchObject({ release: "r-1", outcome: "released" });
    expect(ended.getOperations().filter((one) => one.getName()?.startsWith("turn-"))).toHaveLength(30);
    expect(runner.getOperation("goes-on").getStatus()).toBe(OperationStatus.SUCCEEDED);
    expect(world.weights).toEqual([100]);
    const holders = (await world.ledger.read()).filter(({ kind }) => kind === "held").map(({ holder: { started } }) => started);
    expect(new Set(holders).size).toBe(1);
  });

  it("X05 goes on in the version that it began in, whatever a deploy has published since", () => {
    const version = "arn:aws:lambda:eu-west-1:111122223333:function:shop-release:7";
    expect(versionOf(`${version}/durable-execution/r-1/1b2c`)).toBe(version);
    expect(() => versionOf(version)).toThrow("is no execution");
  });

  it("X06 goes on with what a command line began and left, once its lock has ended, and not before", async () => {
    const { world, run, again } = await planned({ rollout: short });
    const { clock, ledger } = world;
    const hour = 3_600_000;
    await record(ledger, "held", { until: instant(clock.now() + hour) }, { release: "r-1", at: clock.now(), holder: holder(9) });
    expect((await run()).getStatus()).toBe(ExecutionStatus.FAILED);
    expect(world.weights).toEqual([]);
    clock.advance(hour);
    expect((await again()).getResult()).toMatchObject({ outcome: "released" });
    expect(world.weights).toEqual([100]);
  });
});

it("X04 whatever turns and worlds a machine opens, they read one ledger, and of it only what is new", async () => {
  const asked: string[] = [];
  const dynamodb = tableOfItems();
  dynamodb.middlewareStack.add(
    (next) => (args) => {
      const { input } = args as { input: { ExpressionAttributeValues?: { ":position"?: { N?: string } } } };
      const from = input.ExpressionAttributeValues?.[":position"]?.N;
      if (from !== undefined) asked.push(from);
      return next(args);
    },
    { step: "initialize", name: "count", priority: "high" },
  );
  const open = opening(() => ({ ...openClients("eu-west-1"), dynamodb }));
  const at = { ...place, ledgerRegion: "eu-west-1", ledgerTable: "releases", runs: { ...place.runs, least: 1 } };
  const turn = async () => {
    const { ledger, world } = open(at);
    await ledger.read();
    return (await world("green").ledger.read()).length;
  };
  const { live } = scenario().sealed.plan;
  for (const _ of [1, 2, 3]) await record(open(at).ledger, "seeded", { live }, { release: "", at: instant(0), holder: holder() });
  await open(at).ledger.read();
  asked.length = 0;
  expect([await turn(), await turn()]).toEqual([3, 3]);
  // The last entry again, which shows that it is still the same ledger.
  expect(asked).toEqual(["2", "2", "2", "2"]);
  expect(open({ ...at, environment: "staging" }).ledger).not.toBe(open(at).ledger);
  expect(open(at).world("green")).toBe(open(at).world("green"));
});
