/** What a release on AWS asks of AWS, how soon a gate that fails gives the callers back, and how long a status takes. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { duration } from "../lib/base/time.ts";
import { newController, turn } from "../lib/release/controller.ts";
import { holder, openService } from "../tests/worlds/aws/in-memory.ts";
import { environmentFor } from "../tests/worlds/aws/stand-in.ts";
import { history, releaseLength } from "./history.ts";
import { median, type Row } from "./row.ts";

interface Called {
  readonly command: string;
  /** When it was answered, by this process's clock in milliseconds. */
  readonly at: number;
}

/** Plays a release and gives what each turn called. */
async function turnsOf(fails: number) {
  const called: Called[] = [];
  const service = await openService({
    fails,
    lend: (client) => {
      client.middlewareStack.add(
        (next, { commandName = "" }) =>
          async (args) => {
            const answer = await next(args as never);
            called.push({ command: commandName, at: performance.now() });
            return answer as never;
          },
        { step: "initialize", name: "count", priority: "high" },
      );
      return client;
    },
  });
  const controller = newController(service.world(), holder, () => {}, duration(900_000));
  const turns: { readonly called: readonly Called[] }[] = [];
  for (;;) {
    called.length = 0;
    const next = await turn(controller);
    if (next.is === "ended") break;
    turns.push({ called: [...called] });
    if (next.in > 0) await service.clock.wait(next.in);
  }
  await service.close();
  return turns;
}

async function calls(): Promise<Row> {
  const turns = await turnsOf(101);
  const has = ({ called }: (typeof turns)[number], which: RegExp) => called.some(({ command }) => which.test(command));
  const baking = turns.filter(({ called }) => called.filter(({ command }) => command === "DescribeServicesCommand").length === 1);
  const idle = baking.filter((one) => has(one, /^GetMetricData/) && !has(one, /^(Put|Modify|Register|Update)/));
  const most = Math.max(...idle.map(({ called }) => called.length));
  return {
    what: `calls to AWS in a turn of a bake that changes nothing, alarms among its gates: most of ${idle.length} turns (ECS)`,
    measured: String(most),
    target: "≤ 6",
    ok: most <= 6,
  };
}

/** Between the answer in which a gate fails and the call that gives the callers back: this process's own work and its entries in the ledger. */
async function back(): Promise<Row> {
  const spans: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const all = (await turnsOf(50)).flatMap(({ called }) => called);
    const shift = all.findLast(({ command }) => command === "ModifyRuleCommand");
    const read = all.findLast(({ command, at }) => command === "GetMetricDataCommand" && at < (shift?.at ?? 0));
    spans.push((shift?.at ?? Number.NaN) - (read?.at ?? Number.NaN));
  }
  return {
    what: "a reading in which a gate fails → the call that gives all traffic back, on AWS in memory",
    measured: `${median(spans).toFixed(1)} ms`,
    target: "≤ 200 ms after one reading",
    ok: median(spans) <= 200,
  };
}

const regions = 20;
const answersAfter = 100;
const entries = 20_000;

/**
 * A status of an environment in many regions, from the command to its end, where every answer of AWS takes a while: with the ledger of one release, and
 * turn by turn with that of years.
 */
async function statusOfMany(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-status-"));
  const ledgers = [await answering(releaseLength), await answering(entries)] as const;
  try {
    writeMapOf(folder);
    const took: readonly [number[], number[]] = [[], []];
    for (let round = 0; round < 5; round += 1) for (const at of [0, 1] as const) took[at].push(await statusIn(folder, ledgers[at].url));
    const [short, long] = [median(took[0]), median(took[1])];
    return [
      {
        what: `\`sluice status\` of an environment in ${regions} regions, with ${entries} entries in its ledger, where each answer takes ${answersAfter} ms`,
        measured: `${(long / 1_000).toFixed(2)} s`,
        target: "≤ 1.5 s",
        ok: long <= 1_500,
      },
      {
        what: `a status with that ledger against one with a ledger of ${releaseLength} entries`,
        measured: `${(long / short).toFixed(2)}×`,
        target: "≤ 1.2×",
        ok: long <= 1.2 * short,
      },
    ];
  } finally {
    for (const { close } of ledgers) close();
    rmSync(folder, { recursive: true });
  }
}

/** AWS with a ledger of so many entries. */
async function answering(count: number): Promise<{ readonly url: string; close(): void }> {
  const answer = history(count, "production");
  const server = createServer(async (request, response) => {
    const asked = await text(request);
    const dynamodb = request.headers["x-amz-target"] !== undefined;
    const empty =
      "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>";
    setTimeout(
      () =>
        response
          .writeHead(200, { "content-type": dynamodb ? "application/x-amz-json-1.0" : "text/xml" })
          .end(dynamodb ? answer(asked) : empty),
      answersAfter,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

function writeMapOf(folder: string): void {
  const stacks = Array.from({ length: regions }, (_, at) => {
    const region = `xx-bench-${at + 1}`;
    const outputs = { ...(at === 0 && { LedgerTable: "releases" }), NoticesTopicArn: `arn:aws:sns:${region}:111111111111:notices` };
    return { part: at === 0 ? "ledger" : "base", name: `shop-${at}`, account: "111111111111", region, outputs };
  });
  mkdirSync(path.join(folder, ".sluice/environments"), { recursive: true });
  writeFileSync(path.join(folder, ".sluice/environments/production.json"), JSON.stringify({ v: 1, environment: "production", stacks }));
}

async function statusIn(cwd: string, url: string): Promise<number> {
  const began = performance.now();
  const program = path.join(import.meta.dirname, "../bin/sluice.ts");
  const child = spawn(process.execPath, [program, "status", "production"], {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...environmentFor(url), AWS_ENDPOINT_URL: url },
  });
  const exit = await new Promise((resolve) => child.on("close", resolve));
  if (exit !== 0) throw new Error(`sluice status ended with ${exit}`);
  return performance.now() - began;
}

/** Takes about half a minute. */
export async function awsBench(): Promise<Row[]> {
  return [await calls(), await back(), ...(await statusOfMany())];
}
