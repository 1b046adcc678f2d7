import { globalArn } from "../../aws/arns.ts";
import { logicalId, nameOf } from "../../aws/names.ts";
import { allow, anyResource, deny, type PolicyDocument, type Statement, trustsAccounts, viaService } from "../../aws/policy.ts";
import { globalRegion, type Region } from "../../aws/regions.ts";
import type { Block, Site } from "../stack.ts";
import type { Resource, Stack } from "../template.ts";
import { besides, type Need } from "./deployed-besides.ts";
import { makesRoles } from "./deployed-roles.ts";
import { role } from "./role.ts";
import { type RoleElsewhere, roleAt } from "./role-elsewhere.ts";

const deployer = "stage-deploy";

/** The role that a build of the home account takes on to deploy here. */
export const deployerAt = (site: Site): RoleElsewhere => roleAt(site, deployer);

/** What the build says and the role demands, so that no other caller of that account is confused into taking the role on (C10). */
export const externalIdOf = (home: Site): string => nameOf("pipeline", home, "delivery");

/** IAM's names of the services whose resources plans have. IAM itself is narrower, see `makesRoles`. */
const services: Readonly<Record<string, string>> = {
  ApplicationAutoScaling: "application-autoscaling",
  AutoScaling: "autoscaling",
  Backup: "backup",
  CertificateManager: "acm",
  CloudFront: "cloudfront",
  CloudTrail: "cloudtrail",
  CloudWatch: "cloudwatch",
  CodeDeploy: "codedeploy",
  DynamoDB: "dynamodb",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  ElasticLoadBalancingV2: "elasticloadbalancing",
  Events: "events",
  KMS: "kms",
  Lambda: "lambda",
  Logs: "logs",
  RDS: "rds",
  Route53: "route53",
  S3: "s3",
  SNS: "sns",
  SQS: "sqs",
  SSM: "ssm",
  SecretsManager: "secretsmanager",
  WAFv2: "wafv2",
};

/**
 * Every request to these counts as one to the global region (IAM User Guide, "AWS: Denies access to AWS based on the requested Region").
 * So does IAM, whose rights name their resources instead.
 */
const everywhere: ReadonlySet<string> = new Set(["cloudfront", "route53"]);

/**
 * The role with which Pulumi makes what these stacks hold. Exactly one role of the home account takes it on, and only with the external id
 * (C04, C10). See `deployRights` for what it may do and where that ends.
 */
export function deployerRole(block: Block, home: Site, by: RoleElsewhere, stacks: readonly Stack[]): void {
  const made = role(block, deployer, "Deploys with Pulumi for the pipeline of the home account", trustsBuild(block.site, home, by), [
    deny({
      actions: [
        "dynamodb:*Item",
        "dynamodb:Query",
        "dynamodb:Scan",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "s3:GetObject*",
        "s3:PutObject*",
      ],
      resources: anyResource("MakesPlacesForDataAndTouchesNone"),
    }),
    ...deployRights(block.site, stacks, deployerAt(block.site)),
  ]);
  block.stack.output("DeployRoleArn", { "Fn::GetAtt": [made.role.id, "Arn"] }, "Role that the pipeline of the home account deploys with");
}

/**
 * Makes what these stacks hold: each service only in the regions where they have it, and exactly their roles. `self` is who may do so, and may
 * not change itself.
 *
 * That keeps mistakes from other services, regions and roles; it does not hold against somebody who means harm. Whoever writes the policy of a
 * role and runs code as that role can do whatever the account may. Only the account's edge stops this, or a policy of the organization above it.
 */
export function deployRights(
  site: Site,
  stacks: readonly Stack[],
  self: RoleElsewhere,
  ledgersIn: readonly Region[] = [],
): readonly Statement[] {
  return [...makesEachInItsRegion(stacks, ledgersIn), ...ledgersIn.map(opensLedger), ...makesRoles(site, stacks, self)];
}

/** Amazon DynamoDB asks for the key of a table in the name of whoever uses the table (Developer Guide, "DynamoDB encryption at rest"). */
const opensLedger = (region: Region): Statement =>
  allow({
    actions: "kms:Decrypt",
    resources: anyResource(logicalId("OpensTheLedgerIn", region)),
    conditions: { StringEquals: viaService(region, "dynamodb") },
  });

/** Exactly this role of the home account, and only with the external id. */
export function trustsBuild({ region }: Site, home: Site, by: RoleElsewhere): PolicyDocument {
  return trustsAccounts(globalArn(region, "iam", by.account, "root"), {
    ArnEquals: { "aws:PrincipalArn": by.arn },
    StringEquals: { "sts:ExternalId": externalIdOf(home) },
  });
}

function makesEachInItsRegion(stacks: readonly Stack[], ledgersIn: readonly Region[]): readonly Statement[] {
  const needs = [
    ...stacks.flatMap(({ region, resources }) => resources.flatMap((one) => [...ownNeeds(one, region), ...besides(one, region)])),
    ...ledgersIn.flatMap((region) => ["dynamodb:PutItem", "dynamodb:Query"].map((action): Need => ({ action, region }))),
  ];
  const regions = [...new Set(needs.map(({ region }) => region))].sort();
  return regions.map((region) =>
    allow({
      actions: widest(needs.filter((one) => one.region === region)),
      resources: anyResource(logicalId("MakesWhatThePlanHasIn", region)),
      conditions: { StringEquals: { "aws:RequestedRegion": region } },
    }),
  );
}

function ownNeeds({ type }: Resource, region: string): readonly Need[] {
  const name = type.split("::")[1] ?? "";
  if (name === "IAM") return [];
  const service = services[name];
  if (service === undefined) throw new Error(`no service of IAM is known for AWS::${name}`);
  return [{ action: `${service}:*`, region: everywhere.has(service) ? globalRegion : region }];
}

/** Each action once, and none that a whole service covers. */
function widest(needs: readonly Need[]): readonly string[] {
  const actions = [...new Set(needs.map(({ action }) => action))].sort();
  return actions.filter((action) => action.endsWith(":*") || !actions.includes(`${action.split(":")[0]}:*`));
}
