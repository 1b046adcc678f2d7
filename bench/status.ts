/** How long a status takes of an environment in many regions, where every answer of AWS takes a while. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Entry } from "../lib/ports/ledger.ts";
import { environmentFor } from "../tests/worlds/aws/stand-in.ts";
import { median, type Row } from "./row.ts";

const regions = 20;
/** How long an answer takes, in milliseconds: each another time, from the least to the most. */
const [least, most] = [100, 200];

const empty =
  "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>";

/**
 * `sluice status` as a person runs it, from the command to its end with the start of its process, in an environment with a topic in each region and a
 * release in its ledger.
 */
export async function statusOfMany(entries: readonly Entry[]): Promise<Row> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-status-"));
  const ledger = JSON.stringify({ Items: entries.map(itemOf), Count: entries.length });
  let asked = 0;
  let now = 0;
  let atOnce = 0;
  const server = createServer((request, response) => {
    request.resume();
    now += 1;
    atOnce = Math.max(atOnce, now);
    const table = request.headers["x-amz-target"] !== undefined;
    const answer = () => {
      now -= 1;
      response.writeHead(200, { "content-type": table ? "application/x-amz-json-1.0" : "text/xml" }).end(table ? ledger : empty);
    };
    setTimeout(answer, least + ((37 * asked++) % (most - least + 1)));
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    writeMapOf(folder);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const found: Awaited<ReturnType<typeof statusIn>>[] = [];
    for (let round = 0; round < rounds; round += 1) found.push(await statusIn(folder, url));
    const seconds = median(found.map(({ took }) => took)) / 1_000;
    const cpu = median(found.map((one) => one.cpu)) / 1_000;
    return {
      what: `\`sluice status\` of an environment in ${regions} regions with a release of ${entries.length} entries, where an answer takes ${least} to ${most} ms`,
      measured: `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s of CPU), at most ${atOnce} of ${asked / rounds} questions at once`,
      target: "≤ 1.5 s",
      ok: seconds <= 1.5,
    };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

const rounds = 5;

const itemOf = (entry: Entry) => ({
  environment: { S: "production" },
  position: { N: String(entry.position) },
  entry: { S: JSON.stringify(entry) },
});

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
async function statusIn(cwd: string, url: string): Promise<{ readonly took: number; readonly cpu: number }> {
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
