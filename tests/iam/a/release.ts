import { type Call, calls, type RoleTable } from "../roles.ts";
import { inNetwork } from "../tables.ts";
import { through } from "../world.ts";
import { ireland } from "./places.ts";

const { at, called, keyOf, roleArn } = ireland;
const cluster = called("cluster");
export const table = at("dynamodb", `table/${called("ledger")}`);
const services = ["blue", "green"].map((slot) => at("ecs", `service/${cluster}/${called(`web-${slot}`)}`));
const revisions = ["blue", "green"].map((slot) => at("ecs", `service-revision/${cluster}/${called(`web-${slot}`)}/1`));
const definition = at("ecs", `task-definition/${called("web")}:7`);
const inCluster = { "ecs:cluster": at("ecs", `cluster/${cluster}`) };
const toTasks = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };

/** The copies of a service of this project's environment, as Application Auto Scaling knows them. */
const scaled = {
  "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
  "aws:ResourceTag/Environment": "production",
  "aws:ResourceTag/Project": "catalog",
};
const scalableTarget = at("application-autoscaling", "scalable-target/0123");
const sets = (context: object): readonly Call[] =>
  calls(scalableTarget, ["application-autoscaling:RegisterScalableTarget"], { ...scaled, ...context });

const topic = at("sns", called("notices"));
const bus = at("events", "event-bus/default");

/** The rule that splits callers, as AWS names it once it is there. */
const rule = ireland.resolved.of("web", "ServiceSplit");

/**
 * What the function that carries out releases must: the calls of lib/worlds/aws in a turn, which tests/iam/release-calls.test.ts counts, and to
 * keep its progress (AWS Lambda Developer Guide, "Security and permissions for Lambda durable functions").
 */
export const releases = (): RoleTable =>
  inNetwork(ireland, "release", {
    must: [
      ...calls(table, ["dynamodb:PutItem", "dynamodb:Query"]),
      // Amazon DynamoDB Developer Guide, "DynamoDB encryption at rest": the key is asked for in the caller's name.
      ...calls(keyOf("ledger"), ["kms:Decrypt"], through(ireland, "dynamodb", "ledger")),
      ...calls(rule, ["elasticloadbalancing:ModifyRule"]),
      ...calls("*", [
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
      ]),
      ...calls(services, ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"]),
      // Amazon ECS Developer Guide, "Permissions required for viewing Amazon ECS service deployments".
      ...calls([...services, ...revisions], ["ecs:DescribeServiceRevisions"]),
      ...calls(at("ecs", `container-instance/${cluster}/1`), ["ecs:ListTasks"]),
      ...calls(at("ecs", `task/${cluster}/1`), ["ecs:DescribeTasks", "ecs:StopTask"]),
      ...calls(definition, ["ecs:RunTask"], inCluster),
      ...calls(definition, ["ecs:RegisterTaskDefinition"]),
      ...calls(definition, ["ecs:TagResource"], { "ecs:CreateAction": "RegisterTaskDefinition" }),
      ...calls([roleArn("web-execution"), roleArn("web-task")], ["iam:PassRole"], toTasks),
      ...sets({}),
      ...calls(topic, ["sns:Publish"]),
      ...calls(keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through(ireland, "sns", "notices")),
      ...calls(bus, ["events:PutEvents"], { "events:source": "sluice" }),
      ...calls(at("lambda", `function:${called("release")}:7/durable-execution/r-1/1`), [
        "lambda:CheckpointDurableExecution",
        "lambda:GetDurableExecutionState",
      ]),
      // A release that has more turns than one execution may goes on in another.
      ...calls(at("lambda", `function:${called("release")}:7`), ["lambda:InvokeFunction"]),
    ],
    never: [
      ...calls(table, ["dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:DeleteTable"]),
      ...calls(keyOf("ledger"), ["kms:Decrypt"], through(ireland, "s3", "ledger")),
      ...calls(rule, ["elasticloadbalancing:DeleteRule", "elasticloadbalancing:SetRulePriorities"]),
      ...calls(rule.replace(/[0-9a-z]+$/, "0123456789abcdef"), ["elasticloadbalancing:ModifyRule"]),
      ...calls(services, ["ecs:DeleteService"]),
      ...calls(at("ecs", `service/${cluster}/${called("other")}`), ["ecs:UpdateService"]),
      ...calls(definition.replace("-web:", "-other:"), ["ecs:RegisterTaskDefinition"]),
      ...calls(definition.replace("-web:", "-other:"), ["ecs:RunTask"], inCluster),
      ...calls(definition, ["ecs:RunTask"], { "ecs:cluster": at("ecs", "cluster/other") }),
      ...calls(definition, ["ecs:TagResource"]),
      ...calls(at("ecs", "task/other/1"), ["ecs:StopTask"]),
      ...calls(roleArn("web-task"), ["iam:PassRole"], { "iam:PassedToService": "lambda.amazonaws.com" }),
      ...sets({ "application-autoscaling:scalable-dimension": "dynamodb:table:ReadCapacityUnits" }),
      ...sets({ "aws:ResourceTag/Environment": "staging" }),
      ...sets({ "aws:ResourceTag/Project": "other" }),
      ...calls(at("sns", called("other")), ["sns:Publish"]),
      ...calls(keyOf("notices"), ["kms:Decrypt"], through(ireland, "s3", "notices")),
      ...calls(bus, ["events:PutEvents"], { "events:source": "other" }),
      ...calls(at("events", "rule/other"), ["events:PutRule", "events:DeleteRule"]),
      ...calls(at("lambda", `function:${called("rotation")}:1`), ["lambda:InvokeFunction"]),
      ...calls(at("lambda", `function:${called("release")}`), ["lambda:UpdateFunctionCode", "lambda:AddPermission"]),
    ],
  });
