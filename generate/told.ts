import type { Entry } from "../lib/engines/pulumi/entry.ts";

/** What Pulumi is told that CloudFormation means or does by itself, with where that is documented: a row of `docs/engines.md`. */
export interface Told {
  readonly type: string;
  /** The argument, or what is done. */
  readonly name: string;
  readonly told: string;
  readonly source: string;
}

/** Every difference between the two that an entry makes up for. */
export function toldBy({ type, fields = {}, parts = [], defaults = {}, keep, refresh, waits, alike = {} }: Entry): readonly Told[] {
  const value = (name: string, { value, source }: { readonly value: unknown; readonly source: string }): Told => ({
    type,
    name,
    told: JSON.stringify(value),
    source,
  });
  return [
    ...[fields, ...parts.map((part) => part.fields ?? {})].flatMap(impliedIn).map(([name, one]) => value(name, one)),
    ...Object.entries(defaults).map(([name, one]) => value(name, one)),
    ...(keep?.arguments ?? []).map((name) => ({ type, name, told: "as the plan says what becomes of it", source: keep?.source ?? "" })),
    ...(refresh?.arguments ?? []).map((name) => ({
      type,
      name,
      told: "as the plan says how machines follow",
      source: refresh?.source ?? "",
    })),
    ...(waits
      ? [
          {
            type,
            name: "customTimeouts",
            told: `${waits.create} to create, ${waits.update} to update, ${waits.delete} to delete`,
            source: waits.source,
          },
        ]
      : []),
    ...Object.entries(alike).map(([name, { told, source }]) => ({ type, name, told, source })),
  ];
}

type Fields = NonNullable<Entry["fields"]>;
type Implied = NonNullable<Entry["defaults"]>[string];

/** However deep; what several shapes imply alike is one. */
function impliedIn(fields: Fields): readonly (readonly [string, Implied])[] {
  const found = Object.values(fields).flatMap((field) => {
    if (typeof field === "string" || "keyed" in field) return [];
    const own = field.implied ? [[field.to, field.implied] as const] : [];
    return [...own, ...(field.in ? impliedIn(field.in) : [])];
  });
  return [...new Map(found)];
}
