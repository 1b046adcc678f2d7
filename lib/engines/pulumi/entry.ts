import type { Intrinsic } from "../../aws/value.ts";
import type { Attributes, Properties } from "../../plan/cloudformation.gen.ts";
import type { Keep, Refresh, Type } from "../../plan/template.ts";
import type { Arguments, Leaf, Outputs } from "./pulumi.gen.ts";

// The words of the catalog: how a CloudFormation type and its Pulumi resources say the same. All of it is read in both directions.

/** A type of Pulumi's resources, such as `aws:s3/bucket:Bucket`, that the generated schema has. */
export type Token = keyof Arguments;

/** Properties or arguments while they are converted, when no type holds them. */
export type Tree = Record<string, unknown>;

/** `name`, or `healthCheck.path`. A list on the way stands for its only element. */
type Path<A> = { [K in keyof A & string]: A[K] extends Leaf ? K : K | `${K}.${keyof A[K] & string}` }[keyof A & string];
type At<A, P extends string> = P extends "."
  ? A
  : P extends keyof A
    ? A[P]
    : P extends `${infer K}.${infer L}`
      ? K extends keyof A
        ? L extends keyof A[K]
          ? A[K][L]
          : never
        : never
      : never;
/** The members of a property, through lists and leaves that AWS fills in. */
type Members<C> = C extends Intrinsic ? never : C extends readonly (infer E)[] ? Members<E> : C extends object ? C : never;

/** A conversion between the two forms of a value. Leaves that AWS fills in are handed through. */
export interface Codec {
  forward(value: unknown): unknown;
  back(value: unknown): unknown;
}

/** A property that moves, changes its form, or holds members that do. */
type Move<C, A, P extends string> = P extends string
  ? {
      /** Where it lives; `.` where its members live beside it. */
      readonly to: P;
      readonly in?: Fields<Members<C>, At<A, P>>;
      readonly none?: Refused;
      /** One Pulumi value for each CloudFormation value. */
      readonly values?: Readonly<Record<string, string | number | boolean>>;
      /** A list of objects in CloudFormation, a list of this member in Pulumi. */
      readonly pluck?: keyof Members<C> & string;
      /** Pulumi packs several values into one element where CloudFormation has an element for each. */
      readonly spread?: readonly (keyof At<A, P> & string)[];
      /** What CloudFormation means when the property is absent and Pulumi must be told, in Pulumi's form, with where that is documented. */
      readonly implied?: Implied;
      readonly as?: Codec;
    }
  : never;

/** A default that differs, and its source: the catalog's table of them is read from here. */
export interface Implied {
  readonly value: unknown;
  readonly source: string;
}

/** Time limits in Pulumi's form, such as `3h`, and why they are so long. */
export interface Waits {
  readonly create: string;
  readonly update: string;
  readonly delete: string;
  readonly source: string;
}

/** A difference that takes more than a value. */
export interface Alike {
  readonly told: string;
  readonly source: string;
}

/** A list of `{ Key, Value }` in CloudFormation, arguments of their own in Pulumi. */
interface Keyed<A> {
  readonly keyed: Readonly<Record<string, Path<A>>>;
}
/** Properties that Pulumi cannot say, and why. Plans do without them: their types have none of it, and using one is an error. */
export type Refused = Readonly<Record<string, string>>;

type Field<C, A> = Path<A> | Move<C, A, Path<A> | "."> | Keyed<A>;
type Fields<C, A> = { readonly [K in keyof C]?: Field<C[K], A> };

/**
 * A Pulumi resource that holds some of another's properties: the versioning of a bucket. `with` are its arguments that no property says, with
 * `own(…)` for outputs of the main resource; `owner` is the one that names the main resource.
 */
interface Part<K extends Token> {
  readonly token: K;
  readonly owner: keyof Arguments[K] & string;
  readonly with: { readonly [A in keyof Arguments[K]]?: unknown };
  /** What tells it from others of its kind on one resource. */
  readonly suffix?: string;
  /** Arguments that somebody else changes after the first deploy. */
  readonly ignores?: readonly (keyof Arguments[K] & string)[];
}

/** One resource, for properties of the main one. */
interface Whole<T extends Type, K extends Token> extends Part<K> {
  readonly fields?: Fields<Properties[T], Arguments[K]>;
  /** Made only where the property is there; by default where one of its `fields` is. */
  readonly when?: keyof Properties[T] & string;
  /** Arguments that are made of that property, and are not read back. */
  readonly from?: (property: Tree) => { readonly [A in keyof Arguments[K]]?: unknown };
}

/** A property, each element of whose list becomes a resource: as an argument where it is text, or by its members. */
type Each<T extends Type, K extends Token> = {
  [P in keyof Properties[T] & string]: Part<K> & {
    readonly each: P;
    readonly element: (keyof Arguments[K] & string) | Fields<Members<Properties[T][P]>, Arguments[K]>;
    readonly none?: Refused;
  };
}[keyof Properties[T] & string];

type AnyPart<T extends Type> = { [K in Token]: Whole<T, K> | Each<T, K> }[Token];

/** What cannot be said as data, in both directions. `forward` is free to change the properties before the rest is converted. */
interface Code {
  /** Properties and arguments that it takes care of alone. */
  readonly handles: readonly string[];
  readonly arguments: readonly string[];
  /** Members of shapes inside the resource that it takes care of, by shape. */
  readonly inside?: Readonly<Record<string, readonly string[]>>;
  forward(properties: Tree, args: Tree): void;
  back(args: Tree, properties: Tree): void;
  /** Called once what the parts say has been read as well. */
  finish?(properties: Tree): void;
}

/** What CloudFormation has as a resource, and Pulumi as something that another resource of the same token is told. */
interface RideOf<T extends Type, K extends Token> {
  /** The property that names the other resource. */
  readonly on: keyof Properties[T] & string;
  readonly told: { readonly [A in keyof Arguments[K]]?: unknown };
  /** Its logical id is that of the other one with this at the end. */
  readonly suffix: string;
  /** What the provider does with the one before when there is a new one. */
  readonly keep: Keep;
}

interface Rest<T extends Type, K extends Token> {
  readonly rides?: RideOf<T, K>;
  /** The output that `Ref` returns; by default what the identifying property becomes, and null where Pulumi has no such value. */
  readonly ref?: Outputs[K] | null;
  /** `masterUserSecrets.0.secretArn` reaches into an output; `appended` is text that only CloudFormation appends. */
  readonly attributes?: {
    readonly [A in Attributes[T] & string]?:
      | Outputs[K]
      | `${Outputs[K]}.${string}`
      | { readonly output: Outputs[K]; readonly appended: string }
      | { readonly constant: string };
  };
  readonly fields?: Fields<Properties[T], Arguments[K]>;
  readonly none?: Refused;
  /** Properties that are left out in Pulumi, whose provider has no such thing, and why that is no harm. */
  readonly lost?: { readonly [P in keyof Properties[T]]?: string };
  readonly parts?: readonly AnyPart<T>[];
  /** Arguments that follow from what becomes of the resource when it is deleted. */
  readonly keep?: {
    readonly arguments: readonly (keyof Arguments[K] & string)[];
    readonly source: string;
    of(keep: Keep, properties: Tree): { readonly [A in keyof Arguments[K]]?: unknown };
  };
  /** Arguments that say how machines take on a changed template. */
  readonly refresh?: {
    readonly arguments: readonly (keyof Arguments[K] & string)[];
    readonly source: string;
    of(refresh: Refresh): { readonly [A in keyof Arguments[K]]?: unknown };
  };
  /** Arguments that CloudFormation does not have, so that Pulumi does what CloudFormation does by itself, each with its source. */
  readonly defaults?: { readonly [A in keyof Arguments[K]]?: Implied };
  /** How long AWS may take for it, where the provider gives up earlier and CloudFormation goes on waiting. */
  readonly waits?: Waits;
  /** What the two do otherwise, and `parts`, `code` or `as` of this entry make alike: what Pulumi is told, with its source. */
  readonly alike?: Readonly<Record<string, Alike>>;
  readonly code?: Code;
}

/** An entry once it is checked: the names are plain text. */
export interface Entry {
  readonly type: Type;
  readonly token: Token;
  readonly rides?: Ride;
  readonly ref?: string | null;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly fields?: AnyFields;
  readonly none?: Refused;
  readonly lost?: Readonly<Record<string, string>>;
  readonly parts?: readonly EntryPart[];
  readonly keep?: { readonly arguments: readonly string[]; readonly source: string; of(keep: Keep, properties: Tree): Readonly<Tree> };
  readonly refresh?: { readonly arguments: readonly string[]; readonly source: string; of(refresh: Refresh): Readonly<Tree> };
  readonly defaults?: Readonly<Record<string, Implied>>;
  readonly waits?: Waits;
  readonly alike?: Readonly<Record<string, Alike>>;
  readonly code?: Code;
}

/** A ride once it is checked. */
export interface Ride {
  readonly on: string;
  readonly told: Readonly<Tree>;
  readonly suffix: string;
  readonly keep: Keep;
}

type Attribute = string | { readonly output: string; readonly appended: string } | { readonly constant: string };

/** A part once it is checked; `each` and `element` for one resource an element, `fields` and `when` for one alone. */
export interface EntryPart {
  readonly token: Token;
  readonly owner: string;
  readonly with: Readonly<Tree>;
  readonly fields?: AnyFields;
  readonly each?: string;
  readonly element?: string | AnyFields;
  readonly none?: Refused;
  readonly suffix?: string;
  readonly when?: string;
  readonly from?: (property: Tree) => Readonly<Tree>;
  readonly ignores?: readonly string[];
}

/** Where properties are in Pulumi, by property. */
export type AnyFields = Readonly<Record<string, AnyField>>;

/** A path alone where only the name differs. */
export type AnyField = string | AnyMove | { readonly keyed: Readonly<Record<string, string>> };

/** A move once it is checked; what each word means stands at the typed one above. */
export interface AnyMove {
  readonly to: string;
  readonly in?: AnyFields;
  readonly none?: Refused;
  readonly values?: Readonly<Record<string, string | number | boolean>>;
  readonly pluck?: string;
  readonly spread?: readonly string[];
  readonly implied?: Implied;
  readonly as?: Codec;
}

/** How a type is said in Pulumi. What the entry leaves out is matched by name and kind. */
export function entry<const T extends Type, const K extends Token>(type: T, token: K, rest?: Rest<T, K>): Entry;
export function entry(type: Type, token: Token, rest: object = {}): Entry {
  return { type, token, ...rest };
}

/** A text with an end that is another one for each resource that is made, and stays what it is as long as that is there. */
export class Anew {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An output of the main resource (`own("id")`), or of a part before this one (`own("fqdn", "Record")`, by its suffix), in a part's arguments. */
export class Own {
  readonly path: string;
  readonly part: string | undefined;
  constructor(path: string, part?: string) {
    this.path = path;
    this.part = part;
  }
}

/** For the arguments of a part: an output of the resource that it belongs to. */
export const own = (path: string, part?: string): Own => new Own(path, part);
