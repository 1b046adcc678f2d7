import path from "node:path";
import type { Event, GateIs, GateLine, SlotNumbers } from "../base/events.ts";
import { showDuration } from "../base/time.ts";

/** Paths inside the working folder as a person there would type them. */
export function near(text: string, cwd: string = process.cwd()): string {
  return cwd === path.sep ? text : text.replaceAll(`${cwd}${path.sep}`, "");
}

/** How a digest is shown: enough to tell two apart. */
export function shortHash(hash: string): string {
  return hash.replace(/^sha256:/, "").slice(0, 12);
}

/** A size in the units of the SI: a kB has 1,000 bytes. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

/** Where a release runs that is only watched from here. */
export const handedOver = (release: string, to: string): string => `${release} runs in ${to}; Ctrl-C stops the watching, not the release`;

/** How a stage ended, and why where it was skipped or failed. */
export function stageEnd({ stage, is, ms, because }: Extract<Event, { type: "stage-ended" }>): string {
  const why = because ? `: ${because}` : "";
  return is === "skipped" ? `${stage} skipped${why}` : `${stage} ${is} in ${showDuration(ms)}${is === "failed" ? why : ""}`;
}

/** What one slot did in the window that was read; without answers there is no latency. */
export function numbers({ requests, failed, p95 }: SlotNumbers): string {
  const slow = p95 === undefined ? "" : `, p95 ${showDuration(p95)}`;
  return `${requests} requests, ${failed} failed${slow}`;
}

/** A rate with at most one digit after the point. */
export function perSecond(rate: number): string {
  return `${Number(rate.toFixed(1))}/s`;
}

const verdictMarks = { pass: "✔", fail: "✖", wait: "…", skipped: "-" } as const satisfies Record<GateIs, string>;

/** What a gate said, behind the mark that every view has for it. */
export function gateLine({ gate, is, because }: GateLine): string {
  return `${verdictMarks[is]} ${gate}${is === "skipped" ? " skipped" : ""}${because ? `: ${because}` : ""}`;
}
