/** What a release on AWS asks of AWS, and how soon a gate that fails gives the callers back. */
import { withDurableExecution } from "@aws/durable-execution-sdk-js";
import { LocalDurableTestRunner } from "@aws/durable-execution-sdk-js-testing";
import { releaseHost } from "../assets/functions/release/host.ts";
import { onEc2, onEcs, openService } from "../tests/worlds/aws/in-memory.ts";
import { type Called, type Turned, turnedBy, turnsOf, watching } from "../tests/worlds/aws/turned.ts";
import { backOnEmulators } from "./aws-emulated.ts";
import { returned } from "./calls.ts";
import { median, type Row } from "./row.ts";
import { statusOfMany } from "./status.ts";

/** The same in the function, by the SDK's own test runner. What the SDK asks for to keep its progress is no call of ours. */
async function turnsInLambda(): Promise<readonly Turned[]> {
  const called: Called[] = [];
  const service = await openService({ fails: 101, lend: (client) => watching(client, called) }, onEcs);
  const world = service.world();
  const turns: Turned[] = [];
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  const opened = () => {
    const before = turnedBy(called);
    // The runner passes over waits, which are longer than this.
    if (!before.wrote) service.clock.advance(15_000);
    turns.push(before);
    called.length = 0;
    return { ledger: world.ledger, world: () => world };
  };
  const host = releaseHost({ open: opened, mostTurns: 1_000, functionOf: (execution) => execution, tell: () => {} });
  const runner = new LocalDurableTestRunner({ handlerFunction: withDurableExecution(host) });
  const ended = await runner.run({ payload: { release: "r-1", place: service.place } });
  await LocalDurableTestRunner.teardownTestEnvironment();
  await service.close();
  if (!JSON.stringify(ended.getResult()).includes('"released"')) throw new Error("the release in the function came to no good end");
  return turns;
}

/** Turns that changed nothing: they look at what the release waits for. */
function idle(turns: readonly Turned[]) {
  const found = turns.filter(({ called, wrote }) => !wrote && called.length > 0);
  return { most: Math.max(...found.map(({ called }) => called.length)), of: found.length };
}

async function calls(): Promise<Row[]> {
  const rows: Row[] = [];
  const hosts = [
    ["ECS by a rule", () => turnsOf(101, onEcs), () => turnsOf(101, onEcs, true)],
    ["EC2 by a rule", () => turnsOf(101, onEc2("listener")), () => turnsOf(101, onEc2("listener"), true)],
    ["EC2 by records of Route 53", () => turnsOf(101, onEc2("dns")), () => turnsOf(101, onEc2("dns"), true)],
    ["ECS by a rule, in Lambda", turnsInLambda, undefined],
  ] as const;
  for (const [name, play, anew] of hosts) {
    const { most, of } = idle(await play());
    const first = anew ? ` (${idle(await anew()).most} where a host looks for the first time)` : "";
    rows.push({
      what: `calls to AWS in a turn of a release that changes nothing, alarms among its gates: most of ${of} turns (${name})`,
      measured: `${most}${first}`,
      target: "≤ 6",
      ok: most <= 6,
    });
  }
  return rows;
}

/** Between the answer in which a gate fails and the call that gives the callers back: this process's own work and its entries in the ledger. */
async function back(): Promise<Row> {
  const spans: number[] = [];
  for (let round = 0; round < 5; round += 1) spans.push(returned((await turnsOf(50, onEcs)).flatMap(({ called }) => called)).span);
  return {
    what: "a reading in which a gate fails → the call that gives all traffic back, on AWS in memory",
    measured: `${median(spans).toFixed(1)} ms`,
    target: "≤ 200 ms after one reading",
    ok: median(spans) <= 200,
  };
}

/** Takes about two minutes. */
export async function awsBench(): Promise<Row[]> {
  return [...(await calls()), await back(), ...(await backOnEmulators()), ...(await statusOfMany())];
}
