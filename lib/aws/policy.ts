import { dnsSuffix, type Region } from "./regions.ts";
import type { OneOrMany, Value } from "./value.ts";

/** A policy document (IAM User Guide, "IAM JSON policy elements reference"). */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** What one rule of a policy grants or refuses; `allow` and `deny` make it, and let no wildcard pass without a reason. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principal;
  readonly Action: OneOrMany<string>;
  /** Allows whatever AWS adds later: never. */
  readonly NotAction?: never;
  readonly Resource?: OneOrMany<Value<string>>;
  readonly Condition?: Conditions;
}

/** Whom a statement is about, in the policy of a resource or the trust of a role; `*` is everyone, with AWS credentials or without. */
export type Principal = "*" | { readonly [kind in "AWS" | "Service" | "Federated"]?: OneOrMany<Value<string>> };

/** Operator, then key, then the values: `{ StringEquals: { "aws:SourceAccount": "111122223333" } }`. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMany<Value<string>>>>>>;

/** Every resource, with the reason why no narrower one is possible. Made by `anyResource`. */
export interface AnyResource {
  readonly anyBecause: string;
}

/** Literals are checked as far as the compiler can: `"*"` is no resource; a text known only at run time is checked then. */
export type Resources<R extends string = string> = OneOrMany<Value<R extends "*" ? never : R>> | AnyResource;

interface Granted<R extends string = string> {
  readonly sid?: string;
  readonly actions: OneOrMany<string>;
  readonly resources: Resources<R>;
  readonly conditions?: Conditions;
}

/** A document in the version whose policy variables IAM fills in (IAM User Guide, "IAM JSON policy elements: Version"). */
export function policy(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** Lets these actions be called on these resources; on all of them only by `anyResource`, with its reason. Throws for a bare `*`. */
export function allow<const R extends string>(granted: Granted<R>): Statement {
  return statement("Allow", granted);
}

/** Refuses these actions whatever else allows them (IAM User Guide, "Policy evaluation logic"). Throws for a bare `*`. */
export function deny<const R extends string>(granted: Granted<R>): Statement {
  return statement("Deny", granted);
}

/** A wildcard with its reason, a PascalCase sentence that becomes the statement's Sid, where every reader of the policy sees it. */
export function anyResource(because: string): AnyResource {
  if (!/^([A-Z][a-z0-9]*){3,}$/.test(because)) throw new RangeError(`"${because}" is no reason in PascalCase, letters and digits only`);
  return { anyBecause: because };
}

function statement(effect: "Allow" | "Deny", { sid, actions, resources, conditions }: Granted): Statement {
  const any = isAny(resources);
  if (any && sid !== undefined) throw new RangeError(`the reason for "*" is the statement's Sid; "${sid}" has no room`);
  if (!any && listOf<Value<string>>(resources).includes("*")) throw new RangeError('the resource "*" needs a reason: anyResource("…")');
  const id = any ? resources.anyBecause : sid;
  return {
    ...(id !== undefined && { Sid: id }),
    Effect: effect,
    Action: actions,
    Resource: any ? "*" : resources,
    ...(conditions && { Condition: conditions }),
  };
}

/** Who may take on a role: an AWS service (IAM User Guide, "AWS service principals"). */
export function trusts(service: string, conditions?: Conditions): PolicyDocument {
  return trust({ Service: service }, "sts:AssumeRole", conditions);
}

/** Who may take on a role: principals of other accounts, by the ARN of an account's root or, better, of one role. */
export function trustsAccounts(principalArns: OneOrMany<Value<string>>, conditions?: Conditions): PolicyDocument {
  return trust({ AWS: principalArns }, "sts:AssumeRole", conditions);
}

/**
 * Who may take on a role: tokens of an OpenID Connect provider. The conditions are required, for without one on audience and subject every
 * user of the provider gets in (IAM User Guide, "Create a role for OpenID Connect federation").
 */
export function trustsWeb(providerArn: Value<string>, conditions: Conditions): PolicyDocument {
  return trust({ Federated: providerArn }, "sts:AssumeRoleWithWebIdentity", conditions);
}

function trust(principal: Principal, action: string, conditions?: Conditions): PolicyDocument {
  return policy({ Effect: "Allow", Principal: principal, Action: action, ...(conditions && { Condition: conditions }) });
}

/**
 * Gives the account control of the key, so that IAM policies count and nobody can lock everyone out (AWS KMS Developer Guide, "Default key
 * policy").
 */
export function keyAdmin(accountRootArn: Value<string>): Statement {
  return { Sid: "TheAccountAdministersThisKey", Effect: "Allow", Principal: { AWS: accountRootArn }, Action: "kms:*", Resource: "*" };
}

/** Lets principals encrypt and decrypt with the key (AWS KMS Developer Guide, "Allows key users to use the KMS key"). */
export function keyUse(sid: string, principal: Exclude<Principal, "*">, conditions?: Conditions): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: principal,
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: "*",
    ...(conditions && { Condition: conditions }),
  };
}

/** For StringEquals: a key is used by this service of the region alone (AWS KMS Developer Guide, "kms:ViaService"). */
export function viaService(region: Region, service: string): Readonly<Record<"kms:ViaService", string>> {
  return { "kms:ViaService": `${service}.${region}.${dnsSuffix(region)}` };
}

/** Refuses every request to a bucket that is not encrypted on its way (Amazon S3 User Guide, "Security best practices": aws:SecureTransport). */
export function tlsOnly(bucketArn: Value<string>): Statement {
  return refuseWithoutTls("s3:*", [bucketArn, objectsIn(bucketArn)]);
}

/** Refuses these requests from everyone, unless they are encrypted on their way (IAM User Guide, "AWS global condition context keys"). */
export function refuseWithoutTls(action: string, resource: OneOrMany<Value<string>>): Statement {
  return {
    Sid: "RefuseWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Refuses objects that ask for another encryption than the bucket's key. A request that asks for none gets the bucket's default, so the
 * bucket must have the key as its default; one that asks for KMS and names no key would get AWS's own key, and a negated condition on a
 * key that is not there is true, so it is refused (IAM User Guide, "IAM JSON policy elements: Condition operators").
 */
export function encryptedOnly(bucketArn: Value<string>, keyArn: Value<string>): Statement {
  return {
    Sid: "RefuseOtherEncryption",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: objectsIn(bucketArn),
    Condition: {
      Null: { "s3:x-amz-server-side-encryption": "false" },
      StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
    },
  };
}

/** All objects of a bucket, whether its ARN is known or only AWS will know it. */
export function objectsIn(bucketArn: Value<string>): Value<string> {
  if (typeof bucketArn === "string") return `${bucketArn}/*`;
  if ("Fn::GetAtt" in bucketArn) return { "Fn::Sub": `\${${bucketArn["Fn::GetAtt"].join(".")}}/*` };
  return { "Fn::Sub": [`\${BucketArn}/*`, { BucketArn: bucketArn }] };
}

const isAny = (resources: Resources): resources is AnyResource => typeof resources === "object" && "anyBecause" in resources;

const listOf = <T>(given: OneOrMany<T>): readonly T[] => (isList(given) ? given : [given]);

const isList = <T>(given: OneOrMany<T>): given is readonly T[] => Array.isArray(given);
