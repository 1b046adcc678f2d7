import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import { productionPort, tls } from "./balancer.ts";
import { recordsTo } from "./failover-record.ts";
import type { Colours } from "./target-groups.ts";
import { slotHeader } from "./weighted-entry.ts";

/** The load balancer of a colour. */
export interface ColourEntry {
  readonly arn: Value<string>;
  readonly dnsName: Value<string>;
  readonly zoneId: Value<string>;
  /** Whether its name has an address of IPv6. */
  readonly dualstack: boolean;
  /** Id of the Route 53 health check that asks it. */
  readonly healthCheckId: Value<string>;
}

interface WeightedNames {
  readonly domain: string;
  readonly zoneId: Value<string>;
  readonly entries: Readonly<Record<Slot, ColourEntry>>;
  readonly start: { readonly shares: Readonly<Record<Slot, number>>; readonly releaseOwns: boolean };
}

/** The listener of each colour's own load balancer: all it gets goes to its colour, and tests reach a colour alone by its load balancer's name. */
export function colourListeners(
  block: Block,
  {
    entries,
    colours,
    certificateArn,
    start,
  }: Pick<WeightedNames, "entries" | "start"> & { readonly colours: Colours; readonly certificateArn: Value<string> },
): readonly Resource[] {
  const [blue, green] = slots.map((slot) => {
    const listener = block.add(
      `${slot} listener`,
      "AWS::ElasticLoadBalancingV2::Listener",
      {
        LoadBalancerArn: entries[slot].arn,
        Port: productionPort,
        ...tls(certificateArn),
        Tags: block.site.tags,
        DefaultActions: [{ Type: "forward", TargetGroupArn: ref(colours[slot]) }],
      },
      { proves: ["B04", "B05"] },
    );
    block.stack.output(`${slot === "blue" ? "Blue" : "Green"}ListenerArn`, ref(listener), `Listener of ${slot}`);
    return listener;
  });
  if (!blue || !green) throw new Error("a release has two slots");
  if (start.releaseOwns) knownBad(block, ref(blue));
  return [blue, green];
}

/** What a request is answered that asks for it by the header: every gate must trip on it before a release moves anything (ADR 0004, ADR 0017). */
function knownBad(block: Block, listenerArn: Value<string>): void {
  block.add(
    "Known bad",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    {
      ListenerArn: listenerArn,
      Priority: 1,
      Conditions: [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: slotHeader, Values: ["known-bad"] } }],
      Actions: [
        { Type: "fixed-response", FixedResponseConfig: { StatusCode: "500", ContentType: "text/plain", MessageBody: "known to be bad" } },
      ],
      Tags: block.site.tags,
    },
    { proves: ["B05", "B06"] },
  );
}

/**
 * One name, two weighted records, each with a load balancer and a health check of its own (B05): DNS answers with a colour that is well.
 * They come after the listeners, so that no name leads to a load balancer that answers nobody (B18).
 */
export function weightedNames(block: Block, { domain, zoneId, entries, start }: WeightedNames, listeners: readonly Resource[]): void {
  for (const slot of slots) {
    const { dnsName, zoneId: HostedZoneId, healthCheckId, dualstack } = entries[slot];
    const [record] = recordsTo({ dualstack }).map(({ thing, Type }) =>
      block.add(
        `${slot} ${thing}`,
        "AWS::Route53::RecordSet",
        {
          HostedZoneId: zoneId,
          Name: domain,
          Type,
          SetIdentifier: slot,
          Weight: start.shares[slot],
          HealthCheckId: healthCheckId,
          AliasTarget: { DNSName: dnsName, HostedZoneId, EvaluateTargetHealth: true },
        },
        { after: listeners, ...(start.releaseOwns && { releaseOwns: ["Weight"] }), proves: ["B05", "B18"] },
      ),
    );
    if (record) block.stack.output(`${slot === "blue" ? "Blue" : "Green"}RecordName`, ref(record), `Record of ${slot}`);
  }
}
