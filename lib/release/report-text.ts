import type { SlotNumbers } from "../base/events.ts";
import { showDuration } from "../base/time.ts";
import { percent } from "./plan.ts";
import type { Report } from "./report.ts";

/** The report as a page of Markdown that people read in a terminal, a pull request or an editor. */
export function reportText(report: Report): string {
  const parts = [
    head(report),
    waveTable(report),
    stepTable(report),
    slotTable(report),
    gateTable(report),
    undoList(report),
    timeline(report),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function head(report: Report): string {
  const { total, failed } = { total: report.callers.requests, failed: report.callers.failed };
  const kinds = Object.entries(report.callers.failures).map(([kind, count]) => `${kind}: ${count}`);
  const lines = [
    `# ${report.release}: ${report.outcome}`,
    "",
    `${report.from} → ${report.to} (${report.candidate}), ${new Date(report.startedAt).toISOString()}, ${showDuration(report.ms)}`,
    "",
    `- because: ${report.because}`,
    ...report.details.map((line) => `  ${line}`),
    `- callers sent ${total} requests, ${failed} failed (${percent(total === 0 ? 0 : failed / total)})${kinds.length > 0 ? `: ${kinds.join(", ")}` : ""}`,
    ...(report.recoveredInMs === undefined ? [] : [`- all traffic was back after ${showDuration(report.recoveredInMs)}`]),
    `- plan ${report.seal}`,
  ];
  return lines.join("\n");
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

function waveTable({ waves, to }: Report): string {
  if (waves.length === 0) return "";
  const rows = waves.map(({ region, from, candidate, is }) => [region, `${from} → ${to}`, candidate, is]);
  return `## Regions\n\n${table(["region", "", "candidate", ""], rows)}`;
}

function stepTable({ steps }: Report): string {
  const rows = steps.map(({ title, is, ms }) => [title, is === "waiting" ? "not begun" : is, ms === undefined ? "" : showDuration(ms)]);
  return `## Steps\n\n${table(["step", "", "time"], rows)}`;
}

/** Each slot with its version; of several regions each in its own. */
function slotsOf({ slots, waves, to }: Report): readonly (readonly [slot: string, version: string, numbers: SlotNumbers])[] {
  const inRegions = waves.flatMap(({ region, from, candidate, slots: seen }) =>
    Object.entries(seen).map(([slot, numbers]) => [`${region} ${slot}`, slot === candidate ? to : from, numbers] as const),
  );
  return [...Object.entries(slots).map(([slot, numbers]) => [slot, numbers.version, numbers] as const), ...inRegions];
}

function slotTable(report: Report): string {
  const show = (value: number | undefined) => (value === undefined ? "" : showDuration(value));
  const rows = slotsOf(report).map(([slot, version, numbers]) => [
    slot,
    version,
    String(numbers.requests),
    String(numbers.failed),
    ...[numbers.p50, numbers.p95, numbers.p99].map(show),
  ]);
  return rows.length === 0
    ? ""
    : `## Requests by slot, as the router saw them\n\n${table(["slot", "version", "requests", "failed", "p50", "p95", "p99"], rows)}`;
}

function gateTable({ steps, timeline: lines }: Report): string {
  const ofSteps = steps.flatMap(({ id, gates }) => gates.map(({ gate, is, because }) => [id, gate, is, because]));
  const turned = lines.filter(({ text }) => text.startsWith("turned back")).flatMap(({ gates }) => gates ?? []);
  const rows = [...ofSteps, ...turned.map(({ gate, is, because }) => ["turned back", gate, is, because])];
  return rows.length === 0 ? "" : `## Gates\n\n${table(["when", "gate", "verdict", "reading"], rows)}`;
}

function undoList({ undid, left }: Report): string {
  if (undid.length === 0 && left.length === 0) return "";
  return ["## What was undone", "", ...undid.map((line) => `- undid: ${line}`), ...left.map((line) => `- left: ${line}`)].join("\n");
}

function timeline({ timeline: lines }: Report): string {
  return ["## Timeline", "", ...lines.map(({ after, text }) => `- +${(after / 1_000).toFixed(2)} s ${text}`)].join("\n");
}
