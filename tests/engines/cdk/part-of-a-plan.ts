import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { references } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { isStackOutput } from "../../../lib/plan/stack-outputs.ts";
import type { Resource, Stack, Type } from "../../../lib/plan/template.ts";
import type { Outputs } from "../../../lib/ports/engine.ts";

export const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/d-container-pipeline"));
export const staging = buildPlan(config, "staging");

/** Types of system D that ministack's CloudFormation does not know. */
const unknown: readonly Type[] = [
  "AWS::ApplicationAutoScaling::ScalableTarget",
  "AWS::ApplicationAutoScaling::ScalingPolicy",
  "AWS::CodeCommit::Repository",
  "AWS::CodeDeploy::Application",
  "AWS::CodeDeploy::DeploymentConfig",
  "AWS::CodeDeploy::DeploymentGroup",
  "AWS::CodePipeline::Pipeline",
  "AWS::EC2::EIP",
  "AWS::EC2::FlowLog",
  "AWS::EC2::NatGateway",
  "AWS::EC2::NetworkAcl",
  "AWS::EC2::NetworkAclEntry",
  "AWS::EC2::SecurityGroupEgress",
  "AWS::EC2::SecurityGroupIngress",
  "AWS::EC2::SubnetNetworkAclAssociation",
  "AWS::ECS::ClusterCapacityProviderAssociations",
  "AWS::IAM::RolePolicy",
];

/** Alarms that compute what they watch. */
const unsupported = ({ type, properties }: Resource): boolean => type === "AWS::CloudWatch::Alarm" && "Metrics" in properties;

/**
 * A stack without what the emulator does not know and without what needs that. What it reads of other stacks, which the emulator does not know
 * either, is their outputs' values.
 */
export function whatItTakes(stack: Stack, outputs: Outputs): { readonly part: Stack; readonly leftOut: readonly string[] } {
  const known = { ...stack, ...filled({ resources: stack.resources, outputs: stack.outputs }, outputs) };
  const gone = new Set(known.resources.filter((one) => unknown.includes(one.type) || unsupported(one)).map(({ id }) => id));
  const needs = (value: unknown): boolean =>
    value === missing || [...references(value)].some((id) => gone.has(id)) || JSON.stringify(value).includes(missing);
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const { id, properties } of known.resources) if (needs(properties)) gone.add(id);
  }
  const resources = known.resources.filter(({ id }) => !gone.has(id)).map(withoutNeeds(gone));
  return {
    part: { ...known, resources, outputs: known.outputs.filter(({ value }) => !needs(value)) },
    leftOut: known.resources.filter(({ id }) => gone.has(id)).map(({ id, type }) => `${stack.part}/${id} ${type}`),
  };
}

/** A bucket that is to be emptied before it goes brings a function, which the emulator starts and does not hear from. */
const withoutNeeds =
  (gone: ReadonlySet<string>) =>
  ({ after = [], keep, ...rest }: Resource): Resource => ({
    ...rest,
    ...(rest.type === "AWS::S3::Bucket" ? { keep: "retain" } : keep && { keep }),
    after: after.filter(({ id }) => !gone.has(id)),
  });

const missing = "⟦left out⟧";

/** The same with values in place of what other stacks offer. */
function filled<T>(value: T, outputs: Outputs): T {
  const fill = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    if (Array.isArray(one)) return one.map(fill);
    if (isStackOutput(one)) {
      const { StackName, OutputName } = one["Fn::GetStackOutput"];
      return outputs[StackName]?.[OutputName] ?? missing;
    }
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, name === "after" ? inner : fill(inner)]));
  };
  return fill(value) as T;
}
