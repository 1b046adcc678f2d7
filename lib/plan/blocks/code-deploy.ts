import { arnOf } from "../../aws/arns.ts";
import { allow, anyResource, trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { type Granted, role } from "./role.ts";
import type { Colours } from "./target-groups.ts";
import type { Tasks } from "./tasks.ts";

type Listener = Resource<"AWS::ElasticLoadBalancingV2::Listener">;

interface CodeDeployNeeds {
  readonly thing: string;
  readonly rollout: Config["rollout"];
  readonly clusterName: Value<string>;
  readonly service: Resource<"AWS::ECS::Service">;
  readonly colours: Colours;
  readonly production: Listener;
  readonly test: Listener;
  readonly tasks: Tasks;
  /** What stops a deployment and turns it back while it fires. */
  readonly alarms: readonly Resource<"AWS::CloudWatch::Alarm">[];
  /** The application that exists; without it one is made. */
  readonly application?: string;
}

/** What a pipeline has to name for a deployment; `application` is a name, made here or existing. */
export interface CodeDeploy {
  readonly application: Value<string>;
  readonly group: Resource<"AWS::CodeDeploy::DeploymentGroup">;
  readonly config: Resource<"AWS::CodeDeploy::DeploymentConfig">;
}

/** CodeDeploy moves the traffic of an ECS service from one target group to the other, and back when an alarm fires (D02, E06). */
export function codeDeploy(block: Block, needs: CodeDeployNeeds): CodeDeploy {
  const { site } = block;
  const { thing, rollout, colours } = needs;
  const application = needs.application ?? ownApplication(block, thing);
  const config = block.add(
    "Steps",
    "AWS::CodeDeploy::DeploymentConfig",
    { DeploymentConfigName: stepsName(block, thing, rollout), ComputePlatform: "ECS", TrafficRoutingConfig: routing(rollout) },
    { proves: ["E06"] },
  );
  const shifter = shifterRole(block, needs);
  const group = block.add(
    "Group",
    "AWS::CodeDeploy::DeploymentGroup",
    {
      ApplicationName: application,
      DeploymentGroupName: block.name("deploy-group", thing),
      ServiceRoleArn: att(shifter.role, "Arn"),
      DeploymentConfigName: ref(config),
      DeploymentStyle: { DeploymentType: "BLUE_GREEN", DeploymentOption: "WITH_TRAFFIC_CONTROL" },
      ECSServices: [{ ClusterName: needs.clusterName, ServiceName: att(needs.service, "Name") }],
      LoadBalancerInfo: {
        TargetGroupPairInfoList: [
          {
            ProdTrafficRoute: { ListenerArns: [ref(needs.production)] },
            TestTrafficRoute: { ListenerArns: [ref(needs.test)] },
            TargetGroups: [{ Name: att(colours.blue, "TargetGroupName") }, { Name: att(colours.green, "TargetGroupName") }],
          },
        ],
      },
      BlueGreenDeploymentConfiguration: {
        DeploymentReadyOption: { ActionOnTimeout: "CONTINUE_DEPLOYMENT", WaitTimeInMinutes: 0 },
        TerminateBlueInstancesOnDeploymentSuccess: { Action: "TERMINATE", TerminationWaitTimeInMinutes: minutes(rollout.keepWarm) },
      },
      AlarmConfiguration: { Enabled: true, IgnorePollAlarmFailure: false, Alarms: needs.alarms.map((alarm) => ({ Name: ref(alarm) })) },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
      },
      Tags: site.tags,
    },
    { after: shifter.policies, proves: ["D02", "E06"] },
  );
  return { application, group, config };
}

const ownApplication = (block: Block, thing: string): Value<string> =>
  ref(
    block.add(
      "Application",
      "AWS::CodeDeploy::Application",
      { ApplicationName: block.name("deploy-application", thing), ComputePlatform: "ECS", Tags: block.site.tags },
      { proves: ["D02"] },
    ),
  );

const minutes = (milliseconds: number): number => Math.ceil(milliseconds / 60_000);

/** Two weights are a canary, more of them equal steps; the configuration's rules refuse what CodeDeploy does not know. */
function routing({ weights, bake }: Config["rollout"]) {
  const [first = 100, ...others] = weights;
  if (others.length === 0) return { Type: "AllAtOnce" };
  const step = { percentage: first, interval: minutes(bake) };
  if (others.length > 1)
    return { Type: "TimeBasedLinear", TimeBasedLinear: { LinearPercentage: step.percentage, LinearInterval: step.interval } };
  return { Type: "TimeBasedCanary", TimeBasedCanary: { CanaryPercentage: step.percentage, CanaryInterval: step.interval } };
}

/** A deployment configuration cannot be changed, and a new one needs a new name: it says what it does. */
function stepsName(block: Block, thing: string, { weights, bake }: Config["rollout"]): string {
  return block.name("deploy-group", `${thing}-${weights.join("-")}-every-${minutes(bake)}m`);
}

/** What CodeDeploy calls during a deployment to ECS (CodeDeploy User Guide, "AWSCodeDeployRoleForECS"), to this service only. */
function shifterRole(block: Block, { thing, clusterName, service, production, test, tasks }: CodeDeployNeeds): Granted {
  const { site } = block;
  const inCluster = { Cluster: clusterName, Service: att(service, "Name") };
  const ecs = arnOf(site.region, "ecs", site.account, "");
  return role(
    block,
    `${thing}-deploy`,
    "Shifts the service's traffic for CodeDeploy",
    trusts("codedeploy.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [
      allow({
        sid: "ShiftsThisService",
        actions: ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"],
        resources: [sub(`${ecs}service/\${Cluster}/\${Service}`, inCluster), sub(`${ecs}task-set/\${Cluster}/\${Service}/*`, inCluster)],
      }),
      allow({
        actions: [
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetGroups",
        ],
        resources: anyResource("DescribingLoadBalancersKnowsNoResource"),
      }),
      allow({ sid: "MovesTraffic", actions: "elasticloadbalancing:ModifyListener", resources: [ref(production), ref(test)] }),
      allow({
        sid: "WatchesAlarms",
        actions: "cloudwatch:DescribeAlarms",
        resources: arnOf(site.region, "cloudwatch", site.account, "alarm:*"),
      }),
      allow({
        sid: "StartsTasksWithTheirRoles",
        actions: "iam:PassRole",
        resources: [att(tasks.execution.role, "Arn"), att(tasks.app.role, "Arn")],
        conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ],
  );
}
