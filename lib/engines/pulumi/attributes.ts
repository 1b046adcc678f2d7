import type { Entry } from "./entry.ts";
import { matched } from "./match.ts";
import { schema } from "./schema.ts";

/** Where the value of `Ref` or an attribute comes from: a path in an output, with text that CloudFormation appends; or a value that AWS never changes. */
export type Source = { readonly output: string; readonly appended?: string } | { readonly constant: string };

/** What CloudFormation's `Ref` (without an attribute) or `Fn::GetAtt` is in Pulumi. Throws where it has none. */
export function sourceOf(entry: Entry, attribute?: string): Source {
  if (attribute === undefined && entry.ref === null)
    throw new Error(`${entry.type}: what Ref returns is no output in Pulumi; use an attribute`);
  if (attribute === undefined) return { output: entry.ref ?? reference(entry) };
  const stated = entry.attributes?.[attribute];
  if (typeof stated === "string") return { output: stated };
  if (stated) return stated;
  const outputs = Object.keys(schema.outputs[entry.token] ?? {});
  const wanted = folded(attribute);
  const self = folded(entry.type.split("::")[2] ?? "");
  const found =
    outputs.find((name) => folded(name) === wanted) ??
    outputs.find((name) => self + folded(name) === wanted) ??
    (wanted === "id" || wanted === `${self}id` ? "id" : undefined);
  if (found === undefined) throw new Error(`${entry.type}: the attribute ${attribute} has no output in Pulumi; state it in the entry`);
  return { output: found };
}

const folded = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What the identifying property becomes; where AWS gives the identifier, the attribute that it is, or Pulumi's id. */
function reference(entry: Entry): string {
  const identifier = schema.identifiers[entry.type] ?? "";
  const pair = matched(entry).main.pairs.find(({ property }) => property === identifier);
  const [step] = pair?.path ?? [];
  if (step && step.name in (schema.outputs[entry.token] ?? {})) return step.name;
  if (!schema.attributes[entry.type]?.includes(identifier)) return "id";
  const source = entry.attributes?.[identifier] === undefined ? undefined : sourceOf(entry, identifier);
  if (source && "output" in source) return source.output;
  return /arn$/i.test(identifier) && "arn" in (schema.outputs[entry.token] ?? {}) ? "arn" : "id";
}

/** The attribute that an output is, `undefined` for what `Ref` returns, and `null` where CloudFormation has no such value. */
export function attributeOf(entry: Entry, output: string): string | undefined | null {
  const ref = entry.ref === null ? undefined : sourceOf(entry);
  if (ref && "output" in ref && ref.output === output) return undefined;
  // A resource's id is what `Ref` returns for most types; where it is not, the entry says so.
  if (output === "id" && entry.ref === undefined) return undefined;
  const found = schema.attributes[entry.type]?.find((attribute) => {
    try {
      const source = sourceOf(entry, attribute);
      return "output" in source && source.output === output;
    } catch {
      return false;
    }
  });
  return found ?? null;
}
