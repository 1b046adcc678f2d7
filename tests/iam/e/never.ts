import { type Call, calls } from "../roles.ts";
import {
  artifacts,
  connection,
  listenersOf,
  otherAccount,
  pipelineArn,
  project,
  registry,
  stages,
  through,
  tools,
  type World,
  worlds,
} from "./places.ts";

/** What no role of any of the three accounts may but the one whose task it is. */
export function neverOf(world: World): (roleArns: readonly string[]) => readonly Call[] {
  return (roleArns) => [...everyRole(world, roleArns), ...everyKey(), ...ofHome, ...stages.flatMap(ofStage)];
}

const everyRole = ({ account }: World, own: readonly string[]): readonly Call[] => {
  const all = worlds.flatMap(({ roles }) => roles.map(({ arn }) => arn));
  return [
    ...calls(own, ["iam:DeleteRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]),
    ...calls(all, ["sts:AssumeRole"]),
    ...calls(all, ["iam:PassRole"], { "iam:PassedToService": "codepipeline.amazonaws.com" }),
    ...calls(`arn:aws:iam::${account}:role/administrator`, ["sts:AssumeRole", "iam:CreateRole"]),
    ...calls(`arn:aws:iam::${account}:role/administrator`, ["iam:PassRole"], { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
  ];
};

const everyKey = (): readonly Call[] =>
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

const homeGroups = ["test", "image", "scan", "smoke", "pipeline-events", "stage-production"];

const ofHome: readonly Call[] = [
  ...calls(artifacts, [
    "s3:DeleteBucket",
    "s3:PutBucketPolicy",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:ListBucket",
  ]),
  ...calls(`${artifacts}/a`, ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl"]),
  ...calls(registry, ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(connection, ["codeconnections:UseConnection", "codeconnections:DeleteConnection"]),
  ...calls(pipelineArn, ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline", "codepipeline:DeletePipeline"]),
  ...calls(`${pipelineArn}/Approve-production/Approve-production`, ["codepipeline:PutApprovalResult"]),
  ...calls(["test", "image", "scan", "smoke"].map(project), ["codebuild:StartBuild", "codebuild:UpdateProject"]),
  ...calls(homeGroups.map(tools.group), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:FilterLogEvents"]),
  ...calls(homeGroups.map(tools.stream), ["logs:PutLogEvents", "logs:DeleteLogStream", "logs:GetLogEvents"]),
  ...calls(tools.at("sns", tools.called("notices")), ["sns:Publish", "sns:Subscribe", "sns:DeleteTopic", "sns:SetTopicAttributes"]),
];

const ofStage = (stage: World): readonly Call[] => [
  ...calls(stage.at("codedeploy", `deploymentgroup:${stage.called("api")}/${stage.called("api")}`), [
    "codedeploy:CreateDeployment",
    "codedeploy:UpdateDeploymentGroup",
  ]),
  ...calls(stage.at("ecs", `task-definition/${stage.called("api")}:7`), ["ecs:RunTask", "ecs:RegisterTaskDefinition", "ecs:TagResource"]),
  ...calls(listenersOf(stage), ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:DeleteListener"]),
  ...calls(stage.at("dynamodb", `table/${stage.called("ledger")}`), ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteTable"]),
  ...calls(stage.stream("api"), ["logs:PutLogEvents", "logs:DeleteLogStream", "logs:GetLogEvents"]),
  ...calls(stage.at("cloudwatch", `alarm:${stage.called("api-blue-errors")}`), ["cloudwatch:DeleteAlarms", "cloudwatch:SetAlarmState"]),
  ...calls(stage.at("sns", stage.called("notices")), ["sns:Publish", "sns:Subscribe"]),
];

/** The same call on what is not ours: in another account, of another environment, in another region. */
export function elsewhere({ resource, ...call }: Call): Call[] {
  const others = [
    resource.replace(/(111111111111|222222222222|333333333333)/, otherAccount),
    resource.replace(/billing-(tools|staging|production)/, "billing-other").replace(/\/billing\/\w+\//, "/billing/other/"),
    resource.replace("eu-central-1", "us-east-1").replaceAll("-euc1", "-use1").replace("/euc1/", "/use1/"),
  ];
  return others.filter((other) => other !== resource).map((other) => ({ ...call, resource: other }));
}
