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

/** Of the types of the catalog alone, from AWS's specification and the provider's schema by `npm run generate`. */
export const schema: Schema = JSON.parse(schemaText);

/** The kind of a value, whether a change of it replaces the resource or not. */
export const withoutMark = (kind: string): string => kind.replace(/!$/, "");

/** The kind of what a list or map holds, or the kind itself; of a list of lists the outer one is taken off. */
export const elementOf = (kind: string): string => withoutMark(kind).replace(/(\[\]|\{\})$/, "");

/** Whether a value of this kind is a list, of whatever. */
export const isList = (kind: string): boolean => /\[\]!?$/.test(kind);

/** Whether a value of this kind has keys that no schema knows, such as tags. */
export const isMap = (kind: string): boolean => /\{\}!?$/.test(kind);
