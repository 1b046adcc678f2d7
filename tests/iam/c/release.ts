import type { Context } from "../conditions.ts";
import { type Call, calls, type RoleTable } from "../roles.ts";
import { through, type World } from "../world.ts";
import { registry, releaseBuildOf, tools } from "./places.ts";

const toTasks = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };

/**
 * What the build that releases to a stage must there: the calls of lib/worlds/aws where CodeDeploy moves the callers, and of what is looked at
 * before, which tests/iam/driver-calls.test.ts counts.
 */
export function releases(stage: World): RoleTable {
  const { at, called, keyOf, roleArn } = stage;
  const cluster = called("cluster");
  const table = at("dynamodb", `table/${called("ledger")}`);
  const group = at("codedeploy", `deploymentgroup:${called("web")}/${called("web")}`);
  const application = at("codedeploy", `application:${called("web")}`);
  const service = at("ecs", `service/${cluster}/${called("web")}`);
  const definition = at("ecs", `task-definition/${called("web")}:7`);
  const topic = at("sns", called("notices"));
  const bus = at("events", "event-bus/default");
  const passes = (to: Context): readonly Call[] => calls([roleArn("web-execution"), roleArn("web-task")], ["iam:PassRole"], to);
  return {
    takenOnBy: releaseBuildOf(stage),
    externalId: tools.called("delivery"),
    must: [
      ...calls(table, ["dynamodb:PutItem", "dynamodb:Query"]),
      // Amazon DynamoDB Developer Guide, "DynamoDB encryption at rest": the key is asked for in the caller's name.
      ...calls(keyOf("ledger"), ["kms:Decrypt"], through(stage, "dynamodb", "ledger")),
      ...calls(group, ["codedeploy:BatchGetDeployments", "codedeploy:CreateDeployment", "codedeploy:ListDeployments"]),
      // CodeDeploy User Guide, "Amazon CodeDeploy permissions reference": who creates a deployment hands its revision over, and reads its steps.
      ...calls(application, ["codedeploy:RegisterApplicationRevision"]),
      ...calls(at("codedeploy", `deploymentconfig:${called("web-10-100-every-5m")}`), ["codedeploy:GetDeploymentConfig"]),
      ...calls("*", ["codedeploy:BatchGetDeploymentTargets", "codedeploy:StopDeployment"]),
      ...calls(service, ["ecs:DescribeServices"]),
      ...calls(at("ecs", `container-instance/${cluster}/1`), ["ecs:ListTasks"]),
      ...calls(at("ecs", `task/${cluster}/1`), ["ecs:DescribeTasks"]),
      ...calls("*", [
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "servicequotas:GetAWSDefaultServiceQuota",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
      ]),
      ...calls(definition, ["ecs:RegisterTaskDefinition"]),
      ...calls(definition, ["ecs:TagResource"], { "ecs:CreateAction": "RegisterTaskDefinition" }),
      ...passes(toTasks),
      // In the home's account: what lets it in there is proven in c-across.test.ts.
      ...calls(registry, ["ecr:DescribeImages"]),
      ...calls(
        ["fargate/L-3032A538", "elasticloadbalancing/L-A0D0B863", "elasticloadbalancing/L-7E6692B2", "vpc/L-DF5E4CA3"].map((code) =>
          at("servicequotas", code),
        ),
        ["servicequotas:GetServiceQuota"],
      ),
      ...calls(topic, ["sns:Publish"]),
      ...calls(keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through(stage, "sns", "notices")),
      ...calls(bus, ["events:PutEvents"], { "events:source": "sluice" }),
    ],
    never: [
      ...calls(table, ["dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:DeleteTable"]),
      ...calls(keyOf("ledger"), ["kms:Decrypt"], through(stage, "s3", "ledger")),
      ...calls(group, ["codedeploy:UpdateDeploymentGroup", "codedeploy:DeleteDeploymentGroup"]),
      ...calls(group.replace(/[^/]+$/, "other"), ["codedeploy:CreateDeployment"]),
      ...calls(service, ["ecs:UpdateService", "ecs:DeleteService"]),
      ...calls(definition.replace("-web:", "-other:"), ["ecs:RegisterTaskDefinition"]),
      ...calls(definition, ["ecs:TagResource"]),
      ...passes({ "iam:PassedToService": "lambda.amazonaws.com" }),
      ...calls(registry, ["ecr:PutImage", "ecr:BatchGetImage"]),
      ...calls(at("sns", called("other")), ["sns:Publish"]),
      ...calls(keyOf("notices"), ["kms:Decrypt"], through(stage, "s3", "notices")),
      ...calls(bus, ["events:PutEvents"], { "events:source": "other" }),
      ...calls(at("servicequotas", "fargate/L-3032A538"), ["servicequotas:RequestServiceQuotaIncrease"]),
    ],
  };
}
