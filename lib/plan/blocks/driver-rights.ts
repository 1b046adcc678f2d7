import { arnOf } from "../../aws/arns.ts";
import { allow, anyResource, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { sub } from "../template.ts";
import { type CodeDeployTarget, registersTasks } from "./deploy-to-ecs.ts";
import { keepsTheLedger, tellsOfReleases } from "./release-rights.ts";

/** A service that a release has CodeDeploy move, and what the release is judged and written down by. */
export interface DrivenRelease extends CodeDeployTarget {
  readonly ledgerTable: Value<string>;
  readonly ledgerKeyArn: Value<string>;
  readonly clusterName: Value<string>;
  readonly serviceName: Value<string>;
  readonly registryArn: Value<string>;
  readonly topicArn: Value<string>;
}

/** What `sluice release` calls from its first look to its end where CodeDeploy moves the callers (ADR 0018), of this service alone. */
export function driverRights(block: Block, given: DrivenRelease): readonly Statement[] {
  const { site } = block;
  return [
    ...keepsTheLedger(site, given),
    ...hasCodeDeployMove(site, given),
    ...seesTheCopies(site, given),
    ...registersTasks(site, given),
    allow({ sid: "FindsTheImage", actions: "ecr:DescribeImages", resources: given.registryArn }),
    // Composite alarms are told only to who may ask for all (Amazon CloudWatch API reference, DescribeAlarms).
    allow({
      actions: ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
      resources: anyResource("MetricsKnowNoResourceNorDoAlarmsOverOthers"),
    }),
    ...seesWhatRoomThereIs(site),
    ...tellsOfReleases(block, given.topicArn),
  ];
}

function hasCodeDeployMove({ region, account }: Site, { application, group, config }: CodeDeployTarget): readonly Statement[] {
  const codedeploy = (form: string, names: Readonly<Record<string, Value<string>>>) =>
    sub(arnOf(region, "codedeploy", account, form), names);
  return [
    allow({
      sid: "DeploysThisService",
      actions: ["codedeploy:BatchGetDeployments", "codedeploy:CreateDeployment", "codedeploy:ListDeployments"],
      resources: codedeploy("deploymentgroup:${Application}/${Group}", { Application: application, Group: group }),
    }),
    allow({
      sid: "HandsTheRevisionOver",
      actions: "codedeploy:RegisterApplicationRevision",
      resources: codedeploy("application:${Application}", { Application: application }),
    }),
    allow({
      sid: "KnowsTheSteps",
      actions: "codedeploy:GetDeploymentConfig",
      resources: codedeploy("deploymentconfig:${Config}", { Config: config }),
    }),
    // Service Authorization Reference, "Actions, resources, and condition keys for AWS CodeDeploy".
    allow({
      actions: ["codedeploy:BatchGetDeploymentTargets", "codedeploy:StopDeployment"],
      resources: anyResource("CodeDeployStopsAndFollowsDeploymentsByIdsOnly"),
    }),
  ];
}

function seesTheCopies({ region, account }: Site, { clusterName: Cluster, serviceName: Service }: DrivenRelease): readonly Statement[] {
  const ecs = (form: string) => sub(arnOf(region, "ecs", account, form), { Cluster });
  const service = sub(arnOf(region, "ecs", account, "service/${Cluster}/${Service}"), { Cluster, Service });
  return [
    allow({ sid: "SeesTheService", actions: "ecs:DescribeServices", resources: service }),
    // Service Authorization Reference: it is about the container instances of a cluster.
    allow({ sid: "FindsTheCopies", actions: "ecs:ListTasks", resources: ecs("container-instance/${Cluster}/*") }),
    allow({ sid: "SeesTheCopies", actions: "ecs:DescribeTasks", resources: ecs("task/${Cluster}/*") }),
    allow({
      actions: [
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: anyResource("DescribingListenersTargetsAndTasksKnowsNoResource"),
    }),
  ];
}

/** lib/actions/release/room.ts: the quotas and the free addresses that the candidate's copies come under. */
function seesWhatRoomThereIs({ region, account }: Site): readonly Statement[] {
  return [
    allow({
      sid: "KnowsTheQuotas",
      actions: "servicequotas:GetServiceQuota",
      resources: ["fargate/L-3032A538", "elasticloadbalancing/L-A0D0B863", "elasticloadbalancing/L-7E6692B2", "vpc/L-DF5E4CA3"].map(
        (code) => arnOf(region, "servicequotas", account, code),
      ),
    }),
    allow({
      actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      resources: anyResource("DescribingSubnetsAndInterfacesKnowsNoResource"),
    }),
    allow({
      actions: "servicequotas:GetAWSDefaultServiceQuota",
      resources: anyResource("WhatEveryAccountIsGivenKnowsNoResource"),
    }),
  ];
}
