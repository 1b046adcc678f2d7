import { arnOf, globalArn } from "../../aws/arns.ts";
import { capitalised, nameOf } from "../../aws/names.ts";
import { keyAdmin, keyUse, type PolicyDocument, policy, type Statement, viaService } from "../../aws/policy.ts";
import { dnsSuffix } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";

/** A key of KMS for one purpose. What it sealed is lost with it, so AWS waits for days before it deletes one. */
export type Key = Resource<"AWS::KMS::Key">;

/**
 * A customer-managed key for one purpose, with an alias (B13, C16). Its policy gives the account control and lets AWS services use it only
 * where `uses` says so; roles of the account get their right by their own policies.
 */
export function key(block: Block, purpose: string, description: string, uses: readonly (Statement | readonly Statement[])[] = []): Key {
  const { site } = block;
  const made = block.add(
    `${purpose} key`,
    "AWS::KMS::Key",
    {
      Description: description,
      EnableKeyRotation: true,
      PendingWindowInDays: site.protected ? 30 : 7,
      KeyPolicy: administered(site, ...uses.flat()),
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", proves: ["B13", "C16"] },
  );
  block.add(`${purpose} key alias`, "AWS::KMS::Alias", { AliasName: block.name("key-alias", purpose), TargetKeyId: ref(made) });
  return made;
}

function administered({ region, account }: Site, ...uses: readonly Statement[]): PolicyDocument {
  return policy(keyAdmin(globalArn(region, "iam", account, "root")), ...uses);
}

/**
 * One key for several regions, for what a service encrypts itself: what it sealed in one region it opens in each. Not for what AWS's services
 * seal, which they open and seal again on the way (B13, ADR 0013; AWS KMS Developer Guide, "Multi-Region keys"). With `primaryArn` this region
 * gets a replica of that key; rotation is the primary's.
 */
export function sharedKey(block: Block, purpose: string, description: string, primaryArn?: Value<string>): Value<string> {
  const { site } = block;
  const common = {
    Description: description,
    PendingWindowInDays: site.protected ? 30 : 7,
    KeyPolicy: administered(site),
    Tags: site.tags,
  };
  const options = { keep: site.protected ? "retain" : "destroy", proves: ["B13"] } as const;
  const made =
    primaryArn === undefined
      ? block.add(`${purpose} key`, "AWS::KMS::Key", { ...common, MultiRegion: true, EnableKeyRotation: true }, options)
      : block.add(`${purpose} key`, "AWS::KMS::ReplicaKey", { ...common, PrimaryKeyArn: primaryArn }, options);
  block.add(`${purpose} key alias`, "AWS::KMS::Alias", { AliasName: block.name("key-alias", purpose), TargetKeyId: ref(made) });
  return att(made, "Arn");
}

/** CloudWatch Logs encrypts the environment's log groups (CloudWatch Logs User Guide, "Encrypt log data using AWS KMS"). */
export function usedByLogs(site: Site): Statement {
  // Not every project's name begins its log groups as it is: one that ends with a hyphen, or is "aws", is spelled otherwise.
  const [, project, suffix] = nameOf("log-group", site, "any").split("/");
  return usedByLogGroups(site, "CloudWatchLogsOfThisEnvironment", `/${project}/${suffix}/*`);
}

/** CloudWatch Logs encrypts one log group, or, with `*` at the end, all whose names begin so (the same page). */
export function usedByLogGroups({ account, region }: Site, sid: string, groups: string): Statement {
  const context = { "kms:EncryptionContext:aws:logs:arn": arnOf(region, "logs", account, `log-group:${groups}`) };
  return keyUse(
    sid,
    { Service: `logs.${region}.${dnsSuffix(region)}` },
    groups.endsWith("*") ? { ArnLike: context } : { ArnEquals: context },
  );
}

/**
 * EC2 Auto Scaling starts instances with encrypted volumes, and lets Amazon EBS use the key by a grant (B13; Amazon EC2 Auto Scaling User
 * Guide, "Required AWS KMS key policy for use with encrypted volumes"). Its role is made with the account's first group: a policy that names
 * it would be refused before, hence anybody of this account who is it.
 */
export function usedByInstances({ account, region }: Site): readonly Statement[] {
  const scaling = globalArn(region, "iam", account, "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling");
  const who = { StringEquals: { "kms:CallerAccount": account }, ArnEquals: { "aws:PrincipalArn": scaling } };
  return [
    keyUse("AutoScalingStartsInstances", { AWS: "*" }, who),
    {
      Sid: "AutoScalingGrantsTheVolumes",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { ...who, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/**
 * Other accounts copy snapshots that lie under the key (B08; Amazon RDS User Guide, "Sharing encrypted snapshots for Amazon RDS": Create a
 * customer managed key and give access to it). RDS uses the key for them, and keeps it by a grant until the copy is done.
 */
export function usedByCopies({ region }: Site, accounts: readonly string[]): readonly Statement[] {
  if (accounts.length === 0) return [];
  const who = { AWS: accounts.map((account) => globalArn(region, "iam", account, "root")) };
  const byRds = { StringEquals: viaService(region, "rds") };
  return [
    keyUse("OtherAccountsCopySnapshots", who, byRds),
    {
      Sid: "OtherAccountsGrantTheCopies",
      Effect: "Allow",
      Principal: who,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { ...byRds, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** Services publish to an encrypted topic (Amazon SNS Developer Guide, "Enable compatibility between event sources and encrypted topics"). */
export function usedByPublishers(site: Site, services: readonly string[]): readonly Statement[] {
  return services.map((service) => ({
    Sid: `Publishes${capitalised(service.replace(/\..*/, ""))}`,
    Effect: "Allow",
    ...publisher(site, service),
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  }));
}

/**
 * A service that publishes for this account. EventBridge does not say for whom it does: a condition would refuse it, in the policy of the
 * key as in that of the topic (the same page; Amazon EventBridge User Guide, "Using resource-based policies": Amazon SNS permissions).
 */
export function publisher({ account }: Site, service: string): Pick<Statement, "Principal" | "Condition"> {
  const who = { Principal: { Service: service } };
  return service === "events.amazonaws.com" ? who : { ...who, Condition: { StringEquals: { "aws:SourceAccount": account } } };
}
