import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import type { Token } from "./entry.ts";

type ResourceClass = new (name: string, args: object, options: pulumi.CustomResourceOptions) => pulumi.CustomResource;

const load = createRequire(import.meta.url);

/** The class of a resource, loaded when it is first made: all of them together take seconds. */
export function classOf(token: Token): ResourceClass {
  const [, provider, file = "", name = ""] = /^(\w+):(\w+\/\w+):(\w+)$/.exec(token) ?? [];
  const module: unknown = load(`@pulumi/${provider}/${file.replace(/^index\//, "")}.js`);
  const found: unknown = typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;
  if (!isClass(found)) throw new Error(`@pulumi/${provider} has no ${name}`);
  return found;
}

const isClass = (value: unknown): value is ResourceClass => typeof value === "function";
