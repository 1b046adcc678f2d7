/**
 * The long proof: thousands of simulated releases with random plans, faults, people and kills, then real rehearsals whose controller
 * or data plane is killed with -9 at random instants. `--runs N`, `--kills N` and `--seed N` choose how much of it; `--record` writes
 * docs/soak.md. Ends with 1 if anything went wrong.
 */
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { showDuration } from "../../lib/base/time.ts";
import { type Kills, soakKills } from "./kills.ts";
import { type Simulated, soakSimulated } from "./simulated.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    record: { type: "boolean", default: false },
  },
});
const [runs, kills, seed] = [values.runs, values.kills, values.seed].map(Number);
if (![runs, kills, seed].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)) {
  console.error("--runs, --kills and --seed take whole numbers");
  process.exit(2);
}

const say = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
const begun = Date.now();
const simulated = await soakSimulated(runs ?? 0, seed ?? 0, say);
const killed = await soakKills(kills ?? 0, seed ?? 0, say);
const text = page(simulated, killed, Date.now() - begun);
console.log(`\n${text}`);
if (values.record) writeFileSync(path.join(import.meta.dirname, "../../docs/soak.md"), text);
if (simulated.wrong + killed.wrong.length > 0) process.exitCode = 1;

function page(simulated: Simulated, killed: Kills, took: number): string {
  const outcomes = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", ");
  const machine = `${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return [
    "# The last long run",
    "",
    `\`npm run soak -- --runs ${simulated.runs} --kills ${killed.runs} --seed ${seed}\`, ${new Date().toISOString().slice(0, 10)}, ${showDuration(took)}, on ${machine}.`,
    "",
    "| what | measured | expected |",
    "| --- | --- | --- |",
    `| simulated releases that broke an invariant or did not end | ${simulated.wrong} of ${simulated.runs} | 0 |`,
    `| how they ended | ${outcomes(simulated.outcomes)} | every way |`,
    `| controllers killed in them | ${simulated.kills} | |`,
    `| real rehearsals killed with -9 that ended wrongly | ${killed.wrong.length} of ${killed.runs} | 0 |`,
    `| how they ended | ${outcomes(killed.outcomes)} | released, or aborted where nothing was left to go on with |`,
    `| killed: the controller, the data plane | ${killed.controllers}, ${killed.planes} | |`,
    `| processes left behind | ${killed.orphans} | 0 |`,
    `| failed requests where only the controller died | ${killed.failedRequests} of ${killed.requests} | 0 |`,
    "",
    ...killed.wrong.map((line) => `- ${line}`),
  ].join("\n");
}
