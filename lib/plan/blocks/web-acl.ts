import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** A firewall; one for CloudFront exists in us-east-1 alone. */
export type WebAcl = Resource<"AWS::WAFv2::WebACL">;

/** AWS's own rules in the order in which they judge (AWS WAF Developer Guide, "AWS Managed Rules rule groups list"). */
const managed = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"];

/** What a firewall stands before: CloudFront, which is global, or the load balancer of a region. */
export type Guarded = "edge" | "balancer";

const scopes = { edge: "CLOUDFRONT", balancer: "REGIONAL" } as const;

/** A firewall: whoever asks too often, known bad addresses, and requests that look like attacks are refused (A15). */
export function webAcl(block: Block, guarded: Guarded, rate: number): WebAcl {
  return block.add(
    "Firewall",
    "AWS::WAFv2::WebACL",
    {
      Name: block.name("web-acl", guarded),
      Scope: scopes[guarded],
      DefaultAction: { Allow: {} },
      Rules: [
        {
          Name: "rate",
          Priority: 0,
          Action: { Block: {} },
          Statement: { RateBasedStatement: { AggregateKeyType: "IP", Limit: rate, EvaluationWindowSec: 300 } },
          VisibilityConfig: seen("rate"),
        },
        ...managed.map((name, at) => ({
          Name: name,
          Priority: at + 1,
          OverrideAction: { None: {} },
          Statement: { ManagedRuleGroupStatement: { VendorName: "AWS", Name: name } },
          VisibilityConfig: seen(name),
        })),
      ],
      VisibilityConfig: seen("all"),
      Tags: block.site.tags,
    },
    { proves: ["A15"] },
  );
}

const seen = (MetricName: string) => ({ CloudWatchMetricsEnabled: true, MetricName, SampledRequestsEnabled: true });
