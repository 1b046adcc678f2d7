import { UserError } from "../base/errors.ts";
import { type Config, configuration } from "./config.ts";
import { type Problem, problemsOf, showProblem, valueAt } from "./problems.ts";
import { rules } from "./rules/rules.ts";

export type Checked = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Reads what somebody wrote: the configuration, or everything that is wrong with it at once. */
export function checkConfig(given: unknown): Checked {
  const parsed = configuration.safeParse(given);
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues);
  const config = parsed.success ? parsed.data : readable(given, wrong);
  const broken = config ? rules.flatMap((rule) => rule(config) ?? []) : [];
  const isNew = ({ path }: Problem) =>
    !wrong.some((known) => overlap(known.path, path)) && !namesLeftOut(valueAt(given, path), wrong, config);
  const problems = [...wrong, ...broken.filter(isNew)];
  return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems };
}

/** Whether a value names an environment that the rules did not see, for a mistake of its own: to them it is unknown, and is not. */
function namesLeftOut(value: unknown, wrong: readonly Problem[], config: Config | undefined): boolean {
  const isWrong = wrong.some(({ path: [section, name] }) => section === "environments" && name === value);
  return isWrong && !config?.environments.some(({ name }) => name === value);
}

/** What remains when everything wrong is left out and defaults take its place, so that the rules see the rest. */
function readable(given: unknown, wrong: readonly Problem[]): Config | undefined {
  let rest = given;
  let problems = wrong;
  // What was left out can be missed, such as the account of an environment: then what it was part of goes too, in another round.
  for (let round = 0; round < 6; round += 1) {
    const before = rest;
    rest = problems.reduce<unknown>((value, { path }) => without(value, present(before, path)), before);
    const parsed = configuration.safeParse({ project: "unnamed", ...Object(rest) });
    if (parsed.success) return parsed.data;
    problems = problemsOf(parsed.error.issues);
  }
  return undefined;
}

/** The path, or as much of it as leads to something that is there, but never less than a section. */
function present(value: unknown, [key, ...rest]: readonly PropertyKey[], depth = 0): readonly PropertyKey[] {
  if (key === undefined) return [];
  const inner: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (inner === undefined) return depth === 0 ? [key] : [];
  return [key, ...present(inner, rest, depth + 1)];
}

/** A copy without the value at the path. A list goes as a whole: the rest of it would have other positions. */
function without(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const inner = rest.length > 0 ? without(Reflect.get(value, key), rest) : undefined;
  const kept = Object.entries(value).map(([name, old]) => [name, name === key ? inner : old]);
  return Object.fromEntries(kept.filter(([, left]) => left !== undefined));
}

/** Whether one path leads to the other, or through it. */
function overlap(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  return one.every((key, i) => i >= other.length || key === other[i]);
}

/** The configuration that somebody wrote into a program of their own. Throws `config/invalid` with all mistakes in the message, which is all that engines show. */
export function configOf(given: unknown): Config {
  const found = checkConfig(given);
  if ("config" in found) return found.config;
  const problems = found.problems.map((problem) => `\n  ${showProblem(problem, given)}`).join("");
  throw new UserError(
    "config/invalid",
    `the configuration has mistakes:${problems}`,
    "correct them; docs/configuration.md lists what can be written",
  );
}
