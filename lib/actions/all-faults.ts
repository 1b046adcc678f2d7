import path from "node:path";
import { exitCodes } from "../base/outcome.ts";
import { instant } from "../base/time.ts";
import { loadConfig } from "../config/load.ts";
import { allFaultTexts, type Fault, parseFault } from "./faults/parse.ts";
import { processesOf } from "./orphans.ts";
import { isFolder } from "./rehearsal/settings.ts";
import { rehearseApart } from "./supervise.ts";
import type { FaultRow, RehearseOptions, Signals, Tell } from "./views.ts";

/**
 * Rehearses the same release once for every fault, each as a command of its own with its real exit code, and compares what happened
 * with the fault table. Rows are told as they end through `tell`'s events; an abort ends after the row that runs.
 */
export async function allFaults(options: RehearseOptions, tell: Tell, signals: Signals): Promise<readonly FaultRow[]> {
  const rows: FaultRow[] = [];
  for (const text of await possible(options, tell)) {
    if (signals.stop.aborted) break;
    rows.push(await row(options, parseFault(text), tell, signals));
  }
  return rows;
}

/** Without a latency gate nothing can catch an app that is only slow. */
async function possible({ source, cwd, config }: RehearseOptions, tell: Tell): Promise<readonly string[]> {
  const folder = source !== undefined && isFolder(source) ? path.resolve(cwd, source) : cwd;
  const { gates } = (await loadConfig(folder, config)).config.rollout;
  if (gates.some(({ kind }) => kind === "latency")) return allFaultTexts();
  tell({ type: "note", at: instant(Date.now()), text: "green-slow is left out: no latency gate is configured that could catch it" });
  return allFaultTexts().filter((text) => !text.startsWith("green-slow"));
}

async function row(options: RehearseOptions, fault: Fault, tell: Tell, signals: Signals): Promise<FaultRow> {
  const begun = Date.now();
  let state: string | undefined;
  // Before the first shift most faults are at work from the start and have no moment of their own.
  let struck = fault.when !== "after";
  const watch: Tell = (event) => {
    if (event.type === "state") state = event.folder;
    struck ||= event.type === "fault";
    tell(event);
  };
  const { exit, outcome } = await rehearseApart({ ...options, faults: [fault.text] }, watch, signals);
  const expected = { outcome: fault.expected, exit: exitCodes[fault.expected] };
  const orphans = state === undefined ? 0 : processesOf(state).length;
  const got = { outcome: outcome?.outcome ?? ("none" as const), exit: exit ?? -1 };
  return {
    fault: fault.text,
    when: fault.when,
    expected,
    got,
    ok: got.outcome === expected.outcome && got.exit === expected.exit && orphans === 0 && struck,
    struck,
    requests: outcome?.requests ?? { total: 0, failed: 0 },
    ...(outcome?.recoveredInMs === undefined ? {} : { recoveredInMs: outcome.recoveredInMs }),
    orphans,
    ms: Date.now() - begun,
  };
}
