import { nameOf } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { testPort } from "../blocks/balancer.ts";
import { type DurableFunction, durableFunction } from "../blocks/durable-function.ts";
import { onceAlarm } from "../blocks/person-alarm.ts";
import { type Released, releaseRights, tellsOfReleases } from "../blocks/release-rights.ts";
import { connect, letOut, letOutTo, securityGroup } from "../blocks/security-group.ts";
import type { Block, Draft } from "../stack.ts";
import { fromStack, ref } from "../template.ts";
import type { Base } from "./base.ts";
import type { ReleaseRecord } from "./record.ts";

/** What the function that carries releases out stands on. */
export interface HostGround extends Base {
  readonly releases: ReleaseRecord;
  /** The bucket of the code of functions, made when the first needs it. */
  readonly code: () => Value<string>;
}

/** The longest invocation of Lambda, which a turn with a self-test comes near: it waits three times for CloudWatch. */
const invocation = 900;
/** A release that waits longer for a person goes on when it is started again. */
const month = 30 * 86_400;

/**
 * The function that carries releases out, in a stack of its own after the service, whose parts it moves. It is inside the network, as the test
 * listener lets nobody else in (ADR 0016).
 */
export function releaseHost(begin: (part: string) => Draft, config: Config, environment: Environment, given: HostGround): void {
  const codeBucket = given.code();
  const stack = begin("release");
  const block = stack.block("Release");
  const host = durableFunction(block, {
    thing: "release",
    description: "Carries releases out, one step a turn",
    codeBucket,
    timeoutSeconds: invocation,
    memory: 512,
    // One release at a time, and a second start that is told so.
    concurrency: 2,
    statements: [...releaseRights(stack.site, releasedBy(stack, config, given)), ...tellsOfReleases(block, given.topicArn)],
    subnetIds: given.privateSubnetIds,
    groupIds: [groupOf(stack, config, environment, given)],
    logsKey: given.logsKeyArn,
    logDays: config.monitoring.logRetention,
    executionSeconds: month,
    retentionDays: 30,
  });
  alarmsOn(stack.block("Alarms"), host, given.topicArn);
  stack.output("ReleaseHostArn", ref(host.alias), "The function that carries releases out, by the alias that it is invoked by");
}

/** What it moves, as the stack of the service tells it. */
function releasedBy({ site }: Draft, { services: [{ name, migrate }] }: Config, { clusterName, releases }: HostGround): Released {
  const stack = { name: nameOf("stack", site, name), region: site.region };
  const told = (output: string) => fromStack(stack, output);
  return {
    ledgerTable: releases.table,
    ledgerKeyArn: releases.keyArn,
    splitRuleArn: told("SplitRuleArn"),
    clusterName,
    serviceNames: { blue: told("BlueServiceName"), green: told("GreenServiceName") },
    migrates: migrate !== undefined,
    taskFamily: nameOf("task-family", site, name),
    taskRoleArns: [told("ExecutionRoleArn"), told("TaskRoleArn")],
  };
}

/**
 * It reaches AWS, and the test listener: that of a load balancer inside the network by its group, which takes tests from all of the network, and
 * that of one which callers reach by its public addresses, to which its name leads from inside too. One that was there before can be either.
 */
function groupOf(stack: Draft, { edge }: Config, { existing }: Environment, { vpcId }: HostGround): Value<string> {
  const groups = stack.block("Groups");
  const side = securityGroup(groups, vpcId, "release", "The function that carries releases out");
  const balancer = (groupId: Value<string>) => ({ name: "balancer", groupId });
  const why = "Tests of a release";
  letOut(groups, side, "services", 443, "0.0.0.0/0", "HTTPS to AWS");
  if (edge) letOutTo(groups, side, balancer(fromStack(inBase(stack), "BalancerGroupId")), testPort, why);
  else letOut(groups, side, "tests", testPort, "0.0.0.0/0", why);
  if (existing.balancer) connect(groups, side, balancer(existing.balancer.securityGroup), testPort, why);
  return side.groupId;
}

const inBase = ({ site }: Draft) => ({ name: nameOf("stack", site, "base"), region: site.region });

/** A release whose host is gone stands still with the weights where they are, until it is started again. */
function alarmsOn(block: Block, { made }: DurableFunction, topicArn: Value<string>): void {
  for (const [thing, MetricName, AlarmDescription] of [
    ["release-failed", "DurableExecutionFailed", "A release stands still: what carried it out failed, and its log says why"],
    ["release-timed-out", "DurableExecutionTimedOut", "A release stands still: it took longer than what carries it out may"],
  ] as const)
    onceAlarm(
      block,
      { thing: `${thing} alarm`, name: thing, topicArn, proves: ["A13"] },
      {
        AlarmDescription,
        Namespace: "AWS/Lambda",
        MetricName,
        Dimensions: [{ Name: "FunctionName", Value: ref(made) }],
        Statistic: "Sum",
        Period: 300,
      },
    );
}
