import { elsewhereOf, everyBucket, everyKey, everyLog, everyRole, everyTopic } from "../never.ts";
import { type Call, calls } from "../roles.ts";
import { listenersOf } from "../tables.ts";
import type { World } from "../world.ts";
import {
  connection,
  logger,
  lostQueue,
  notices,
  otherAccount,
  pipelineArn,
  project,
  regions,
  registry,
  stages,
  state,
  tools,
  toolsIn,
  worlds,
} from "./places.ts";

const homes = Object.values(toolsIn);

/** What no role of any of the accounts may but the one whose task it is. */
export function neverOf(world: World): (roleArns: readonly string[]) => readonly Call[] {
  const keys = [...everyKey(homes), ...everyKey(stages)];
  return (roleArns) => [...everyRole(world, worlds, roleArns), ...keys, ...ofHome, ...stages.flatMap(ofStage)];
}

const ownBuilds = ["test", "image", "scan", "smoke", "integration", "deploy-staging"];

const ofHome: readonly Call[] = [
  ...everyBucket([...homes.map(({ bucket }) => bucket("artifacts")), tools.bucket("functions")]),
  ...homes.flatMap(({ bucket }) => calls(bucket("artifacts"), ["s3:ListBucket"])),
  ...calls(`${tools.bucket("functions")}/deployment-logger.zip`, ["s3:GetObject", "s3:PutObject"]),
  ...calls(`${state.bucket}/catalog/.pulumi/stacks/other.json`, ["s3:PutObjectAcl"]),
  ...calls(registry, ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(connection, ["codeconnections:UseConnection", "codeconnections:DeleteConnection"]),
  ...calls(pipelineArn, ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline", "codepipeline:DeletePipeline"]),
  ...calls(
    stages.slice(1).map(({ name }) => `${pipelineArn}/Check-${name}/Approve-${name}`),
    ["codepipeline:PutApprovalResult"],
  ),
  ...calls(
    ownBuilds.map((thing) => project(tools, thing)),
    ["codebuild:StartBuild", "codebuild:UpdateProject"],
  ),
  ...calls(logger, ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"]),
  ...calls(lostQueue, ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:SetQueueAttributes"]),
  ...everyLog(tools, [...ownBuilds, "flow", "deployment-logger", "pipeline-events", "stage-virginia"]),
  ...everyTopic(notices),
];

const ofStage = (stage: World): readonly Call[] => [
  ...calls(stage.at("codedeploy", `deploymentgroup:${stage.called("web")}/${stage.called("web")}`), [
    "codedeploy:CreateDeployment",
    "codedeploy:UpdateDeploymentGroup",
  ]),
  ...calls(stage.at("ecs", `task-definition/${stage.called("web")}:7`), ["ecs:RunTask", "ecs:RegisterTaskDefinition", "ecs:TagResource"]),
  ...calls(stage.at("ecs", `service/${stage.called("cluster")}/${stage.called("web")}`), ["ecs:UpdateService", "ecs:DeleteService"]),
  ...calls(listenersOf(stage), ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:DeleteListener"]),
  ...calls(stage.at("dynamodb", `table/${stage.called("ledger")}`), ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteTable"]),
  ...everyLog(stage, ["web", "flow"]),
  ...calls(stage.at("cloudwatch", `alarm:${stage.called("web-blue-errors")}`), ["cloudwatch:DeleteAlarms", "cloudwatch:SetAlarmState"]),
  ...everyTopic(stage.at("sns", stage.called("notices"))),
];

/** The same call on what is not ours: in another account, of another environment, in another region. */
export const elsewhere = elsewhereOf({ project: "catalog", worlds, otherAccount, regions });
