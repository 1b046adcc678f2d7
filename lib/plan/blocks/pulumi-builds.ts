import { bucketArn } from "../../aws/arns.ts";
import { allow, type Statement } from "../../aws/policy.ts";
import type { Config } from "../../config/config.ts";
import type { Block, Site } from "../stack.ts";
import { buildProject, type Project } from "./build-project.ts";
import { type Common, scannedSource } from "./builds.ts";
import { deployerAt, externalIdOf } from "./deployer.ts";

/** The configuration's `delivery.pulumi`, where there is one. */
export type Pulumi = NonNullable<NonNullable<Config["delivery"]>["pulumi"]>;

/** The name of the build that deploys to a stage: its role is the one that the stage lets in. */
export const deployBuild = (stage: string): string => `deploy-${stage}`;
/** The role of that build, as `buildProject` names it. */
export const deployBuildRole = (stage: string): string => `${deployBuild(stage)}-build`;

/**
 * Runs Pulumi for one stage, in its region: a preview, or the update. The build may read and write the state and take on the one role of the
 * stage; all that is made is made by that role (C01, C04, C10).
 */
export function pulumiBuild(block: Block, common: Common, pulumi: Pulumi, home: Site, target: Site): Project {
  const { bucket, prefix } = stateOf(pulumi.backend);
  return buildProject(block, {
    ...common,
    thing: deployBuild(target.environment),
    description: `Deploys to ${target.environment} with Pulumi`,
    buildspec: `${scannedSource}/buildspec/pulumi.yml`,
    handsOn: true,
    variables: [
      { name: "PULUMI_BACKEND_URL", value: pulumi.backend },
      { name: "PULUMI_STACK", value: target.environment },
      // By the ARN of the key: an alias may not exist in every region (C16).
      { name: "PULUMI_SECRETS_PROVIDER", value: `awskms:///${pulumi.key}?region=${regionOf(pulumi.key)}` },
      { name: "PULUMI_DIRECTORY", value: `${scannedSource}/${pulumi.directory}`.replace(/\/\.?$/, "") },
      { name: "DEPLOY_ROLE_ARN", value: deployerAt(target).arn },
      { name: "DEPLOY_EXTERNAL_ID", value: externalIdOf(home) },
      { name: "AWS_TARGET_REGION", value: target.region },
    ],
    statements: [
      allow({ sid: "TakesOnTheRoleOfTheStage", actions: "sts:AssumeRole", resources: deployerAt(target).arn }),
      ...keepsState(bucketArn(home.region, bucket), bucketArn(home.region, bucket, `${prefix}*`), pulumi.key),
    ],
  });
}

/** May read and write the state, and seal what is secret in it. */
export function keepsState(bucket: string, objects: string, key: string): readonly Statement[] {
  return [
    allow({ sid: "ListsTheState", actions: "s3:ListBucket", resources: bucket }),
    allow({ sid: "KeepsTheState", actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: objects }),
    allow({ sid: "SealsTheState", actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], resources: key }),
  ];
}

/** The bucket of a state's URL, and what its keys start with. The rules have refused what is no such URL. */
export function stateOf(backend: string): { readonly bucket: string; readonly prefix: string } {
  const { host, pathname } = new URL(backend);
  const folder = pathname.replace(/^\//, "").replace(/\/$/, "");
  return { bucket: host, prefix: folder === "" ? "" : `${folder}/` };
}

const regionOf = (arn: string): string => arn.split(":")[3] ?? "";
