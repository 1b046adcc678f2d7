import type { OutcomeEvent } from "../actions/views.ts";
import type { CommandOutcome } from "../base/outcome.ts";
import { showDuration } from "../base/time.ts";
import { commandFor } from "./next-command.ts";
import type { Paint, Tone } from "./paint.ts";
import { near } from "./phrases.ts";
import { aligned } from "./tables.ts";

/** What the summary needs to know beside the outcome. */
export interface Ending {
  /** Where the router of a kept data plane answers; undefined where none was kept. */
  readonly kept: string | undefined;
  /** Lines that belong to the reason, such as the end of the app's log. */
  readonly details: readonly string[];
  /** Logs of the stages that failed. */
  readonly failedLogs: readonly string[];
  /** The command that ran. */
  readonly command: string;
  readonly project: string;
  readonly cwd: string;
}

/** What a rehearsal ended with, what it undid and left, and what to run next. */
export function summaryLines(event: OutcomeEvent, ending: Ending, paint: Paint): readonly string[] {
  const { outcome, because, requests, ms, recoveredInMs, undid, left, report, release } = event;
  const rows: (readonly [string, string])[] = [
    ["outcome", `${paint(tones[outcome], outcome)} (exit code ${event.exit})`],
    ["because", because],
    ...ending.details.map((line) => ["", `  ${line}`] as const),
    ["release", release],
    ["took", showDuration(ms)],
    ["requests", `${requests.total} sent, ${requests.failed > 0 ? paint("bad", `${requests.failed} failed`) : "0 failed"}`],
    ["recovered", recoveredInMs === undefined ? "" : `in ${showDuration(recoveredInMs)}: all traffic on the live version again`],
    ...undid.map((text, index) => [index === 0 ? "undid" : "", text] as const),
    ...left.map((text, index) => [index === 0 ? "left" : "", text] as const),
    ["kept", ending.kept ? `the data plane, ${ending.kept}` : ""],
    ["report", near(report, ending.cwd)],
    ...ending.failedLogs.map((log) => ["log", near(log, ending.cwd)] as const),
    ["next", nextCommand(event, ending)],
  ];
  const shown = rows.filter(([, text]) => text.trim() !== "");
  return aligned(shown.flatMap(([name, text]) => text.split("\n").map((line, index) => [paint("strong", index === 0 ? name : ""), line])));
}

const tones: Record<CommandOutcome, Tone> = {
  released: "good",
  "rolled-back": "warn",
  aborted: "warn",
  blocked: "bad",
  superseded: "warn",
  failed: "bad",
  interrupted: "bad",
};

/** The command that goes on from here. */
function nextCommand({ outcome, report }: OutcomeEvent, { kept, command, project, cwd }: Ending): string {
  if (kept) return `${commandFor("destroy", project, cwd)}   (stops the data plane that was kept)`;
  const status = commandFor("status", project, cwd);
  // What ended before it had a plan is in no status.
  const planned = report !== "";
  const commands: Record<CommandOutcome, string> = {
    released: `${command} --fault green-errors   (the same release, turned back by a fault)`,
    "rolled-back": `${status}   (every step and gate; the numbers are in the report)`,
    aborted: planned ? `${status}   (every step and gate)` : `${command}   (from the beginning)`,
    blocked: planned ? `${status}   (what stands in the way)` : `${command}   (once nothing stands in the way)`,
    superseded: `${status}   (the newer release)`,
    failed: `${command}   (once the stage is mended)`,
    interrupted: `${command}   (goes on with it)`,
  };
  return commands[outcome];
}
