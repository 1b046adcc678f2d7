import { UserError } from "../../base/errors.ts";
import type { Plan, Stack } from "../../plan/template.ts";
import { sourceOf } from "./attributes.ts";
import { catalog } from "./catalog/catalog.ts";
import { isLeaf, isTree } from "./codecs.ts";
import { secretRead } from "./settle.ts";
import { pieces } from "./text.ts";

/** Throws for what CloudFormation would fill in and Pulumi cannot, all at once: in templates that others wrote. Types must be known already. */
export function refuseUnresolvable(plan: Plan): void {
  const problems = plan.stacks.flatMap((stack) => [
    ...stack.resources.flatMap(({ id, properties }) => problemsIn(properties, { plan, stack }).map((one) => `${stack.name}/${id}: ${one}`)),
    ...stack.outputs.flatMap(({ name, value }) => problemsIn(value, { plan, stack }).map((one) => `${stack.name}, output ${name}: ${one}`)),
  ]);
  if (problems.length === 0) return;
  throw new UserError(
    "engine/unresolvable",
    `Pulumi cannot fill in ${problems.length === 1 ? "a value" : `${problems.length} values`} that CloudFormation would`,
    "write what it stands for, or a reference to a resource of the plan; or deploy with CDK",
    [...new Set(problems)],
  );
}

interface Where {
  readonly plan: Plan;
  readonly stack: Stack;
}

function problemsIn(value: unknown, where: Where): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => problemsIn(one, where));
  if (!isTree(value)) return [];
  if (isLeaf(value)) return leafProblems(value, where);
  return Object.values(value).flatMap((one) => problemsIn(one, where));
}

function leafProblems(value: Readonly<Record<string, unknown>>, where: Where): readonly string[] {
  const [[key = "", given] = []] = Object.entries(value);
  switch (key) {
    case "Ref":
      return referenceProblems(String(given), undefined, where);
    case "Fn::GetAtt":
      return Array.isArray(given) ? referenceProblems(String(given[0]), String(given[1]), where) : ["Fn::GetAtt wants a list of two"];
    case "Fn::Sub":
      return textProblems(given, where);
    case "Fn::Base64":
      return problemsIn(given, where);
    case "Fn::Select":
      return addressProblems(given, where);
    case "Fn::GetStackOutput":
      return outputProblems(given, where);
    default:
      return [`${key} is no function that Pulumi is told`];
  }
}

function referenceProblems(id: string, attribute: string | undefined, { stack }: Where): readonly string[] {
  if (id.startsWith("AWS::")) return [`${id} is known before a deploy; write its value`];
  const resource = stack.resources.find((one) => one.id === id);
  if (!resource) return [`refers to ${id}, which the stack does not have`];
  try {
    sourceOf(catalog[resource.type], attribute);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function textProblems(given: unknown, where: Where): readonly string[] {
  const [text, values]: unknown[] = Array.isArray(given) ? given : [given];
  const own = isTree(values) ? values : {};
  if (secretRead.test(String(text))) return [];
  const dynamic = /\{\{resolve:[^}]*\}\}/.exec(String(text).replaceAll(/\$\{[^}]*\}/g, "…"));
  return [
    ...(dynamic ? [`${dynamic[0]} is read by CloudFormation alone`] : []),
    ...problemsIn(own, where),
    ...pieces(String(text)).flatMap((one) =>
      typeof one === "string" || one.id in own ? [] : referenceProblems(one.id, one.attribute, where),
    ),
  ];
}

/** Only the addresses of a network are chosen from. */
function addressProblems(given: unknown, { stack }: Where): readonly string[] {
  const vpc = /"Fn::GetAtt":\["(\w+)","Ipv6CidrBlocks"\]/.exec(JSON.stringify(given))?.[1];
  const isThere = stack.resources.some(({ id, type }) => id === vpc && type === "AWS::EC2::VPC");
  return isThere ? [] : ["Fn::Select chooses from the IPv6 addresses of a network of the stack, and from nothing else"];
}

function outputProblems(given: unknown, { plan }: Where): readonly string[] {
  const { StackName, OutputName } = isTree(given) ? given : {};
  const found = plan.stacks.find(({ name }) => name === StackName)?.outputs.some(({ name }) => name === OutputName);
  return found ? [] : [`reads ${String(OutputName)} of ${String(StackName)}, which the plan does not have`];
}
