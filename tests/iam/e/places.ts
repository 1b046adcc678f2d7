import path from "node:path";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { isOf, type Resolved, resolve } from "../resolve.ts";
import { type MadeRole, rolesOf } from "../roles.ts";

const { config } = await loadConfig(path.join(import.meta.dirname, "../../../examples/e-cross-account-pipeline"));

/** An environment of system E as AWS would have it, and how things are called there. */
export interface World {
  readonly name: string;
  readonly account: string;
  readonly resolved: Resolved;
  readonly roles: readonly MadeRole[];
  /** The keys by what their aliases end in. */
  readonly keys: Readonly<Record<string, string>>;
  at(service: string, resource: string): string;
  called(thing: string): string;
  roleArn(thing: string): string;
  role(thing: string): MadeRole;
  keyOf(purpose: string): string;
  /** A log group in the form that permissions on it need (CloudWatch Logs API reference, LogGroup: arn). */
  group(name: string): string;
  /** What logs:CreateLogStream and logs:PutLogEvents are about. */
  stream(group: string): string;
}

function worldOf(name: string, account: string): World {
  const resolved = resolve(buildPlan(config, name));
  const called = (thing: string) => `billing-${name}-euc1-${thing}`;
  const at = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${account}:${resource}`;
  const roleArn = (thing: string) => `arn:aws:iam::${account}:role/${called(thing)}`;
  const roles = rolesOf(resolved);
  const keys = keysOf(resolved, called(""));
  return {
    name,
    account,
    resolved,
    roles,
    keys,
    at,
    called,
    roleArn,
    role: (thing) =>
      known(
        roles.find(({ arn }) => arn === roleArn(thing)),
        `role ${thing}`,
      ),
    keyOf: (purpose) => known(keys[purpose], `key for ${purpose}`),
    group: (group) => at("logs", `log-group:/billing/${name}/euc1/${group}:*`),
    stream: (group) => at("logs", `log-group:/billing/${name}/euc1/${group}:log-stream:one`),
  };
}

function keysOf(resolved: Resolved, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    resolved.plan.stacks.flatMap((stack) =>
      stack.resources.filter(isOf("AWS::KMS::Alias")).map(({ properties }) => {
        const alias = resolved.text(stack, properties.AliasName).replace(`alias/${prefix}`, "");
        const target = resolved.text(stack, properties.TargetKeyId);
        const key = stack.resources.filter(isOf("AWS::KMS::Key")).find(({ id }) => resolved.of(stack.part, id) === target);
        return [alias, resolved.of(stack.part, known(key, `key with the alias ${alias}`).id, "Arn")];
      }),
    ),
  );
}

function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

export const tools = worldOf("tools", "111111111111");
export const staging = worldOf("staging", "222222222222");
export const production = worldOf("production", "333333333333");
export const stages = [staging, production] as const;
export const worlds = [tools, ...stages] as const;
export const otherAccount = "999988887777";

export const artifacts = `arn:aws:s3:::${tools.called("artifacts")}-${tools.account}`;
export const registry = tools.at("ecr", `repository/${tools.called("api")}`);
export const pipelineArn = tools.at("codepipeline", tools.called("delivery"));
export const project = (thing: string): string => tools.at("codebuild", `project/${tools.called(thing)}`);
/** AWS CodeBuild User Guide, "Report group naming". */
export const reports = (thing: string, report: string): string => tools.at("codebuild", `report-group/${tools.called(thing)}-${report}`);
export const connection = tools.at("codeconnections", "connection/5f0e1d2c-3b4a-4958-8776-655443322110");

export const clusterOf = ({ name, called }: World): string => (name === "production" ? "platform" : called("cluster"));
export const listenersOf = ({ resolved }: World): readonly string[] =>
  resolved.plan.stacks.flatMap((stack) =>
    stack.resources.filter(isOf("AWS::ElasticLoadBalancingV2::Listener")).map(({ id }) => resolved.of(stack.part, id)),
  );

/** With a bucket key the context is the bucket (Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
export const throughS3 = { "kms:ViaService": "s3.eu-central-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": artifacts };

/** What AWS KMS knows of a request that a service makes for its caller (AWS KMS Developer Guide, "AWS KMS condition keys"). */
export const through = ({ account, called }: World, via: string, purpose: string) => ({
  "kms:ViaService": `${via}.eu-central-1.amazonaws.com`,
  "kms:CallerAccount": account,
  "kms:ResourceAliases": [`alias/${called(purpose)}`],
});
