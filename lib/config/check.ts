import { type Config, configuration } from "./config.ts";
import { type Problem, problemsOf } from "./problems.ts";
import { rules } from "./rules/rules.ts";

export type Checked = { readonly config: Config } | { readonly problems: readonly Problem[] };

/** Reads what somebody wrote: the configuration, or everything that is wrong with it at once. */
export function checkConfig(given: unknown): Checked {
  const parsed = configuration.safeParse(given);
  const wrong = parsed.success ? [] : problemsOf(parsed.error.issues);
  const config = parsed.success ? parsed.data : readable(given, wrong);
  const broken = config ? rules.flatMap((rule) => rule(config) ?? []) : [];
  const problems = [...wrong, ...broken.filter(({ path }) => !wrong.some((known) => overlap(known.path, path)))];
  return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems };
}

/** What remains when everything wrong is left out and defaults take its place, so that the rules see the rest. */
function readable(given: unknown, wrong: readonly Problem[]): Config | undefined {
  let rest = given;
  let problems = wrong;
  // What was left out can be missed one level up, such as the only service: hence a second and third round.
  for (let round = 0; round < 3; round += 1) {
    rest = problems.reduce<unknown>((value, { path }) => without(value, path), rest);
    const parsed = configuration.safeParse({ project: "unnamed", ...Object(rest) });
    if (parsed.success) return parsed.data;
    problems = problemsOf(parsed.error.issues);
  }
  return undefined;
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
