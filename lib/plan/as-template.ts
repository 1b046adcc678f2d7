import type { Value } from "../aws/value.ts";
import type { Keep, Resource, Stack, Type } from "./template.ts";

type ReplacePolicy = "Delete" | "Retain" | "Snapshot";
type DeletionPolicy = ReplacePolicy | "RetainExceptOnCreate";

interface TemplateResource {
  readonly Type: Type;
  readonly Properties: object;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: ReplacePolicy;
  readonly UpdatePolicy?: object;
}

interface TemplateOutput {
  readonly Description: string;
  readonly Value: Value<string>;
}

/** A CloudFormation template as it can be handed to AWS. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

/** What holds data or keys, so that its template always says what becomes of it. */
export const statefulTypes: readonly Type[] = [
  "AWS::Backup::BackupVault",
  "AWS::CodeCommit::Repository",
  "AWS::DynamoDB::Table",
  "AWS::ECR::Repository",
  "AWS::KMS::Key",
  "AWS::Logs::LogGroup",
  "AWS::RDS::DBInstance",
  "AWS::Route53::HostedZone",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
  "AWS::SecretsManager::Secret",
];

/** What AWS takes a last snapshot of (AWS CloudFormation template reference, "DeletionPolicy attribute"). */
const snapshotTypes: readonly Type[] = ["AWS::RDS::DBInstance"];

const policies: Record<Keep, ReplacePolicy> = { destroy: "Delete", retain: "Retain", snapshot: "Snapshot" };

/**
 * What is kept is deleted all the same when the operation that makes it is rolled back: it is empty, and would hold the name that the next try
 * needs (AWS CloudFormation template reference, "DeletionPolicy attribute": RetainExceptOnCreate, which is no UpdateReplacePolicy).
 */
const whenDeleted = (policy: ReplacePolicy): DeletionPolicy => (policy === "Retain" ? "RetainExceptOnCreate" : policy);

/** The CloudFormation template of a stack: the same bytes for the same stack. */
export function templateOf(stack: Stack): Template {
  return {
    Resources: Object.fromEntries(stack.resources.map((resource) => [resource.id, resourceOf(resource)])),
    Outputs: Object.fromEntries(stack.outputs.map(({ name, description, value }) => [name, { Description: description, Value: value }])),
  };
}

function resourceOf(resource: Resource): TemplateResource {
  const after = dependsOn(resource);
  const policy = policyOf(resource);
  const update = updatePolicyOf(resource);
  return {
    Type: resource.type,
    Properties: withSortedTags(resource.properties),
    ...(after.length === 0 ? {} : { DependsOn: after }),
    ...(policy === undefined ? {} : { DeletionPolicy: whenDeleted(policy), UpdateReplacePolicy: policy }),
    ...(update && { UpdatePolicy: update }),
  };
}

/** By key, as CDK writes them: the order of tags means nothing, and one order keeps templates comparable. */
function withSortedTags(properties: object): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, name.endsWith("Tags") && Array.isArray(value) ? byKey(value) : value]),
  );
}

function byKey(tags: readonly unknown[]): unknown[] {
  const key = (tag: unknown): string => (typeof tag === "object" && tag !== null && "Key" in tag ? String(tag.Key) : "");
  return [...tags].sort((a, b) => key(a).localeCompare(key(b), "en"));
}

/** CloudFormation waits for what is referenced without being told. Sorted as CDK does it. */
function dependsOn({ after = [], properties }: Resource): string[] {
  if (after.length === 0) return [];
  const referenced = references(properties);
  return [...new Set(after.map(({ id }) => id))].filter((id) => !referenced.has(id)).sort((a, b) => a.localeCompare(b, "en"));
}

function policyOf({ id, type, keep }: Resource): ReplacePolicy | undefined {
  if (keep === "snapshot" && !snapshotTypes.includes(type)) throw new Error(`AWS takes no snapshot of ${id}, a ${type}`);
  return keep !== undefined || statefulTypes.includes(type) ? policies[keep ?? "destroy"] : undefined;
}

/**
 * CloudFormation starts an instance refresh when the launch template changes and waits for it, and sends no size that the template did not change
 * (AWS CloudFormation template reference, "UpdatePolicy attribute": AutoScalingInstanceRefresh, AutoScalingScheduledAction).
 */
function updatePolicyOf({ id, type, refresh }: Resource): object | undefined {
  if (!refresh) return undefined;
  if (type !== "AWS::AutoScaling::AutoScalingGroup") throw new Error(`AWS refreshes no instances of ${id}, a ${type}`);
  const { minHealthy, maxHealthy, warmup } = refresh;
  const Preferences = {
    MinHealthyPercentage: minHealthy,
    MaxHealthyPercentage: maxHealthy,
    InstanceWarmup: warmup,
    SkipMatching: true,
  };
  return {
    AutoScalingInstanceRefresh: { Strategy: "Rolling", Preferences },
    AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true },
  };
}

/** The logical ids that a value refers to, however deep. */
export function references(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, key);
    if (key === "Ref" && typeof inner === "string") found.add(inner);
    else if (key === "Fn::GetAtt" && Array.isArray(inner)) found.add(String(inner[0]));
    else if (key === "Fn::Sub") collectSub(inner, found);
    else collect(inner, found);
  }
}

function collectSub(sub: unknown, found: Set<string>): void {
  const [text, values]: unknown[] = Array.isArray(sub) ? sub : [sub];
  const own = typeof values === "object" && values !== null ? values : {};
  for (const [, name = ""] of String(text).matchAll(/\$\{([^!.}][^.}]*)[^}]*\}/g)) if (!(name in own)) found.add(name);
  collect(own, found);
}
