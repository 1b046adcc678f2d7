/** A part of the text of `Fn::Sub`: literal, or a reference to a resource, to one of its attributes, or to a name that the function itself gives. */
export type Piece = string | { readonly id: string; readonly attribute?: string };

/** Takes the text of `Fn::Sub` apart. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(/\$\{(!?)([^}]+)\}/g)) {
    const [whole, literal, name = ""] = match;
    if (match.index > at) found.push(text.slice(at, match.index));
    const [id = "", ...attribute] = name.split(".");
    if (literal === "!") found.push(`\${${name}}`);
    else found.push(attribute.length > 0 ? { id, attribute: attribute.join(".") } : { id });
    at = match.index + whole.length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

/** A literal as it stands in the text of `Fn::Sub`. */
export const escaped = (literal: string): string => literal.replaceAll("${", "${!");

/** Pieces as a value: a reference where it is one alone, text where nothing is referred to, else `Fn::Sub`. */
export function joined(parts: readonly Piece[]): unknown {
  const merged: Piece[] = [];
  for (const part of parts) {
    const before = merged.at(-1);
    if (typeof part === "string" && typeof before === "string") merged.splice(-1, 1, before + part);
    else if (part !== "") merged.push(part);
  }
  const [only] = merged;
  if (merged.length === 0) return "";
  if (merged.length === 1 && typeof only === "object") {
    return only.attribute === undefined ? { Ref: only.id } : { "Fn::GetAtt": [only.id, only.attribute] };
  }
  if (merged.length === 1) return only;
  return { "Fn::Sub": merged.map((part) => (typeof part === "string" ? escaped(part) : `\${${named(part)}}`)).join("") };
}

const named = ({ id, attribute }: Exclude<Piece, string>): string => (attribute === undefined ? id : `${id}.${attribute}`);
