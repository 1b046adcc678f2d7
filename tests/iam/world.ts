import type { Config } from "../../lib/config/config.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { isKey, isOf, type Resolved, resolve } from "./resolve.ts";
import { type MadeRole, rolesOf } from "./roles.ts";

/** An environment as AWS would have it, and how things are called there. */
export interface World {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resolved: Resolved;
  readonly roles: readonly MadeRole[];
  /** The keys by what their aliases end in; those of another region begin with it: `usw2-replica`. */
  readonly keys: Readonly<Record<string, string>>;
  at(service: string, resource: string): string;
  called(thing: string): string;
  roleArn(thing: string): string;
  role(thing: string): MadeRole;
  keyOf(purpose: string): string;
  /** A bucket: their names are all of one world. */
  bucket(thing: string): string;
  /** A log group in the form that permissions on it need (CloudWatch Logs API reference, LogGroup: arn). */
  group(name: string): string;
  /** What logs:CreateLogStream and logs:PutLogEvents are about. */
  stream(group: string): string;
}

/** Where an environment is: an account, a region, and what the region is called in names. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly short: string;
}

/** The world of an environment, seen from one of its regions. Stacks of one part in several regions are told apart by their region. */
export function worldOf(config: Config, name: string, { account, region, short }: Place): World {
  const plan = buildPlan(config, name);
  const stacks = plan.stacks.map((stack) => (stack.region === region ? stack : { ...stack, part: `${stack.part}@${stack.region}` }));
  const resolved = resolve({ ...plan, stacks });
  const environment = `${config.project}-${name}-`;
  const called = (thing: string) => `${environment}${short}-${thing}`;
  const at = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const roleArn = (thing: string) => `arn:aws:iam::${account}:role/${called(thing)}`;
  const roles = rolesOf(resolved);
  const keys = keysOf(resolved, (alias) => alias.replace(`alias/${called("")}`, "").replace(`alias/${environment}`, ""));
  const logs = `log-group:/${config.project}/${name}/${short}`;
  return {
    name,
    account,
    region,
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
    bucket: (thing) => `arn:aws:s3:::${called(thing)}-${account}`,
    group: (group) => at("logs", `${logs}/${group}:*`),
    stream: (group) => at("logs", `${logs}/${group}:log-stream:one`),
  };
}

function keysOf(resolved: Resolved, purposeOf: (alias: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    resolved.plan.stacks.flatMap((stack) =>
      stack.resources.filter(isOf("AWS::KMS::Alias")).map(({ properties }) => {
        const purpose = purposeOf(resolved.text(stack, properties.AliasName));
        const target = resolved.text(stack, properties.TargetKeyId);
        const key = stack.resources.filter(isKey).find(({ id }) => resolved.of(stack.part, id) === target);
        return [purpose, resolved.of(stack.part, known(key, `key for ${purpose}`).id, "Arn")];
      }),
    ),
  );
}

export function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`there is no ${what}`);
  return found;
}

/** What AWS KMS knows of a request that a service makes for its caller (AWS KMS Developer Guide, "AWS KMS condition keys"). */
export const through = ({ account, region, called }: World, via: string, purpose: string) => ({
  "kms:ViaService": `${via}.${region}.amazonaws.com`,
  "kms:CallerAccount": account,
  "kms:ResourceAliases": [`alias/${called(purpose)}`],
});

/** With a bucket key the context is the bucket (Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
export const throughBucket = (region: string, bucket: string) => ({
  "kms:ViaService": `s3.${region}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": bucket,
});
