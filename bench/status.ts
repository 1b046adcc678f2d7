/** How long a status takes of an environment in many regions, where every answer of AWS takes a while. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { environmentFor } from "../tests/worlds/aws/stand-in.ts";
import { history, releaseLength } from "./history.ts";
import { median, type Row } from "./row.ts";

const regions = 20;
/** How long an answer takes, in milliseconds: each another time, from the least to the most. */
const [least, longest] = [100, 200];

const empty =
  "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>";

const rounds = 5;
/** A ledger of years. */
const years = 20_000;

/** AWS in another process's eyes: how it is asked, and how much at once. */
interface Answering {
  readonly url: string;
  readonly asked: () => number;
  readonly mostAtOnce: () => number;
  close(): void;
}

/** AWS with a ledger of so many entries. */
async function answering(entries: number): Promise<Answering> {
  const ledger = history(entries, "production");
  let [asked, now, most] = [0, 0, 0];
  const server = createServer(async (request, response) => {
    now += 1;
    most = Math.max(most, now);
    const question = await text(request);
    const table = request.headers["x-amz-target"] !== undefined;
    const answer = () => {
      now -= 1;
      const type = table ? "application/x-amz-json-1.0" : "text/xml";
      response.writeHead(200, { "content-type": type }).end(table ? ledger(question) : empty);
    };
    setTimeout(answer, least + ((37 * asked++) % (longest - least + 1)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked: () => asked, mostAtOnce: () => most, close: () => void server.close() };
}

/**
 * `sluice status` as a person runs it, from the command to its end with the start of its process, in an environment with a topic in each region: with
 * the ledger of one release, and turn by turn with that of years.
 */
export async function statusOfMany(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-status-"));
  const [one, many] = [await answering(releaseLength), await answering(years)];
  try {
    writeMapOf(folder);
    const found: (readonly [Took, Took])[] = [];
    for (let round = 0; round < rounds; round += 1) found.push([await statusIn(folder, one.url), await statusIn(folder, many.url)]);
    const medianOf = (at: 0 | 1, what: keyof Took) => median(found.map((round) => round[at][what])) / 1_000;
    const seconds = medianOf(1, "took");
    const ratio = seconds / medianOf(0, "took");
    return [
      {
        what: `\`sluice status\` of an environment in ${regions} regions with ${years} entries in its ledger, where an answer takes ${least} to ${longest} ms`,
        measured: `${seconds.toFixed(2)} s (${medianOf(1, "cpu").toFixed(2)} s of CPU), at most ${many.mostAtOnce()} of ${many.asked() / rounds} questions at once`,
        target: "≤ 1.5 s",
        ok: seconds <= 1.5,
      },
      {
        what: `a status with that ledger against one with a ledger of ${releaseLength} entries`,
        measured: `${ratio.toFixed(2)}×`,
        target: "≤ 1.2×",
        ok: ratio <= 1.2,
      },
    ];
  } finally {
    one.close();
    many.close();
    rmSync(folder, { recursive: true });
  }
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

/** Tells the process's own CPU time, in microseconds, as its last words. */
const tellsCpu =
  "data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.cpuUsage().user+process.cpuUsage().system)))";

/** Both in milliseconds: the CPU's part is the same on a machine that has other work to do. */
interface Took {
  readonly took: number;
  readonly cpu: number;
}

async function statusIn(cwd: string, url: string): Promise<Took> {
  const began = performance.now();
  const program = path.join(import.meta.dirname, "../bin/sluice.js");
  const child = spawn(process.execPath, ["--import", tellsCpu, program, "status", "production"], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environmentFor(url), AWS_ENDPOINT_URL: url },
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
  });
  const exit = await new Promise((resolve) => child.on("close", resolve));
  const took = performance.now() - began;
  if (exit !== 0 || !/^\d+$/.test(said)) throw new Error(`sluice status ended with ${exit}: ${said}`);
  return { took, cpu: Number(said) / 1_000 };
}
