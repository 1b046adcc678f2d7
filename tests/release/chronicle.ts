import { type Instant, instant } from "../../lib/base/time.ts";
import type { Entry, Holder } from "../../lib/ports/ledger.ts";
import type { FactKind, Facts } from "../../lib/release/facts.ts";
import { type Environment, foldLedger, type Release } from "../../lib/release/state.ts";
import { holder, scenario } from "./scenario.ts";

/** One line of a ledger in a test: kind, body, and what differs from release r-1, no step, holder 1, one second after the line before. */
export type Line = {
  [Kind in FactKind]: readonly [
    Kind,
    Facts[Kind],
    { readonly step?: string; readonly at?: number; readonly holder?: Holder; readonly release?: string; readonly attempt?: number }?,
  ];
}[FactKind];

/** The plan that most tests fold: start, probe, self-test, shift-10, bake-10, …, retire. */
export const sealed = scenario().sealed;

export const planned: Line = ["planned", sealed];
export const begun = (step: string, at?: number): Line => ["started", {}, { step, ...(at === undefined ? {} : { at }) }];
export const finished = (step: string, at?: number): Line => [
  "done",
  { detail: "", gates: [] },
  { step, ...(at === undefined ? {} : { at }) },
];
export const turnedBack: Line = ["turned-back", { because: "it failed", details: ["a log line"], outcome: "rolled-back", gates: [] }];

/** Begins and finishes every step up to this one, which is only begun. */
export const upTo = (step: string): Line[] => {
  const ids = sealed.plan.steps.map(({ id }) => id);
  return [planned, ...ids.slice(0, ids.indexOf(step)).flatMap((id) => [begun(id), finished(id)]), begun(step)];
};

export function entriesOf(...lines: readonly Line[]): Entry[] {
  return lines.map(([kind, body, where], position): Entry => {
    const { step = "", at = 1_000 * position, holder: by = holder(), release = "r-1", attempt = 1 } = where ?? {};
    return { v: 1, release, position, step, attempt, at: instant(at), holder: by, kind, body, prevHash: "0".repeat(64) };
  });
}

export const fold = (...lines: readonly Line[]): Environment => foldLedger(entriesOf(...lines));

/** The release that these lines tell of. */
export function releaseOf(...lines: readonly Line[]): Release {
  const { release } = fold(...lines);
  if (!release) throw new Error("no line plans a release");
  return release;
}

export const at = (milliseconds: number): Instant => instant(milliseconds);
