import { calls, type RoleTable } from "../roles.ts";
import { flowLog, passesRoles, pullsImage, shifts, writesLog } from "../tables.ts";
import type { World } from "../world.ts";
import { artifacts, clusterOf, registry, throughS3, tools } from "./places.ts";

// The documents of AWS that name these calls: tests/iam/tables.ts, but where another is named.
export function stageTables(stage: World): Readonly<Record<string, RoleTable>> {
  return {
    ...(stage.name === "staging" && { "flow-log": flowLog(stage) }),
    // Its image is in the home's account: what lets it in there is proven in e-across.test.ts.
    "api-execution": { takenOnBy: "ecs-tasks.amazonaws.com", must: [...pullsImage(registry), ...writesLog(stage, "api")] },
    "api-task": {
      takenOnBy: "ecs-tasks.amazonaws.com",
      must: [],
      never: [...pullsImage(registry), ...writesLog(stage, "api"), ...calls(`${artifacts}/a`, ["s3:GetObject"])],
    },
    "api-deploy": shifts(stage, { service: "api", cluster: clusterOf(stage) }),
    "stage-deploy": deployer(stage),
    "stage-read": {
      takenOnBy: tools.roleArn("image-build"),
      must: calls("*", ["ecs:DescribeTaskDefinition"]),
      never: [...calls(`${artifacts}/a`, ["s3:GetObject"]), ...calls("*", ["ecs:ListTaskDefinitions"]), ...pullsImage(registry)],
    },
  };
}

function deployer(stage: World): RoleTable {
  const { taskRoles, elsewhere } = passesRoles(stage, "api");
  const group = stage.at("codedeploy", `deploymentgroup:${stage.called("api")}/${stage.called("api")}`);
  const family = stage.at("ecs", `task-definition/${stage.called("api")}:7`);
  const key = tools.keyOf("artifacts");
  return {
    takenOnBy: tools.roleArn("pipeline"),
    must: [
      // CodePipeline User Guide, "Create a pipeline in CodePipeline that uses resources from another AWS account": the policy of the role there
      // is about objects, and of those this action only reads.
      ...calls(`${artifacts}/billing/Scanned/a`, ["s3:GetObject", "s3:GetObjectVersion"]),
      ...calls(key, ["kms:Decrypt"], throughS3),
      ...calls(stage.at("codedeploy", `application:${stage.called("api")}`), [
        "codedeploy:GetApplication",
        "codedeploy:GetApplicationRevision",
        "codedeploy:RegisterApplicationRevision",
      ]),
      ...calls(group, ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"]),
      ...calls(stage.at("codedeploy", `deploymentconfig:${stage.called("api-25-50-75-100-every-5m")}`), ["codedeploy:GetDeploymentConfig"]),
      ...calls(family, ["ecs:RegisterTaskDefinition"]),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RegisterTaskDefinition" }),
      ...taskRoles,
    ],
    never: [
      ...elsewhere,
      ...calls(key, ["kms:Decrypt"], { ...throughS3, "kms:ViaService": "dynamodb.eu-central-1.amazonaws.com" }),
      ...calls(key, ["kms:Decrypt"], {
        ...throughS3,
        "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${tools.called("logs")}-${tools.account}`,
      }),
      ...calls(key, ["kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"], throughS3),
      ...calls(`${artifacts}/billing/Scanned/a`, ["s3:PutObject"]),
      ...calls(family, ["ecs:TagResource"]),
      ...calls(family, ["ecs:TagResource"], { "ecs:CreateAction": "RunTask" }),
      ...calls(stage.at("codedeploy", `deploymentgroup:${stage.called("api")}/other`), ["codedeploy:CreateDeployment"]),
      ...calls(group, ["codedeploy:UpdateDeploymentGroup", "codedeploy:DeleteDeploymentGroup"]),
      ...calls(stage.at("ecs", `service/${clusterOf(stage)}/${stage.called("api")}`), ["ecs:UpdateService"]),
    ],
  };
}
