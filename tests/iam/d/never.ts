import { elsewhereOf, everyBucket, everyKey, everyLog, everyRole, everyTopic } from "../never.ts";
import { type Call, calls } from "../roles.ts";
import {
  artifacts,
  at,
  called,
  deployGroup,
  dockerHub,
  family,
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
  world,
} from "./places.ts";

const groups = ["flow", "shells", "web", "test", "image", "scan", "pipeline-events"];

const everyStore: readonly Call[] = [
  ...everyBucket([artifacts, logBucket]),
  ...calls(`${logBucket}/alb/AWSLogs/a`, ["s3:GetObject", "s3:PutObject"]),
  ...calls(registry, ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(ledger, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:DeleteTable"]),
  ...calls(repository, ["codecommit:GitPull", "codecommit:GitPush", "codecommit:PutRepositoryTriggers"]),
  ...calls(otherSecret, ["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret"]),
  ...calls(dockerHub, ["ssm:GetParameters", "ssm:GetParameter", "ssm:PutParameter"]),
  ...everyLog(world, groups),
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
  ...everyTopic(notices),
  ...calls(at("cloudformation", `stack/${called("base")}/1`), ["cloudformation:UpdateStack", "cloudformation:DeleteStack"]),
];

/** What no role may but the one whose task it is. */
export const neverOf = (roleArns: readonly string[]): readonly Call[] => [
  ...everyRole(world, [world], roleArns),
  ...everyKey([world]),
  ...everyStore,
  ...everyService,
];

/** The same call on what is not ours: in another account, of another environment, in another region. */
export const elsewhere = elsewhereOf({ project: "shop", worlds: [world], otherAccount, regions: { "eu-west-1": "euw1" } });
