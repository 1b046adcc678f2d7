import type { FaultRow, PointRow } from "../actions/views.ts";
import { showDuration } from "../base/time.ts";
import { type Paint, widthOf } from "./paint.ts";

/** Columns of equal width, two spaces apart. Texts may hold colours. */
export function aligned(rows: readonly (readonly string[])[], right: readonly number[] = []): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, right.includes(column)))
      .join("  ")
      .trimEnd(),
  );
}

function padded(cell: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - widthOf(cell)));
  return right ? space + cell : cell + space;
}

/** What `--all-faults` ends with. */
export function faultTable(rows: readonly FaultRow[], paint: Paint): readonly string[] {
  const head = ["", "fault", "strikes", "expected", "got", "requests", "failed", "recovered", "orphans", "took"];
  const body = rows.map((row) => [
    mark(row.ok, paint),
    row.fault,
    row.struck ? moments[row.when] : paint("bad", "never struck"),
    ended(row.expected.outcome, row.expected.exit),
    row.ok ? ended(row.got.outcome, row.got.exit) : paint("bad", ended(row.got.outcome, row.got.exit)),
    ...counts(row.requests, row.recoveredInMs),
    row.orphans > 0 ? paint("bad", String(row.orphans)) : "0",
    showDuration(row.ms),
  ]);
  return [...aligned([head, ...body], [5, 6, 7, 8, 9]), "", verdict(rows, "faults ended as expected", paint)];
}

/** What `--all-points` ends with. */
export function pointTable(rows: readonly PointRow[], paint: Paint): readonly string[] {
  const head = ["", "rolled back from", "outcome", "old version serves", "weight", "requests", "failed", "recovered", "took"];
  const body = rows.map((row) => [
    mark(row.ok, paint),
    row.title,
    row.outcome,
    row.liveVersionServes ? "yes" : paint("bad", "no"),
    row.weight > 0 ? paint("bad", `${row.weight} %`) : "0 %",
    ...counts(row.requests, row.recoveredInMs),
    showDuration(row.ms),
  ]);
  return [...aligned([head, ...body], [4, 5, 6, 7, 8]), "", verdict(rows, "steps rolled back cleanly", paint)];
}

const moments = { before: "before the shift", after: "after the shift", always: "any time" } as const satisfies Record<
  FaultRow["when"],
  string
>;

const ended = (outcome: string, exit: number): string => `${outcome} (${exit})`;

function counts(requests: FaultRow["requests"], recoveredInMs: number | undefined): readonly string[] {
  return [String(requests.total), String(requests.failed), recoveredInMs === undefined ? "-" : showDuration(recoveredInMs)];
}

/** How one row is marked. */
function mark(ok: boolean, paint: Paint): string {
  return ok ? paint("good", "✔") : paint("bad", "✖");
}

function verdict(rows: readonly { readonly ok: boolean }[], what: string, paint: Paint): string {
  const good = rows.filter(({ ok }) => ok).length;
  return paint(good === rows.length ? "good" : "bad", `${good} of ${rows.length} ${what}`);
}
