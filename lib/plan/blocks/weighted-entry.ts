import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import { productionPort, testPort, tls } from "./balancer.ts";
import type { Colours } from "./target-groups.ts";

interface WeightedNeeds {
  readonly balancerArn: Value<string>;
  readonly certificateArn: Value<string>;
  readonly colours: Colours;
  /** Without it a release moves the weights, from blue's 100 % on. */
  readonly start?: Start;
}

/** Who gets what share in % at first, and whether somebody else than the engine moves it from there. */
interface Start {
  readonly shares: Readonly<Record<Slot, number>>;
  readonly releaseOwns: boolean;
}

const blueAlone: Start = { shares: { blue: 100, green: 0 }, releaseOwns: true };

/** The way in for callers and the one for tests, by header, to one slot. */
export interface WeightedEntry {
  readonly production: Resource<"AWS::ElasticLoadBalancingV2::Listener">;
  readonly test: Resource<"AWS::ElasticLoadBalancingV2::Listener">;
  /** What a release moves: the shares of blue and green. */
  readonly split: Rule;
}

/** The header by which a test says which slot is to answer it. */
export const slotHeader = "x-sluice-slot";

/**
 * The listeners of a service whose weights Sluice or the engine holds. The weights are alone in a rule of their own: a change of any other
 * property of the same resource would send them again, in the middle of a release (B05, A09).
 */
export function weightedEntry(block: Block, { balancerArn, certificateArn, colours, start = blueAlone }: WeightedNeeds): WeightedEntry {
  const listener = (what: string, port: number, StatusCode: string) =>
    block.add(
      `${what} listener`,
      "AWS::ElasticLoadBalancingV2::Listener",
      {
        LoadBalancerArn: balancerArn,
        Port: port,
        ...tls(certificateArn),
        Tags: block.site.tags,
        DefaultActions: [
          { Type: "fixed-response", FixedResponseConfig: { StatusCode, ContentType: "text/plain", MessageBody: "no rule" } },
        ],
      },
      { proves: ["B04"] },
    );
  const production = listener("Production", productionPort, "503");
  // What names no slot is known to be bad: every gate must trip on it (ADR 0004).
  const test = listener("Test", testPort, "500");
  const split = splitRule(block, "Split", ref(production), colours, { start });
  testRules(block, ref(test), colours);
  block.stack.output("ProductionListenerArn", ref(production), "Listener of the callers");
  block.stack.output("TestListenerArn", ref(test), "Listener of the tests");
  block.stack.output("SplitRuleArn", ref(split), "Rule that holds the weights of blue and green");
  return { production, test, split };
}

/** A rule of a listener, the only resource that has its weights. */
export type Rule = Resource<"AWS::ElasticLoadBalancingV2::ListenerRule">;

/** Which requests a service takes of those that come to a listener, and how early it is asked: 1 to 25,000, smaller first. */
export interface Taken {
  readonly conditions: Rule["properties"]["Conditions"];
  readonly priority: number;
}

/** All that no other service takes: asked last, so that a service that comes later changes nothing here. */
const theRest: Taken = { conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }], priority: 25_000 };

/** Splits requests to a listener between the two colours. Whoever holds the weights changes its actions, and nothing else is in it. */
export function splitRule(
  block: Block,
  thing: string,
  listenerArn: Value<string>,
  colours: Colours,
  { start: { shares, releaseOwns } = blueAlone, taken = theRest }: { readonly start?: Start; readonly taken?: Taken } = {},
): Rule {
  const TargetGroups = slots.map((slot) => ({ TargetGroupArn: ref(colours[slot]), Weight: shares[slot] }));
  return block.add(
    thing,
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    {
      ListenerArn: listenerArn,
      Priority: 2 * taken.priority,
      Conditions: taken.conditions,
      Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],
    },
    { ...(releaseOwns && { releaseOwns: ["Actions"] }), proves: ["A09", "B05"] },
  );
}

/** Tests reach one slot of a service alone, whatever its weight, by naming it: a rule for each slot. */
export function testRules(block: Block, listenerArn: Value<string>, colours: Colours, taken?: Taken): readonly Rule[] {
  const { conditions = [], priority = theRest.priority } = taken ?? {};
  return slots.map((slot, at) =>
    block.add(
      `Test ${slot}`,
      "AWS::ElasticLoadBalancingV2::ListenerRule",
      {
        ListenerArn: listenerArn,
        Priority: 2 * priority - 1 + at,
        Conditions: [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: slotHeader, Values: [slot] } }, ...conditions],
        Actions: [{ Type: "forward", TargetGroupArn: ref(colours[slot]) }],
        Tags: block.site.tags,
      },
      { proves: ["A09"] },
    ),
  );
}
