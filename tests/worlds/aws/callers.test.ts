import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it } from "vitest";
import { callersOf } from "../../../lib/worlds/aws/callers.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const groups = { blue: "arn:blue", green: "arn:green" };
const [listener, rule] = [
  "arn:aws:elasticloadbalancing:x:1:listener/app/a/1/2",
  "arn:aws:elasticloadbalancing:x:1:listener-rule/app/a/1/2/3",
];
const of = (entryArn: string, ...actions: readonly Action[]) => ({
  elb: faked(
    new ElasticLoadBalancingV2Client({ region, credentials }),
    on(DescribeListenersCommand, ({ ListenerArns = [] }) => ({
      Listeners: ListenerArns.includes(listener) ? [{ DefaultActions: [...actions] }] : [],
    })),
    on(DescribeRulesCommand, ({ RuleArns = [] }) => ({ Rules: RuleArns.includes(rule) ? [{ Actions: [...actions] }] : [] })),
  ),
  entryArn,
  groups,
});
const split = (blue: number, green: number): Action => ({
  Type: "forward",
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: groups.blue, Weight: blue },
      { TargetGroupArn: groups.green, Weight: green },
    ],
  },
});

it.each<[string, ReturnType<typeof of>, number]>([
  ["a listener that splits", of(listener, split(90, 10)), 10],
  ["a rule that splits", of(rule, split(3, 1)), 25],
  ["weights of tenths", of(rule, split(995, 5)), 0.5],
  ["a listener that names green alone", of(listener, { Type: "forward", TargetGroupArn: groups.green }), 100],
  ["a listener that names blue alone", of(listener, { Type: "forward", TargetGroupArn: groups.blue }), 0],
  [
    "one group without a weight",
    of(listener, { Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.green }] } }),
    100,
  ],
  ["both at 0", of(listener, split(0, 0)), 0],
  ["an answer of its own", of(listener, { Type: "fixed-response" }), 0],
])("D02 the share of the callers that green gets from %s", async (_what, given, share) => {
  expect(await callersOf(given, "green")).toBe(share);
});
