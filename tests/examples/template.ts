import { templateOf } from "../../lib/plan/as-template.ts";
import type { Plan, Type } from "../../lib/plan/template.ts";

/**
 * The templates of a plan as tests read them: every reference is followed to what it names, also by an output of another stack, and reads
 * `‹stack/Id›` for a Ref and `‹stack/Id.Attribute›` for an attribute. Two values are then the same text only if AWS would give both the
 * same value.
 */
export interface Templates {
  readonly account: string;
  readonly region: string;
  readonly found: readonly Found[];
  all(type: Type): readonly Found[];
  /** The one resource of a type, or the one for which `where` holds. Throws for none and for several. */
  one(type: Type, where?: (found: Found) => boolean): Found;
  /** The resource that a value names. Throws where it names none. */
  follow(value: unknown): Found;
  /** The value of an output. Throws where no stack or several have it. */
  output(name: string): unknown;
}

/** A value in a template, and what lies below it. */
export interface Part {
  readonly value: unknown;
  /** The value at a path such as `LoadBalancers.0.TargetGroupArn`, or undefined. */
  at(path: string): unknown;
  text(path: string): string;
  number(path: string): number;
  texts(path: string): readonly string[];
  parts(path: string): readonly Part[];
}

export interface Found extends Part {
  readonly type: string;
  readonly id: string;
  readonly stack: string;
  readonly ref: string;
  attribute(name: string): string;
  /** What it waits for, without what it refers to. */
  readonly after: readonly Found[];
  readonly deletion: string | undefined;
  readonly replacement: string | undefined;
}

type Facts = Readonly<Record<string, unknown>>;

export function readTemplates(plan: Plan): Templates {
  const [first] = plan.stacks;
  if (!first) throw new Error("a plan has stacks");
  const found: Found[] = plan.stacks.flatMap((stack) =>
    Object.entries(templateOf(stack).Resources).map(([id, resource]) => {
      const self = `${stack.part}/${id}`;
      return {
        ...partOf(resolve(plan, stack, resource.Properties)),
        type: resource.Type,
        id,
        stack: stack.part,
        ref: `‹${self}›`,
        attribute: (name: string) => `‹${self}.${name}›`,
        get after() {
          return (resource.DependsOn ?? []).map((other) => follow(`‹${stack.part}/${other}›`));
        },
        deletion: resource.DeletionPolicy,
        replacement: resource.UpdateReplacePolicy,
      };
    }),
  );
  const all = (type: Type) => found.filter((one) => one.type === type);
  const follow = (value: unknown): Found => {
    const [, named] = /^‹([^.›]+)(?:\.[^›]+)?›$/.exec(String(value)) ?? [];
    const target = found.find(({ stack, id }) => `${stack}/${id}` === named);
    if (!target) throw new Error(`${JSON.stringify(value)} names no resource`);
    return target;
  };
  const one = (type: Type, where: (one: Found) => boolean = () => true): Found => {
    const [only, ...others] = all(type).filter(where);
    if (!only || others.length > 0) throw new Error(`${only ? others.length + 1 : "no"} ${type} where one was expected`);
    return only;
  };
  const output = (name: string): unknown => {
    const values = plan.stacks.flatMap((stack) =>
      stack.outputs.filter((offered) => offered.name === name).map(({ value }) => resolve(plan, stack, value)),
    );
    if (values.length !== 1) throw new Error(`${values.length} outputs ${name}`);
    return values[0];
  };
  return { account: first.account, region: first.region, found, all, one, follow, output };
}

export function partOf(value: unknown): Part {
  const at = (path: string): unknown =>
    path.split(".").reduce<unknown>((inner, key) => (isFacts(inner) || Array.isArray(inner) ? Reflect.get(inner, key) : undefined), value);
  const list = (path: string): readonly unknown[] => {
    const there = at(path);
    return there === undefined ? [] : Array.isArray(there) ? there : [there];
  };
  const expected = (path: string, kind: string) => new Error(`${path} is no ${kind}: ${JSON.stringify(at(path))}`);
  const text = (given: unknown, path: string): string => {
    if (typeof given !== "string") throw expected(path, "text");
    return given;
  };
  return {
    value,
    at,
    text: (path) => text(at(path), path),
    number: (path) => {
      const there = at(path);
      if (typeof there !== "number") throw expected(path, "number");
      return there;
    },
    texts: (path) => list(path).map((one) => text(one, path)),
    parts: (path) => list(path).map(partOf),
  };
}

/** A value with its references followed. */
function resolve(plan: Plan, stack: Plan["stacks"][number], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(plan, stack, one));
  if (!isFacts(value)) return value;
  const { Ref: named, "Fn::GetAtt": attribute, "Fn::Sub": text, "Fn::GetStackOutput": output } = value;
  if (typeof named === "string") return `‹${stack.part}/${named}›`;
  if (Array.isArray(attribute)) return `‹${stack.part}/${attribute.join(".")}›`;
  if (text !== undefined) return filledIn(plan, stack, text);
  if (isFacts(output)) {
    const other = plan.stacks.find(({ name, region }) => name === output.StackName && region === output.Region);
    const read = other?.outputs.find(({ name }) => name === output.OutputName);
    if (!other || !read) throw new Error(`nothing offers ${JSON.stringify(output)}`);
    return resolve(plan, other, read.value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(plan, stack, inner)]));
}

function filledIn(plan: Plan, stack: Plan["stacks"][number], sub: unknown): string {
  const [text, own]: unknown[] = Array.isArray(sub) ? sub : [sub, {}];
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_all, escaped: string, name: string) => {
    if (escaped) return `\${${name}}`;
    return isFacts(own) && name in own ? String(resolve(plan, stack, own[name])) : `‹${stack.part}/${name}›`;
  });
}

function isFacts(value: unknown): value is Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What CloudFormation is told of what is kept, or goes: `[deletion, replacement]`. A creation that is rolled back leaves nothing of either. */
export const ends = { kept: ["RetainExceptOnCreate", "Retain"], gone: ["Delete", "Delete"] } as const;
