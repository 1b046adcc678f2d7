import { UserError } from "../../base/errors.ts";
import type { Outcome } from "../../base/outcome.ts";
import { expectedOutcome, type FaultKind, type FaultName, faults, type When } from "./table.ts";

/** A fault as it was asked for: `name[:argument][@before|@after]`. */
export interface Fault {
  readonly text: string;
  readonly name: FaultName;
  /** "" for a fault at a step where none was named: then the plan says which. */
  readonly argument: string;
  readonly when: When;
  readonly expected: Outcome;
}

/** Reads a fault. Throws `usage/invalid` naming the value and what would work. */
export function parseFault(text: string): Fault {
  const [, name = "", argument, at] = /^([a-z-]+)(?::([^@]*))?(?:@(.*))?$/.exec(text) ?? [];
  if (!isFault(name)) throw refuse(text, `the faults are ${Object.keys(faults).join(", ")}`);
  const kind: FaultKind = faults[name];
  if (argument !== undefined && !kind.argument?.valid(argument)) {
    throw refuse(text, kind.argument ? `say ${name}:${kind.argument.fallback}` : `${name} takes nothing after the colon`);
  }
  const possible = Object.keys(kind.expected) as When[];
  const when = at === undefined ? strikesAt(kind, possible, argument) : possible.find((one) => one === at);
  if (when === undefined) throw refuse(text, `${name} strikes ${possible.join(" or ")} the first shift, e.g. ${name}@${possible[0]}`);
  const value = argument ?? (kind.argument?.name === "step" ? "" : (kind.argument?.fallback ?? ""));
  const expected = expectedOutcome(name, when, value);
  if (expected === undefined) throw refuse(text, `${name} strikes ${possible.join(" or ")}`);
  return { text, name, argument: value, when, expected };
}

function isFault(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}

function refuse(text: string, fix: string): UserError {
  return new UserError("usage/invalid", `--fault ${text} is not a fault`, fix);
}

const beforeFirstShift = new Set(["start", "probe", "self-test", "approval"]);

/** A fault at a named step strikes before the first shift if that step comes before it. */
function strikesAt(kind: FaultKind, possible: readonly When[], argument: string | undefined): When | undefined {
  if (kind.argument?.name !== "step" || argument === undefined) return possible[0];
  return beforeFirstShift.has(argument) ? "before" : "after";
}

/** Every fault at every time it can strike: the rows of `--all-faults`. */
export function allFaultTexts(): readonly string[] {
  const rows = Object.entries<FaultKind>(faults).flatMap(([name, { expected }]) =>
    Object.keys(expected).map((when) => (when === "always" ? name : `${name}@${when}`)),
  );
  return [...rows, "no-traffic:no-top-up@before", "no-traffic:no-top-up@after"];
}
