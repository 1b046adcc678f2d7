import type { Entry } from "./entry.ts";
import { matched, type Step } from "./match.ts";

/** The arguments of the main resource that hold a property, as `ignoreChanges` wants them. Throws where a part holds it. */
export function argumentsOf(entry: Entry, property: string): readonly string[] {
  const pair = matched(entry).main.pairs.find((one) => one.property === property);
  if (!pair) throw new Error(`${entry.type}.${property} is no argument of ${entry.token} alone`);
  if (pair.keyed) return pair.keyed.map(({ path }) => show(path));
  return pair.path.length > 0 ? [show(pair.path)] : (pair.members?.().pairs ?? []).map(({ path }) => show(path));
}

const show = (path: readonly Step[]): string => path.map(({ name, list }) => (list ? `${name}[0]` : name)).join(".");
