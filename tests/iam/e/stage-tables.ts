import { type Call, calls, type RoleTable } from "../roles.ts";
import type { World } from "../world.ts";
import { artifacts, clusterOf, listenersOf, registry, throughS3, tools } from "./places.ts";

const pullsImage: readonly Call[] = [
  ...calls("*", ["ecr:GetAuthorizationToken"]),
  ...calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
];

// The documents of AWS that name these calls: tests/iam/d/tables.ts, but where another is named.
export function stageTables(stage: World): Readonly<Record<string, RoleTable>> {
  const writesLog = (name: string) => calls(stage.stream(name), ["logs:CreateLogStream", "logs:PutLogEvents"]);
  const passesTaskRoles = calls([stage.roleArn("api-execution"), stage.roleArn("api-task")], ["iam:PassRole"], {
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
  });
  const passesElsewhere = [
    ...calls(stage.roleArn("api-task"), ["iam:PassRole"], { "iam:PassedToService": "lambda.amazonaws.com" }),
    ...calls([stage.roleArn("stage-deploy"), stage.roleArn("api-deploy")], ["iam:PassRole"], {
      "iam:PassedToService": "ecs-tasks.amazonaws.com",
    }),
  ];
  return {
    ...(stage.name === "staging" && {
      "flow-log": {
        takenOnBy: "vpc-flow-logs.amazonaws.com",
        must: [...writesLog("flow"), ...calls(stage.group("flow"), ["logs:DescribeLogStreams"])],
        never: calls(stage.group("flow"), ["logs:DeleteLogGroup", "logs:PutRetentionPolicy"]),
      },
    }),
    // Its image is in the home's account: what lets it in there is proven in e-across.test.ts.
    "api-execution": { takenOnBy: "ecs-tasks.amazonaws.com", must: [...pullsImage, ...writesLog("api")] },
    "api-task": {
      takenOnBy: "ecs-tasks.amazonaws.com",
      must: [],
      never: [...pullsImage, ...writesLog("api"), ...calls(`${artifacts}/a`, ["s3:GetObject"])],
    },
    "api-deploy": shifter(stage, passesTaskRoles, passesElsewhere),
    "stage-deploy": deployer(stage, passesTaskRoles, passesElsewhere),
    "stage-read": {
      takenOnBy: tools.roleArn("image-build"),
      must: calls("*", ["ecs:DescribeTaskDefinition"]),
      never: [...calls(`${artifacts}/a`, ["s3:GetObject"]), ...calls("*", ["ecs:ListTaskDefinitions"]), ...pullsImage],
    },
  };
}

function shifter(stage: World, passesTaskRoles: readonly Call[], passesElsewhere: readonly Call[]): RoleTable {
  const cluster = clusterOf(stage);
  const [listener = ""] = listenersOf(stage);
  return {
    takenOnBy: "codedeploy.amazonaws.com",
    must: [
      ...calls(stage.at("ecs", `service/${cluster}/${stage.called("api")}`), ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"]),
      ...calls(stage.at("ecs", `task-set/${cluster}/${stage.called("api")}/ecs-svc-1`), ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"]),
      ...calls("*", [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
      ]),
      ...calls(listenersOf(stage), ["elasticloadbalancing:ModifyListener"]),
      ...calls(stage.at("cloudwatch", "alarm:*"), ["cloudwatch:DescribeAlarms"]),
      ...passesTaskRoles,
    ],
    never: [
      ...passesElsewhere,
      ...calls(stage.at("ecs", `service/${cluster}/other`), ["ecs:UpdateServicePrimaryTaskSet"]),
      // On a balancer that exists others have listeners too.
      ...calls(listener.replace(/[0-9a-f]+$/, "0123456789abcdef"), ["elasticloadbalancing:ModifyListener"]),
    ],
  };
}

function deployer(stage: World, passesTaskRoles: readonly Call[], passesElsewhere: readonly Call[]): RoleTable {
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
      ...passesTaskRoles,
    ],
    never: [
      ...passesElsewhere,
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
