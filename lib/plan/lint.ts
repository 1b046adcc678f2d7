import { isDeepStrictEqual } from "node:util";
import { references } from "./as-template.ts";
import { nobody } from "./blocks/security-group.ts";
import { cycleIn } from "./cycles.ts";
import { nameProperty, physicalName } from "./physical-name.ts";
import { readsOf, stackRead } from "./stack-outputs.ts";
import { whyMissing } from "./switches.ts";
import { isA, type Plan, type Stack, type Type } from "./template.ts";
import { recordsSplit } from "./weighted-records.ts";

/**
 * What is wrong with a plan that no type shows: what AWS would refuse, and what can be said in two ways where two engines must agree. Types
 * that say a thing a second time, such as a role's inline policies, do not compile at all.
 */
export function lint(plan: Plan): readonly string[] {
  const inStacks = plan.stacks.flatMap((stack) => {
    const needs = needsOf(stack);
    return rules.flatMap((rule) => rule(stack, plan, needs).map((problem) => `${stack.name}: ${problem}`));
  });
  return [...inStacks, ...stackCycle(plan), ...namesApart(plan)];
}

/** AWS takes a name once in an account and region, IAM's and buckets' once whatever the region. */
function namesApart({ stacks }: Plan): readonly string[] {
  const named = stacks.flatMap(({ name: stack, account, region, resources }) =>
    resources.flatMap((resource) => {
      const name = physicalName(resource);
      const place = everywhere.includes(resource.type) ? account : `${account} ${region}`;
      return name === undefined ? [] : [{ key: `${place} ${resource.type} ${name}`, is: `${stack}/${resource.id}`, name }];
    }),
  );
  return [...Map.groupBy(named, ({ key }) => key).values()]
    .filter(({ length }) => length > 1)
    .map((twins) => `${twins.map(({ is }) => is).join(" and ")} are both named ${twins[0]?.name}, and AWS takes the name once`);
}

const everywhere: readonly Type[] = ["AWS::IAM::InstanceProfile", "AWS::IAM::Role", "AWS::S3::Bucket"];

/** What each resource of a stack waits for, by logical ids: what it refers to, and what it says comes first. */
type Needs = ReadonlyMap<string, ReadonlySet<string>>;
type Rule = (stack: Stack, plan: Plan, needs: Needs) => readonly string[];

const needsOf = ({ resources }: Stack): Needs =>
  new Map(resources.map(({ id, properties, after = [] }) => [id, new Set([...references(properties), ...after.map((other) => other.id)])]));

const targetsExist: Rule = ({ outputs }, _plan, needs) => {
  const wanted = [...needs, ...outputs.map(({ name, value }) => [`output ${name}`, references(value)] as const)];
  return wanted.flatMap(([from, targets]) =>
    [...targets].filter((to) => !needs.has(to)).map((to) => `${from} refers to ${to}, which the stack does not have`),
  );
};

const outputsExist: Rule = (stack, plan) =>
  readsOf(stack).flatMap((read) => {
    const { StackName, OutputName } = read["Fn::GetStackOutput"];
    const from = stackRead(plan, read);
    if (from?.outputs.some(({ name }) => name === OutputName)) return [];
    const why = whyMissing(from ? { output: OutputName } : { stack: StackName });
    return [`reads ${OutputName} of ${StackName}, which the plan does not have${why}`];
  });

const noCircle: Rule = (_stack, _plan, needs) => {
  const cycle = cycleIn([...needs.keys()], (id) => needs.get(id) ?? []);
  return cycle ? [`these wait for one another: ${cycle.join(" → ")}`] : [];
};

function stackCycle(plan: Plan): readonly string[] {
  const byName = new Map(plan.stacks.map((stack) => [stack.name, stack]));
  const next = (name: string): Iterable<string> => {
    const stack = byName.get(name);
    return stack ? readsOf(stack).map((read) => read["Fn::GetStackOutput"].StackName) : [];
  };
  const cycle = cycleIn([...byName.keys()], next);
  return cycle ? [`these stacks wait for one another: ${cycle.join(" → ")}`] : [];
}

/** Rules of a security group stand alone: a group with both kinds is pulled to and fro by Pulumi, and two groups would refer in a circle. */
const doorsStandAlone: Rule = ({ resources }) =>
  resources.flatMap((resource) => {
    if (!isA(resource, "AWS::EC2::SecurityGroup")) return [];
    const { SecurityGroupIngress: inside = [], SecurityGroupEgress: outside } = resource.properties;
    if (inside.length > 0) return [`${resource.id} has ingress rules of its own: make them AWS::EC2::SecurityGroupIngress`];
    return isDeepStrictEqual(outside, [nobody])
      ? []
      : [`${resource.id} must state the one egress rule that reaches nobody, or AWS opens all`];
  });

const named: Rule = ({ resources }) =>
  resources.flatMap(({ id, type, properties }) => {
    const property = nameProperty[type];
    return property === undefined || property in properties ? [] : [`${id} needs a ${property}: engines would invent different ones`];
  });

const rules: readonly Rule[] = [targetsExist, outputsExist, noCircle, doorsStandAlone, named, recordsSplit];
