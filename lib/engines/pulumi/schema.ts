import { schemaText } from "./schema.gen.ts";

type Shapes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Names and kinds on both sides. A kind is `string`, `number`, `boolean`, `json`, `tag` or another shape, with `[]`, `{}` and a final `!` (replaces). */
export interface Schema {
  readonly cloudFormation: Shapes;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** The property or attribute that `Ref` returns. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** Arguments of Pulumi's resources, and the shapes inside them. */
  readonly inputs: Shapes;
  readonly outputs: Shapes;
  /** Arguments that a resource cannot do without. */
  readonly required: Readonly<Record<string, readonly string[]>>;
}

export const schema: Schema = JSON.parse(schemaText);

export const withoutMark = (kind: string): string => kind.replace(/!$/, "");
export const elementOf = (kind: string): string => withoutMark(kind).replace(/(\[\]|\{\})$/, "");
export const isList = (kind: string): boolean => /\[\]!?$/.test(kind);
export const isMap = (kind: string): boolean => /\{\}!?$/.test(kind);
export const replaces = (kind: string): boolean => kind.endsWith("!");
