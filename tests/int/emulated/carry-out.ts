import { createHash } from "node:crypto";
import type { Plan, Resource, Stack } from "../../../lib/plan/template.ts";
import type { Outputs } from "../../../lib/ports/engine.ts";

/** What came of a resource: what `Ref` gives, and its attributes. */
export type Made = Readonly<Record<"Ref", string> & Record<string, string>>;

/** Makes a resource of what its properties are, as text of JSON. */
export type Make = (properties: string, stack: Stack) => Promise<Made>;

/**
 * Makes what a plan says in the order that its references and its own words ask for, one thing after the other, and gives the outputs of its
 * stacks. What nobody makes gets a name that AWS could have given.
 */
export async function carryOut(plan: Plan, maker: (type: string) => Make | undefined): Promise<Outputs> {
  const begun = new Map<string, Promise<Made>>();

  const made = (stack: Stack, id: string): Promise<Made> => {
    const key = `${stack.name}/${id}`;
    const known = begun.get(key) ?? make(stack, id);
    begun.set(key, known);
    return known;
  };
  const make = async (stack: Stack, id: string): Promise<Made> => {
    const resource = stack.resources.find((one) => one.id === id);
    if (!resource) throw new Error(`${stack.name} has no resource ${id}`);
    for (const before of resource.after ?? []) await made(stack, before.id);
    const properties = JSON.stringify(await plain(stack, resource.properties));
    const found = await maker(resource.type)?.(properties, stack);
    return found ?? invented(stack, resource);
  };

  /** A value with its references followed. */
  const plain = async (stack: Stack, value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return await oneByOne(value, (one) => plain(stack, one));
    if (typeof value !== "object" || value === null) return value;
    const [[key = "", inner] = []] = Object.entries(value);
    if (key === "Ref") return (await made(stack, inner)).Ref;
    if (key === "Fn::GetAtt") return attribute(stack, inner);
    if (key === "Fn::Sub") return filledIn(stack, inner);
    if (key === "Fn::Base64") return Buffer.from(String(await plain(stack, inner))).toString("base64");
    if (key === "Fn::GetStackOutput") return offered(inner.StackName, inner.OutputName);
    return Object.fromEntries(await oneByOne(Object.entries(value), async ([name, one]) => [name, await plain(stack, one)]));
  };
  const attribute = async (stack: Stack, [id, name]: readonly [string, string]): Promise<string> => {
    const found = (await made(stack, id))[name];
    if (found === undefined) throw new Error(`nobody said what ${name} of ${stack.name}/${id} is`);
    return found;
  };
  const offered = async (name: string, output: string): Promise<unknown> => {
    const stack = plan.stacks.find((one) => one.name === name);
    const found = stack?.outputs.find((one) => one.name === output);
    if (!stack || !found) throw new Error(`nothing offers ${output} of ${name}`);
    return plain(stack, found.value);
  };
  const filledIn = async (stack: Stack, given: string | readonly [string, Readonly<Record<string, unknown>>]): Promise<string> => {
    const [text, own] = typeof given === "string" ? [given, {}] : given;
    const parts = await oneByOne(text.split(/(\$\{[^}]+\})/), async (part) => {
      const [, name] = /^\$\{([^!}]+)\}$/.exec(part) ?? [];
      if (name === undefined) return part;
      if (name in own) return String(await plain(stack, own[name]));
      const [id = "", ...of] = name.split(".");
      return of.length === 0 ? (await made(stack, id)).Ref : attribute(stack, [id, of.join(".")]);
    });
    return parts.join("");
  };

  const all = await oneByOne(plan.stacks, async (stack) => {
    await oneByOne(stack.resources, ({ id }) => made(stack, id));
    const outputs = await oneByOne(stack.outputs, async ({ name, value }) => [name, String(await plain(stack, value))]);
    return [stack.name, Object.fromEntries(outputs)];
  });
  return Object.fromEntries(all);
}

async function oneByOne<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

/** Whatever is asked of it, it answers with an ARN such as that of a key. */
function invented({ name, region, account }: Stack, { type, id }: Resource): Made {
  const [, service = "", kind = ""] = type.toLowerCase().split("::");
  const digits = createHash("sha256").update(`${name}/${id}`).digest("hex");
  const uuid = [8, 12, 16, 20, 32].map((end, at, ends) => digits.slice(ends[at - 1] ?? 0, end)).join("-");
  const arn = `arn:aws:${service}:${service === "iam" ? "" : region}:${account}:${kind}/${uuid}`;
  return new Proxy({ Ref: arn }, { get: (_, attribute) => (attribute === "then" ? undefined : arn) });
}
