import { type Call, calls } from "../roles.ts";
import {
  account,
  artifacts,
  at,
  called,
  deployGroup,
  dockerHub,
  family,
  group,
  keys,
  ledger,
  listeners,
  logBucket,
  notices,
  otherAccount,
  otherSecret,
  pipelineArn,
  project,
  registry,
  repository,
  service,
  stream,
  through,
} from "./places.ts";

const everyRole = (roleArns: readonly string[]): readonly Call[] => [
  ...calls(roleArns, ["iam:DeleteRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]),
  ...calls(roleArns, ["iam:PassRole"], { "iam:PassedToService": "codepipeline.amazonaws.com" }),
  ...calls(`arn:aws:iam::${account}:role/administrator`, ["sts:AssumeRole", "iam:CreateRole"]),
  ...calls(`arn:aws:iam::${account}:role/administrator`, ["iam:PassRole"], { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
];

const everyKey: readonly Call[] = Object.entries(keys).flatMap(([purpose, key]) => [
  ...calls(key, ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]),
  ...["s3", "sns", "ecr", "dynamodb"].flatMap((via) => calls(key, ["kms:Decrypt", "kms:GenerateDataKey"], through(via, purpose))),
]);

const groups = ["flow", "shells", "web", "test", "image", "scan", "pipeline-events"];

const everyStore: readonly Call[] = [
  ...calls([artifacts, logBucket], ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration"]),
  ...calls([`${artifacts}/a`, `${logBucket}/a`], ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl"]),
  ...calls(`${logBucket}/alb/AWSLogs/a`, ["s3:GetObject", "s3:PutObject"]),
  ...calls(registry, ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(ledger, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:DeleteTable"]),
  ...calls(repository, ["codecommit:GitPull", "codecommit:GitPush", "codecommit:PutRepositoryTriggers"]),
  ...calls(otherSecret, ["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret"]),
  ...calls(dockerHub, ["ssm:GetParameters", "ssm:GetParameter", "ssm:PutParameter"]),
  ...calls(groups.map(group), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:FilterLogEvents"]),
  ...calls(groups.map(stream), ["logs:PutLogEvents", "logs:DeleteLogStream", "logs:GetLogEvents"]),
];

const everyService: readonly Call[] = [
  ...calls(pipelineArn, ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline", "codepipeline:DeletePipeline"]),
  ...calls(`${pipelineArn}/Approval/Approve`, ["codepipeline:PutApprovalResult"]),
  ...calls(["test", "image", "scan"].map(project), ["codebuild:StartBuild", "codebuild:UpdateProject"]),
  ...calls(deployGroup, ["codedeploy:CreateDeployment", "codedeploy:UpdateDeploymentGroup"]),
  ...calls(service, ["ecs:UpdateService", "ecs:DeleteService", "ecs:UpdateServicePrimaryTaskSet"]),
  ...calls(family, ["ecs:RunTask", "ecs:RegisterTaskDefinition", "ecs:TagResource"]),
  ...calls(at("ecs", `task/${called("cluster")}/1`), ["ecs:ExecuteCommand", "ecs:StopTask"]),
  ...calls(listeners, ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:DeleteListener"]),
  ...calls(at("cloudwatch", `alarm:${called("web-blue-errors")}`), [
    "cloudwatch:DeleteAlarms",
    "cloudwatch:DisableAlarmActions",
    "cloudwatch:SetAlarmState",
  ]),
  ...calls(at("events", `rule/${called("every-change")}`), ["events:DisableRule", "events:DeleteRule", "events:PutTargets"]),
  ...calls(notices, ["sns:Publish", "sns:Subscribe", "sns:DeleteTopic", "sns:SetTopicAttributes"]),
  ...calls(at("cloudformation", `stack/${called("base")}/1`), ["cloudformation:UpdateStack", "cloudformation:DeleteStack"]),
];

/** What no role may but the one whose task it is. */
export const neverOf = (roleArns: readonly string[]): readonly Call[] => [
  ...everyRole(roleArns),
  ...everyKey,
  ...everyStore,
  ...everyService,
];

/** The same call on what is not ours: in another account, and of the other environment in this one. */
export function elsewhere({ resource, ...call }: Call): Call[] {
  const others = [
    resource.replace(account, otherAccount),
    resource.replace("shop-production", "shop-staging").replace("/shop/production/", "/shop/staging/"),
    resource.replace("shop-production-euw1", "shop-production-use1").replace("eu-west-1", "us-east-1").replace("/euw1/", "/use1/"),
  ];
  return others.filter((other) => other !== resource).map((other) => ({ ...call, resource: other }));
}
