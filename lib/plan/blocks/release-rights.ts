import { arnOf } from "../../aws/arns.ts";
import { allow, anyResource, type Statement, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block, Site } from "../stack.ts";
import { sub } from "../template.ts";
import { registersTasks, type TaskTarget } from "./deploy-to-ecs.ts";
import { publishesTo } from "./topic.ts";

/** What a release moves, and where it is written down. */
export interface Released extends TaskTarget {
  readonly ledgerTable: Value<string>;
  readonly ledgerKeyArn: Value<string>;
  readonly splitRuleArn: Value<string>;
  readonly clusterName: Value<string>;
  readonly serviceNames: Readonly<Record<Slot, Value<string>>>;
  /** Whether it changes the schema of the data. */
  readonly migrates: boolean;
}

/** What lib/worlds/aws calls in the turns of a release, of this ledger, this rule and these two services alone. */
export function releaseRights(site: Site, given: Released): readonly Statement[] {
  return [
    ...keepsTheLedger(site, given),
    allow({ sid: "MovesTheWeights", actions: "elasticloadbalancing:ModifyRule", resources: given.splitRuleArn }),
    ...movesTheSlots(site, given),
    ...registersTasks(site, given),
    ...(given.migrates ? migratesTheData(site, given) : []),
    allow({
      actions: ["ecs:DescribeTaskDefinition", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetHealth"],
      resources: anyResource("DescribingRulesTargetsAndTasksKnowsNoResource"),
    }),
    // Composite alarms are told only to who may ask for all (Amazon CloudWatch API reference, DescribeAlarms).
    allow({
      actions: ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
      resources: anyResource("MetricsKnowNoResourceNorDoAlarmsOverOthers"),
    }),
  ];
}

/** Amazon DynamoDB asks for the table's key in the name of whoever uses the table (Developer Guide, "DynamoDB encryption at rest"). */
export function keepsTheLedger(
  { region, account }: Site,
  { ledgerTable, ledgerKeyArn }: Pick<Released, "ledgerTable" | "ledgerKeyArn">,
): readonly Statement[] {
  return [
    allow({
      sid: "KeepsTheLedger",
      actions: ["dynamodb:PutItem", "dynamodb:Query"],
      resources: sub(arnOf(region, "dynamodb", account, "table/${Table}"), { Table: ledgerTable }),
    }),
    allow({
      sid: "OpensTheLedger",
      actions: "kms:Decrypt",
      resources: ledgerKeyArn,
      conditions: { StringEquals: viaService(region, "dynamodb") },
    }),
  ];
}

/**
 * Amazon ECS Developer Guide, "Permissions required for viewing Amazon ECS service deployments"; Service Authorization Reference: ListTasks is
 * about the container instances of a cluster. The scaling of a service has an id that nobody knows before, and the tags of the plan.
 */
function movesTheSlots({ region, account, project, environment }: Site, { clusterName, serviceNames }: Released): readonly Statement[] {
  const ecs = arnOf(region, "ecs", account, "");
  const ofSlot = (form: string, slot: Slot) => sub(ecs + form, { Cluster: clusterName, Service: serviceNames[slot] });
  const services = slots.map((slot) => ofSlot("service/${Cluster}/${Service}", slot));
  const inCluster = (form: string) => sub(ecs + form, { Cluster: clusterName });
  return [
    allow({
      sid: "MovesTheSlots",
      actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
      resources: services,
    }),
    allow({
      sid: "SeesWhatWasTurnedBack",
      actions: "ecs:DescribeServiceRevisions",
      resources: [...services, ...slots.map((slot) => ofSlot("service-revision/${Cluster}/${Service}/*", slot))],
    }),
    allow({ sid: "FindsTheCopies", actions: "ecs:ListTasks", resources: inCluster("container-instance/${Cluster}/*") }),
    allow({ sid: "SeesTheCopies", actions: "ecs:DescribeTasks", resources: inCluster("task/${Cluster}/*") }),
    allow({
      sid: "SetsTheFewestCopies",
      actions: "application-autoscaling:RegisterScalableTarget",
      resources: arnOf(region, "application-autoscaling", account, "scalable-target/*"),
      conditions: {
        StringEquals: {
          "application-autoscaling:scalable-dimension": "ecs:service:DesiredCount",
          "aws:ResourceTag/Environment": environment,
          "aws:ResourceTag/Project": project,
        },
      },
    }),
  ];
}

/** What tells of a release: the topic that people hear of, and events on the account's own bus in the name of Sluice alone. */
export function tellsOfReleases(block: Block, topicArn: Value<string>): readonly Statement[] {
  const { region, account } = block.site;
  return [
    ...publishesTo(block, topicArn, { publishes: "TellsPeople", seals: "SealsWhatItTells" }),
    allow({
      sid: "PutsEvents",
      actions: "events:PutEvents",
      resources: arnOf(region, "events", account, "event-bus/default"),
      conditions: { StringEquals: { "events:source": "sluice" } },
    }),
  ];
}

/** lib/worlds/aws/job.ts: one task of the service's own family, and its end after the time limit. What it may is the app's (D02). */
function migratesTheData({ region, account }: Site, { clusterName, taskFamily }: Released): readonly Statement[] {
  const ecs = arnOf(region, "ecs", account, "");
  return [
    allow({
      sid: "RunsTheMigration",
      actions: "ecs:RunTask",
      resources: `${ecs}task-definition/${taskFamily}:*`,
      conditions: { ArnEquals: { "ecs:cluster": sub(`${ecs}cluster/\${Cluster}`, { Cluster: clusterName }) } },
    }),
    allow({ sid: "EndsTheMigration", actions: "ecs:StopTask", resources: sub(`${ecs}task/\${Cluster}/*`, { Cluster: clusterName }) }),
  ];
}
