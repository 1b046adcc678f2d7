/** What a request says besides its action and resource: one value, or several for a key that has many. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

type Wanted = string | readonly string[];

/** `*` is any text, `?` one character. Not for policy variables, of which our policies have none. */
export function matchesText(pattern: string, text: string): boolean {
  if (pattern.includes("${")) throw new Error(`"${pattern}" has a policy variable, which this evaluator does not know`);
  const body = pattern
    .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${body}$`).test(text);
}

/** Part by part: a wildcard ends with its part, but the last part may hold colons (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === "*") return true;
  const wanted = partsOf(pattern);
  const given = partsOf(arn);
  return wanted.length === 6 && given.length === 6 && wanted.every((part, at) => matchesText(part, given[at] ?? ""));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

type Compare = (wanted: string, given: string) => boolean;

const equal: Compare = (wanted, given) => wanted === given;

/** The operators that our policies use. Another one throws, so that nobody believes that it was evaluated. */
const operators: Readonly<Record<string, { readonly compare: Compare; readonly negated?: true }>> = {
  StringEquals: { compare: equal },
  StringNotEquals: { compare: equal, negated: true },
  StringLike: { compare: matchesText },
  StringNotLike: { compare: matchesText, negated: true },
  ArnEquals: { compare: matchesArn },
  ArnLike: { compare: matchesArn },
  Bool: { compare: (wanted, given) => wanted.toLowerCase() === given.toLowerCase() },
};

/**
 * All operators and all of their keys must hold; of several values one is enough (IAM User Guide, "Conditions with multiple context keys or
 * values").
 */
export function conditionsHold(conditions: Readonly<Record<string, Readonly<Record<string, Wanted>>>>, context: Context): boolean {
  const said = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), typeof value === "string" ? [value] : value]));
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, typeof wanted === "string" ? [wanted] : wanted, said.get(key.toLowerCase())),
    ),
  );
}

function holds(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  if (operator === "Null") return wanted.some((absent) => absent === String(given === undefined));
  const [, set, name = "", ifExists] = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  const found = operators[name];
  if (!found) throw new Error(`this evaluator does not know the operator ${operator}`);
  const { compare, negated = false } = found;
  const fits = (value: string): boolean => wanted.some((one) => compare(one, value)) !== negated;
  if (given === undefined) return set === "ForAllValues" || ifExists !== undefined || (negated && set === undefined);
  if (set === "ForAnyValue") return given.some(fits);
  if (set === "ForAllValues") return given.every(fits);
  const [value, ...more] = given;
  if (value === undefined || more.length > 0) throw new Error(`${operator} compares one value; the request has ${given.length}`);
  return fits(value);
}
