import {
  type Action,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { commandLine } from "../../base/commands.ts";
import { UserError } from "../../base/errors.ts";
import { otherSlot, type Slot, type Weight, weight } from "../../base/outcome.ts";
import { duration } from "../../base/time.ts";
import type { Router } from "../../ports/router.ts";
import { done, type Result } from "../../ports/step-result.ts";
import { type Entrance, testAddress } from "./address.ts";
import { asked } from "./failure.ts";

/** A rule of a listener that forwards to the target groups of both slots, and the way to each for tests. */
export interface ListenerRule {
  readonly client: ElasticLoadBalancingV2Client;
  readonly environment: string;
  readonly ruleArn: string;
  readonly groups: Readonly<Record<Slot, string>>;
  readonly entrance: Entrance;
}

/** Weights go to tenths of a percent: a target group's is a whole number from 0 to 999 (ELB API reference, TargetGroupTuple). */
const parts = 10;

/** How soon a rule that was changed is looked at again. */
const lookAgainIn = duration(1_000);

/**
 * Splits traffic by the weights of a listener's rule. A shift changes nothing else of the rule and is done once the rule reads back as it was
 * set: from then on new requests follow it. It is sent whatever was read before, which may be older than the last shift: the same weights move
 * nobody.
 */
export function listenerRouter({ client, environment, ruleArn, groups, entrance }: ListenerRule, candidate: Slot): Router {
  const standing = { environment, of: { Rule: ruleArn } };
  const look = async (): Promise<Split> => {
    const { Rules: [rule] = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
    return splitOf(rule?.Actions ?? [], { groups, ruleArn, environment });
  };
  const shift = async (share: Weight): Promise<Result> => {
    const before = await look();
    await client.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: [withShare(before, groups, candidate, share)] }));
    const now = shareOf(await look(), candidate);
    return now === share ? done : { is: "pending", lookAgainIn, because: `the listener still gives ${candidate} ${now} %` };
  };
  // AWS CLI Command Reference, "elbv2 modify-rule": it takes the actions as the API does.
  const byHand = async (slot: Slot): Promise<string> => {
    const actions = JSON.stringify([withShare(await look(), groups, slot, weight(100))]);
    const at = ["--region", await client.config.region(), "--rule-arn", ruleArn];
    return commandLine("aws", "elbv2", "modify-rule", ...at, "--actions", actions);
  };
  return {
    weight: () => asked("read the weights", async () => shareOf(await look(), candidate), standing),
    shift: (share) => asked(`give ${candidate} ${share} % of the traffic`, () => shift(share), standing),
    test: async (slot) => testAddress(entrance, slot),
    byHand: (slot) => asked("read the weights", () => byHand(slot), standing),
  };
}

/** The rule's one action, and what it gives to each slot. */
interface Split {
  readonly action: Action;
  readonly weights: Readonly<Record<Slot, number>>;
}

function splitOf(
  actions: readonly Action[],
  { groups, ruleArn, environment }: Pick<ListenerRule, "groups" | "ruleArn" | "environment">,
): Split {
  const [action, ...others] = actions;
  const targets = action?.ForwardConfig?.TargetGroups ?? [];
  const weightOf = (slot: Slot) => targets.find(({ TargetGroupArn }) => TargetGroupArn === groups[slot])?.Weight;
  const [blue, green] = [weightOf("blue"), weightOf("green")];
  const whole = targets.length === 2 && others.length === 0 && blue !== undefined && green !== undefined && blue + green > 0;
  if (!action || !whole) {
    throw new UserError(
      "world/changed",
      `the rule ${ruleArn} does not split the traffic between the two target groups of the service`,
      `somebody changed it: put it back as the plan says, which is told by: sluice plan ${environment} --format json; then release again`,
      [JSON.stringify(actions)],
    );
  }
  return { action, weights: { blue, green } };
}

/** To a tenth of a percent, as it can be set. */
function shareOf({ weights }: Split, slot: Slot): Weight {
  return weight(Math.round((100 * parts * weights[slot]) / (weights.blue + weights.green)) / parts);
}

function withShare({ action }: Split, groups: Readonly<Record<Slot, string>>, slot: Slot, share: Weight): Action {
  // All to one is 100 and 0, as 1000 would be too much.
  const scale = Number.isInteger(share) ? 1 : parts;
  const own = Math.round(share * scale);
  if (own / scale !== share) throw new RangeError(`a listener cannot give ${share} %; the rules let this pass`);
  const { TargetGroupArn: _, ForwardConfig, ...rest } = action;
  return {
    ...rest,
    ForwardConfig: {
      ...ForwardConfig,
      TargetGroups: [
        { TargetGroupArn: groups[slot], Weight: own },
        { TargetGroupArn: groups[otherSlot(slot)], Weight: 100 * scale - own },
      ],
    },
  };
}
