import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CodeDeployClient, GetDeploymentGroupCommand } from "@aws-sdk/client-codedeploy";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { Route53Client } from "@aws-sdk/client-route-53";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Answer, Part, Question } from "../../../ports/account.ts";
import { inTime } from "../in-time.ts";
import { recordsNamed } from "../named-records.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, type Means, toDo } from "./check.ts";

type Asked<Of extends Part["of"]> = Extract<Question, { kind: "part" }> & Extract<Part, { of: Of }>;
type Look<Of extends Part["of"]> = (asked: Asked<Of>, means: Means) => Promise<Answer>;

/** What a deploy made, and nothing but a deploy takes away, is still there: AWS knows the name or ARN that the map has. */
export const part: Check<"part"> = (asked, means) => {
  switch (asked.of) {
    case "table":
      return table(asked, means);
    case "service":
      return service(asked, means);
    case "fleet":
      return fleet(asked, means);
    case "deployment group":
      return deploymentGroup(asked, means);
    case "scaling target":
      return scalingTarget(asked, means);
    case "parameter":
      return parameter(asked, means);
    case "record":
      return record(asked, means);
    case "function":
      return lambda(asked, means);
    default:
      return ofBalancer(asked, means);
  }
};

const gone = ({ of, name }: Part): string => `there is no ${of} ${name} any more`;

const table: Look<"table"> = (asked, means) =>
  withClient(new DynamoDBClient(inTime(asked.region)), async (client) => {
    const told = await call(
      means,
      "dynamodb:DescribeTable",
      (options) => client.send(new DescribeTableCommand({ TableName: asked.name }), options),
      { ResourceNotFoundException: gone(asked) },
    );
    if (told.is !== "told") return told;
    const { TableStatus: status = "" } = told.value.Table ?? {};
    return status === "DELETING" ? toDo(gone(asked)) : done(status);
  });

/** A service that was deleted is told of for a while, as INACTIVE (Amazon ECS API reference, DeleteService). */
const service: Look<"service"> = (asked, means) =>
  withClient(new ECSClient(inTime(asked.region)), async (client) => {
    const told = await call(
      means,
      "ecs:DescribeServices",
      (options) => client.send(new DescribeServicesCommand({ cluster: asked.cluster, services: [asked.name] }), options),
      { ClusterNotFoundException: `there is no cluster ${asked.cluster} any more` },
    );
    if (told.is !== "told") return told;
    const [found] = told.value.services ?? [];
    return found?.status === "ACTIVE" ? done("ACTIVE") : toDo(gone(asked));
  });

/** One that is being deleted says so (Amazon EC2 Auto Scaling API reference, AutoScalingGroup: Status). */
const fleet: Look<"fleet"> = (asked, means) =>
  withClient(new AutoScalingClient(inTime(asked.region)), async (client) => {
    const told = await call(means, "autoscaling:DescribeAutoScalingGroups", (options) =>
      client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [asked.name] }), options),
    );
    if (told.is !== "told") return told;
    const [found] = told.value.AutoScalingGroups ?? [];
    return found && found.Status === undefined ? done("it is there") : toDo(gone(asked));
  });

const deploymentGroup: Look<"deployment group"> = (asked, means) =>
  withClient(new CodeDeployClient(inTime(asked.region)), async (client) => {
    const wanted = { applicationName: asked.application, deploymentGroupName: asked.name };
    const told = await call(
      means,
      "codedeploy:GetDeploymentGroup",
      (options) => client.send(new GetDeploymentGroupCommand(wanted), options),
      {
        ApplicationDoesNotExistException: `there is no application ${asked.application} any more`,
        DeploymentGroupDoesNotExistException: gone(asked),
      },
    );
    return told.is === "told" ? done("it is there") : told;
  });

/** One that was deregistered is not told of, and no error (Application Auto Scaling API Reference, DescribeScalableTargets). */
const scalingTarget: Look<"scaling target"> = (asked, means) =>
  withClient(new ApplicationAutoScalingClient(inTime(asked.region)), async (client) => {
    const command = new DescribeScalableTargetsCommand({
      ServiceNamespace: "ecs",
      ScalableDimension: "ecs:service:DesiredCount",
      ResourceIds: [`service/${asked.cluster}/${asked.name}`],
    });
    const told = await call(means, "application-autoscaling:DescribeScalableTargets", (options) => client.send(command, options));
    if (told.is !== "told") return told;
    return (told.value.ScalableTargets ?? []).length > 0 ? done("it is there") : toDo(gone(asked));
  });

const parameter: Look<"parameter"> = (asked, means) =>
  withClient(new SSMClient(inTime(asked.region)), async (client) => {
    const told = await call(means, "ssm:GetParameter", (options) => client.send(new GetParameterCommand({ Name: asked.name }), options), {
      ParameterNotFound: gone(asked),
    });
    return told.is === "told" ? done("it is there") : told;
  });

const record: Look<"record"> = (asked, means) =>
  withClient(new Route53Client(inTime(asked.region)), async (client) => {
    const told = await call(means, "route53:ListResourceRecordSets", (options) => recordsNamed(client, asked.zone, asked.domain, options), {
      NoSuchHostedZone: `there is no zone ${asked.zone} any more`,
    });
    if (told.is !== "told") return told;
    const found = told.value.some(({ Type, SetIdentifier }) => Type === asked.type && SetIdentifier === asked.set);
    return found ? done("it is there") : toDo(gone(asked));
  });

/** Its client is loaded only here: most environments have no function that releases. */
const lambda: Look<"function"> = async (asked, means) => {
  const { GetFunctionConfigurationCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  return await withClient(new LambdaClient(inTime(asked.region)), async (client) => {
    const told = await call(
      means,
      "lambda:GetFunctionConfiguration",
      (options) => client.send(new GetFunctionConfigurationCommand({ FunctionName: asked.name }), options),
      { ResourceNotFoundException: gone(asked) },
    );
    return told.is === "told" ? done("it is there") : told;
  });
};

type OfBalancer = "target group" | "rule" | "listener";

const ofBalancer: Look<OfBalancer> = (asked, means) =>
  withClient(new ElasticLoadBalancingV2Client(inTime(asked.region)), async (client) => {
    const { action, look, missing } = parts[asked.of];
    const told = await call(means, action, (options) => look(client, asked.name, options), { [missing]: gone(asked) });
    return told.is === "told" ? done("it is there") : told;
  });

interface Described {
  readonly action: string;
  readonly missing: string;
  look(client: ElasticLoadBalancingV2Client, arn: string, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

const parts: Readonly<Record<OfBalancer, Described>> = {
  "target group": {
    action: "elasticloadbalancing:DescribeTargetGroups",
    missing: "TargetGroupNotFoundException",
    look: (client, arn, options) => client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), options),
  },
  rule: {
    action: "elasticloadbalancing:DescribeRules",
    missing: "RuleNotFoundException",
    look: (client, arn, options) => client.send(new DescribeRulesCommand({ RuleArns: [arn] }), options),
  },
  listener: {
    action: "elasticloadbalancing:DescribeListeners",
    missing: "ListenerNotFoundException",
    look: (client, arn, options) => client.send(new DescribeListenersCommand({ ListenerArns: [arn] }), options),
  },
};
