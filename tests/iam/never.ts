import { type Call, calls } from "./roles.ts";
import { through, type World } from "./world.ts";

/** What no role may do to roles: change its own rights, or take on and pass on the rights of others, unless that is its task. */
export function everyRole({ account }: World, worlds: readonly World[], own: readonly string[]): readonly Call[] {
  const all = worlds.flatMap(({ roles }) => roles.map(({ arn }) => arn));
  return [
    ...calls(own, ["iam:DeleteRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]),
    ...calls(all, ["sts:AssumeRole"]),
    ...calls(all, ["iam:PassRole"], { "iam:PassedToService": "codepipeline.amazonaws.com" }),
    ...calls(`arn:aws:iam::${account}:role/administrator`, ["sts:AssumeRole", "iam:CreateRole"]),
    ...calls(`arn:aws:iam::${account}:role/administrator`, ["iam:PassRole"], { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
  ];
}

/** What no role may do with a key, directly or by a service, unless that is its task. */
export const everyKey = (worlds: readonly World[]): readonly Call[] =>
  worlds.flatMap((world) =>
    Object.entries(world.keys).flatMap(([purpose, key]) => [
      ...calls(key, [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:Encrypt",
        "kms:CreateGrant",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
      ]),
      ...["s3", "sns", "ecr", "dynamodb"].flatMap((via) =>
        calls(key, ["kms:Decrypt", "kms:GenerateDataKey"], through(world, via, purpose)),
      ),
    ]),
  );

/** What no role may do to a bucket and what lies in it. */
export const everyBucket = (buckets: readonly string[]): readonly Call[] => [
  ...calls(buckets, ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration"]),
  ...calls(
    buckets.map((bucket) => `${bucket}/a`),
    ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl"],
  ),
];

/** What no role may do to a log, unless that is its task. */
export const everyLog = (world: World, groups: readonly string[]): readonly Call[] => [
  ...calls(groups.map(world.group), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:FilterLogEvents"]),
  ...calls(groups.map(world.stream), ["logs:PutLogEvents", "logs:DeleteLogStream", "logs:GetLogEvents"]),
];

export const everyTopic = (topic: string): readonly Call[] =>
  calls(topic, ["sns:Publish", "sns:Subscribe", "sns:DeleteTopic", "sns:SetTopicAttributes"]);

/** A system's environments, and a place where it is not. */
export interface Spread {
  readonly project: string;
  readonly worlds: readonly World[];
  readonly otherAccount: string;
  /** Each region of the system with its short name. */
  readonly regions: Readonly<Record<string, string>>;
}

const nowhere = { region: "ap-south-1", short: "aps1" };

/** The same call on what is not the system's: in another account, of another environment, in another region. */
export function elsewhereOf({ project, worlds, otherAccount, regions }: Spread): (call: Call) => Call[] {
  const accounts = new RegExp(worlds.map(({ account }) => account).join("|"));
  const names = worlds.map(({ name }) => name).join("|");
  const inRegion = (text: string): string =>
    Object.entries(regions).reduce(
      (left, [region, short]) =>
        left
          .replaceAll(region, nowhere.region)
          .replaceAll(`-${short}-`, `-${nowhere.short}-`)
          .replaceAll(`/${short}/`, `/${nowhere.short}/`),
      text,
    );
  return ({ resource, ...call }) => {
    const others = [
      resource.replace(accounts, otherAccount),
      resource
        .replace(new RegExp(`${project}-(${names})-`), `${project}-other-`)
        .replace(new RegExp(`${project}/(${names})/`), `${project}/other/`),
      inRegion(resource),
    ];
    return others.filter((other) => other !== resource).map((other) => ({ ...call, resource: other }));
  };
}
