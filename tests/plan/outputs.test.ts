import { describe, expect, it } from "vitest";
import type { Plan, Stack } from "../../lib/plan/template.ts";
import { systems } from "../judges/systems.ts";
import { named, untold } from "./untold.ts";

/** A plan without one output of one stack. */
const without = ({ stacks, ...plan }: Plan, from: Stack, output: string): Plan => ({
  ...plan,
  stacks: stacks.map((stack) => (stack === from ? { ...stack, outputs: stack.outputs.filter(({ name }) => name !== output) } : stack)),
});

const planOf = (system: string): Plan => {
  const found = systems.find(({ name }) => name === system);
  if (!found) throw new Error(`no system ${system}`);
  return found.plan;
};

describe("B19 an environment tells of", () => {
  it.each(systems)("everything in it that the requirement names, each described: $name", ({ plan }) => {
    expect(untold(plan)).toEqual([]);
  });

  it("each kind of thing somewhere, so that no kind is looked for in vain", () => {
    const types = new Set(systems.flatMap(({ plan }) => plan.stacks.flatMap(({ resources }) => resources.map(({ type }) => type))));
    expect(named.flatMap(({ types: wanted }) => wanted).filter((type) => !types.has(type))).toEqual([]);
  });

  it.each([
    ["b-dev-to-production production", "base", "PrivateSubnet2Id"],
    ["b-dev-to-production production", "base", "EndpointsGroupId"],
    ["b-dev-to-production production", "base", "RecordName"],
    ["b-dev-to-production production", "base", "ZoneId"],
    ["b-dev-to-production production", "base", "FlowLogRoleArn"],
    ["b-dev-to-production production", "base", "ReleasesReplicationRoleArn"],
    ["b-dev-to-production production", "base", "NoticesKeyAlias"],
    ["b-dev-to-production production", "ledger", "LedgerKeyArn"],
    ["b-dev-to-production production", "ledger", "LedgerKeyAlias"],
    ["b-dev-to-production production", "dns", "HealthNoticesKeyArn"],
    ["b-dev-to-production production", "dns", "HealthNoticesKeyAlias"],
    ["b-dev-to-production production", "replica", "ReplicaKeyAlias"],
    ["b-dev-to-production production", "replica", "LogBucketName"],
    ["b-dev-to-production production", "data", "DatabasePort"],
    ["b-dev-to-production production", "data", "DatabaseMonitoringRoleArn"],
    ["b-dev-to-production production", "data", "DatabaseProxyRoleArn"],
    ["b-dev-to-production production", "shop", "ScalingBlueStepsUpAlarmName"],
    ["b-dev-to-production production", "shop", "ScalingGreenStepsDownAlarmName"],
    ["b by name, moved by releases production", "shop", "GreenRecordName"],
    ["a-multi-region-containers production", "edge", "RecordAAAAName"],
    ["a-multi-region-containers production", "data", "Reader1Port"],
    ["a-multi-region-containers production", "standby", "DatabasePort"],
    ["a-multi-region-containers production", "release", "ReleaseGroupId"],
    ["c-pulumi-pipeline tools", "logger", "PrivateSubnet1Id"],
    ["d-container-pipeline production", "base", "ZoneId"],
    ["e-cross-account-pipeline tools", "pipeline", "TopicArn"],
  ])("what is missed without it: %s, %s, %s", (system, part, output) => {
    const plan = planOf(system);
    const stack = plan.stacks.find((one) => one.part === part && one.outputs.some(({ name }) => name === output));
    if (!stack) throw new Error(`no stack ${part} of ${system} has an output ${output}`);
    expect(untold(without(plan, stack, output))).not.toEqual([]);
  });
});
