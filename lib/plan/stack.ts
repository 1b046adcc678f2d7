import { logicalId, type Named, nameOf, type Place } from "../aws/names.ts";
import type { StackOutput, Tag, Value } from "../aws/value.ts";
import type { Properties } from "./cloudformation.gen.ts";
import { noteSource } from "./source.ts";
import { fromStack, type Options, type Output, type Resource, type Stack, type Type } from "./template.ts";

/** Where a stack is, and what everything in it has in common. */
export interface Site extends Place {
  readonly environment: string;
  /** For everything that can carry tags. */
  readonly tags: readonly Tag[];
  /** Whether data outlives its stack, and deletion needs a person's word. */
  readonly protected: boolean;
}

/** A stack while it is written: blocks add resources and outputs to it. */
export interface Draft extends Stack {
  readonly site: Site;
  /** A part of the stack with a name of its own: `block("Network").add("Vpc", …)` gets the logical id `NetworkVpc`. */
  block(name: string): Block;
  /** Names a value for people, tests, releases and other stacks; the last read it by what comes back. */
  output(name: string, value: Value<string>, description: string): StackOutput;
}

/** A part of a stack while it is written; its name begins the logical ids of all that is added to it. */
export interface Block {
  readonly site: Site;
  readonly stack: Draft;
  /** Adds a resource. Throws for a logical id that is taken: two blocks of one name, or one thing twice. */
  add<T extends Type>(thing: string, type: T, properties: Properties[T], options?: Options<keyof Properties[T] & string>): Resource<T>;
  /** The physical name of a thing of this kind. */
  name(kind: Named, thing: string): string;
}

/** Begins a stack of an environment; `part` is what it is for, such as `base` or a service's name. */
export function draft(site: Site, part: string): Draft {
  const resources: Resource[] = [];
  const outputs: Output[] = [];
  const stack: Draft = {
    name: nameOf("stack", site, part),
    part,
    account: site.account,
    region: site.region,
    protect: site.protected,
    site,
    resources,
    outputs,
    block: (name) => blockOf(stack, name, resources),
    output: (name, value, description) => {
      if (outputs.some((other) => other.name === name)) throw new Error(`stack ${stack.name} has two outputs named ${name}`);
      outputs.push({ name, value, description });
      return fromStack(stack, name);
    },
  };
  return stack;
}

function blockOf(stack: Draft, name: string, resources: Resource[]): Block {
  const block: Block = {
    site: stack.site,
    stack,
    add: (thing, type, properties, options = {}) => {
      const id = logicalId(name, thing);
      if (resources.some((other) => other.id === id)) throw new Error(`stack ${stack.name} has two resources with the logical id ${id}`);
      const resource = { id, block: name, type, properties, ...options };
      resources.push(resource);
      noteSource(resource, block.add);
      return resource;
    },
    name: (kind, thing) => nameOf(kind, stack.site, thing),
  };
  return block;
}
