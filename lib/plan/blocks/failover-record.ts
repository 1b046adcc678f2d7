import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { Entry } from "./balancer.ts";
import { failoverCheck } from "./health-check.ts";

/** The records of a name that leads to a load balancer: an address of each kind that it has. */
export const recordsTo = ({ dualstack }: Pick<Entry, "dualstack">): readonly { readonly thing: string; readonly Type: "A" | "AAAA" }[] =>
  dualstack
    ? [
        { thing: "Record", Type: "A" },
        { thing: "Record ipv6", Type: "AAAA" },
      ]
    : [{ thing: "Record", Type: "A" }];

/** Which of two regions a record stands for, and where a copy says that it is well. */
export interface Failover {
  readonly role: "PRIMARY" | "SECONDARY";
  readonly health: string;
}

/**
 * One of two records of a name: DNS answers with the primary region as long as it is healthy, else with the secondary (Amazon Route 53
 * Developer Guide, "Failover routing"; A12). Health is asked for from outside, as callers would.
 */
export function failoverRecord(block: Block, domain: string, zoneId: Value<string>, balancer: Entry, { role, health }: Failover): void {
  const { site } = block;
  const check = failoverCheck(block, balancer.dnsName, health);
  for (const { thing, Type } of recordsTo(balancer))
    block.add(
      thing,
      "AWS::Route53::RecordSet",
      {
        HostedZoneId: zoneId,
        Name: domain,
        Type,
        SetIdentifier: site.region,
        Failover: role,
        HealthCheckId: ref(check),
        AliasTarget: { DNSName: balancer.dnsName, HostedZoneId: balancer.zoneId, EvaluateTargetHealth: true },
      },
      { proves: ["A12", "B05"] },
    );
  block.stack.output("HealthCheckId", ref(check), "Health check of this region");
}
