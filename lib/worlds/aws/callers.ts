import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, type Weight, weight } from "../../base/outcome.ts";

/** Where callers come in, and who may get them: a listener's own action or one of its rules, of which AWS moves the weights. */
export interface Callers {
  readonly elb: ElasticLoadBalancingV2Client;
  /** Of a listener or of a rule. */
  readonly entryArn: string;
  readonly groups: Readonly<Record<Slot, string>>;
}

/** The share of the callers that a slot gets. */
export async function callersOf(given: Callers, slot: Slot): Promise<Weight> {
  const forward = (await actionsAt(given)).find(({ Type }) => Type === "forward");
  const targets = forward?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: forward?.TargetGroupArn, Weight: 1 }];
  // Of one group alone the weight says nothing (ELB API reference, ForwardActionConfig).
  const weightOf = (of: readonly (typeof targets)[number][]) =>
    targets.length === 1 ? of.length : of.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  const [own, all] = [weightOf(targets.filter(({ TargetGroupArn }) => TargetGroupArn === given.groups[slot])), weightOf(targets)];
  return weight(all === 0 ? 0 : Math.round((1_000 * own) / all) / 10);
}

async function actionsAt({ elb, entryArn }: Callers): Promise<readonly Action[]> {
  if (entryArn.includes(":listener-rule/")) {
    const { Rules: [rule] = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [entryArn] }));
    return rule?.Actions ?? [];
  }
  const { Listeners: [listener] = [] } = await elb.send(new DescribeListenersCommand({ ListenerArns: [entryArn] }));
  return listener?.DefaultActions ?? [];
}
