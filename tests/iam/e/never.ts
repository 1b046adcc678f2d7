import { elsewhereOf, everyBucket, everyKey, everyLog, everyRole, everyTopic } from "../never.ts";
import { type Call, calls } from "../roles.ts";
import { listenersOf } from "../tables.ts";
import type { World } from "../world.ts";
import { artifacts, connection, otherAccount, pipelineArn, project, registry, stages, tools, worlds } from "./places.ts";

/** What no role of any of the three accounts may but the one whose task it is. */
export function neverOf(world: World): (roleArns: readonly string[]) => readonly Call[] {
  return (roleArns) => [...everyRole(world, worlds, roleArns), ...everyKey(worlds), ...ofHome, ...stages.flatMap(ofStage)];
}

const homeGroups = ["test", "image", "scan", "smoke", "pipeline-events", "stage-production"];

const ofHome: readonly Call[] = [
  ...everyBucket([artifacts]),
  ...calls(artifacts, ["s3:ListBucket"]),
  ...calls(registry, ["ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy", "ecr:DeleteRepository"]),
  ...calls(connection, ["codeconnections:UseConnection", "codeconnections:DeleteConnection"]),
  ...calls(pipelineArn, ["codepipeline:StartPipelineExecution", "codepipeline:UpdatePipeline", "codepipeline:DeletePipeline"]),
  ...calls(`${pipelineArn}/Approve-production/Approve-production`, ["codepipeline:PutApprovalResult"]),
  ...calls(["test", "image", "scan", "smoke"].map(project), ["codebuild:StartBuild", "codebuild:UpdateProject"]),
  ...everyLog(tools, homeGroups),
  ...everyTopic(tools.at("sns", tools.called("notices"))),
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
export const elsewhere = elsewhereOf({ project: "billing", worlds, otherAccount, regions: { "eu-central-1": "euc1" } });
