import { nameOrArn, type Reference } from "./arns.ts";

/** A service of ECS by its name, or by its ARN, which names its cluster too, unless it is of the old form. */
export function serviceOf(text: string): (Reference & { readonly cluster?: string }) | { readonly problem: string } {
  const found = nameOrArn(text, { service: "ecs", resourceType: "service" });
  if ("problem" in found || !text.includes(":")) return found;
  const [name = "", cluster, ...rest] = found.name.split("/").toReversed();
  if (rest.length > 0) return { problem: `the resource "service/${found.name}" is no service/<cluster>/<name>` };
  return { ...found, name, ...(cluster !== undefined && { cluster }) };
}

/** The family of task definitions by its name, by one of its revisions, or by the ARN of one (Amazon ECS API reference, DescribeTaskDefinition). */
export function familyOf(text: string): Reference | { readonly problem: string } {
  return nameOrArn(text.replace(/:\d+$/, ""), { service: "ecs", resourceType: "task-definition" });
}
