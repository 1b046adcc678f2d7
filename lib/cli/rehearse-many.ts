import type { RehearseOptions, Tell } from "../actions/views.ts";
import type { Event } from "../base/events.ts";
import { paintFor } from "./paint.ts";
import type { Session } from "./session.ts";
import { faultTable, pointTable } from "./tables.ts";

/** `sluice rehearse --all-faults` and `--all-points`: one rehearsal after the other, then a row for each. Returns 0 only if all rows are as expected. */
export async function rehearseMany(what: "faults" | "points", options: RehearseOptions, session: Session, tell: Tell): Promise<number> {
  const { json, data, interrupts } = session;
  const brief = (event: Event) => {
    if (event.type === "outcome" || (!json && headlines.has(event.type))) tell(event);
  };
  const paint = paintFor(process.stdout);
  const jsonRows = (type: string, rows: readonly object[]) => rows.map((row) => JSON.stringify({ type, ...row }));
  if (what === "faults") {
    const { allFaults } = await import("../actions/all-faults.ts");
    const rows = await allFaults(options, brief, interrupts.signals);
    data.write(json ? jsonRows("fault-row", rows) : faultTable(rows, paint));
    return rows.every(({ ok }) => ok) ? 0 : 1;
  }
  const { allPoints } = await import("../actions/all-points.ts");
  const rows = await allPoints(options, brief, interrupts.signals);
  data.write(json ? jsonRows("point-row", rows) : pointTable(rows, paint));
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

/** What is shown of each of many rehearsals; everything would be thousands of lines. */
const headlines: ReadonlySet<Event["type"]> = new Set(["note", "fault", "turned-back", "error"] as const);
