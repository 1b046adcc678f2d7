import type { FaultRow, PointRow, RehearseOptions, Tell } from "../actions/views.ts";
import { shellWord } from "../base/commands.ts";
import type { Event } from "../base/events.ts";
import { exitCodes } from "../base/outcome.ts";
import { paintFor } from "./paint.ts";
import type { Session } from "./session.ts";
import { faultTable, pointTable } from "./tables.ts";

interface Many {
  readonly what: "faults" | "points";
  readonly session: Session;
  readonly tell: Tell;
  /** As it was typed. */
  readonly command: string;
}

/**
 * `sluice rehearse --all-faults` and `--all-points`: one rehearsal after the other, then a row for each.
 * Returns 0 only if all rows are as expected, and what an abort ends with when Ctrl-C cut it short.
 */
export async function rehearseMany(options: RehearseOptions, { what, session, tell, command }: Many): Promise<number> {
  const { json, data, view, interrupts } = session;
  const brief = (event: Event) => {
    if (event.type === "outcome" || (!json && headlines.has(event.type))) tell(event);
  };
  const { rows, table, next } = await (what === "faults" ? faults : points)(options, brief, session, command);
  data.write(json ? rows.map((row) => JSON.stringify({ type: what === "faults" ? "fault-row" : "point-row", ...row })) : table);
  if (interrupts.signals.stop.aborted) {
    view.say("stopped early: what has no row was not rehearsed");
    return exitCodes.aborted;
  }
  if (rows.every(({ ok }) => ok)) return 0;
  view.say(`next: ${next}`);
  return 1;
}

interface Rows {
  readonly rows: readonly (FaultRow | PointRow)[];
  readonly table: readonly string[];
  /** What shows the first row that is not as expected, alone. */
  readonly next: string;
}

async function faults(options: RehearseOptions, tell: Tell, { interrupts }: Session, command: string): Promise<Rows> {
  const { allFaults } = await import("../actions/all-faults.ts");
  const rows = await allFaults(options, tell, interrupts.signals);
  const bad = rows.find(({ ok }) => !ok)?.fault ?? "";
  return { rows, table: faultTable(rows, paintFor(process.stdout)), next: command.replace("--all-faults", `--fault ${shellWord(bad)}`) };
}

async function points(options: RehearseOptions, tell: Tell, { interrupts }: Session): Promise<Rows> {
  const { allPoints } = await import("../actions/all-points.ts");
  const rows = await allPoints(options, tell, interrupts.signals);
  return { rows, table: pointTable(rows, paintFor(process.stdout)), next: "sluice status   (the release that was rehearsed last)" };
}

/** What is shown of each of many rehearsals; everything would be thousands of lines. */
const headlines: ReadonlySet<Event["type"]> = new Set(["note", "fault", "turned-back", "error"] as const);
