import { globalArn } from "../../aws/arns.ts";
import { nameOf } from "../../aws/names.ts";
import { allow, anyResource, deny, type PolicyDocument, type Statement, trustsAccounts } from "../../aws/policy.ts";
import { globalRegion } from "../../aws/regions.ts";
import type { Block, Site } from "../stack.ts";
import type { Resource, Stack } from "../template.ts";
import { role } from "./role.ts";
import { type RoleElsewhere, roleAt } from "./role-elsewhere.ts";

const deployer = "stage-deploy";

/** The role that a build of the home account takes on to deploy here. */
export const deployerAt = (site: Site): RoleElsewhere => roleAt(site, deployer);

/** What the build says and the role demands, so that no other caller of that account is confused into taking the role on (C10). */
export const externalIdOf = (home: Site): string => nameOf("pipeline", home, "delivery");

/** IAM's names of the services whose resources plans have. IAM itself is narrower, see `manages`. */
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
 * The role with which Pulumi makes what these stacks hold, in this region and nothing of another service. Exactly one role of the home
 * account takes it on, and only with the external id (C04, C10).
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

/** Makes what these stacks hold, in this region, and nothing of another service. `self` is who may do so, and may not change itself. */
export function deployRights(site: Site, stacks: readonly Stack[], self: RoleElsewhere): readonly Statement[] {
  return [
    allow({
      actions: servicesIn(stacks).map((service) => `${service}:*`),
      resources: anyResource("MakesWhatThePlanHasInItsRegion"),
      conditions: { StringEquals: { "aws:RequestedRegion": [...new Set([site.region, globalRegion])] } },
    }),
    ...manages(site, stacks, self),
  ];
}

function trustsBuild({ region }: Site, home: Site, by: RoleElsewhere): PolicyDocument {
  return trustsAccounts(globalArn(region, "iam", by.account, "root"), {
    ArnEquals: { "aws:PrincipalArn": by.arn },
    StringEquals: { "sts:ExternalId": externalIdOf(home) },
  });
}

function servicesIn(stacks: readonly Stack[]): readonly string[] {
  const used = new Set(stacks.flatMap(({ resources }) => resources.map(({ type }) => type.split("::")[1] ?? "")));
  used.delete("IAM");
  return [...used].sort().map((name) => {
    const known = services[name];
    if (known === undefined) throw new Error(`no service of IAM is known for AWS::${name}`);
    return known;
  });
}

/** The roles of this environment, passed on only to the services that they trust; never the role itself. */
function manages(site: Site, stacks: readonly Stack[], self: RoleElsewhere): readonly Statement[] {
  const roles = globalArn(site.region, "iam", site.account, `role/${nameOf("role", site, "any").replace(/any.*$/, "*")}`);
  return [
    allow({
      sid: "MakesTheRolesOfThisEnvironment",
      actions: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources: roles,
    }),
    allow({
      sid: "PassesThemOn",
      actions: "iam:PassRole",
      resources: roles,
      conditions: { StringEquals: { "iam:PassedToService": trustedIn(stacks) } },
    }),
    allow({
      sid: "LetsServicesMakeTheirOwnRoles",
      actions: "iam:CreateServiceLinkedRole",
      resources: globalArn(site.region, "iam", site.account, "role/aws-service-role/*"),
    }),
    deny({
      sid: "ChangesNotItself",
      actions: [
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources: self.arn,
    }),
  ];
}

/** The services that take on the roles of these stacks. */
function trustedIn(stacks: readonly Stack[]): readonly string[] {
  const roles = stacks.flatMap(({ resources }) => resources.filter(isRole));
  const trusted = roles.flatMap(({ properties }) => properties.AssumeRolePolicyDocument.Statement.flatMap(servicesOf));
  return [...new Set(trusted)].sort();
}

const isRole = (resource: Resource): resource is Resource<"AWS::IAM::Role"> => resource.type === "AWS::IAM::Role";

function servicesOf({ Principal }: Statement): readonly string[] {
  const named = typeof Principal === "object" ? Principal.Service : undefined;
  return [named].flat().filter((one) => typeof one === "string");
}
