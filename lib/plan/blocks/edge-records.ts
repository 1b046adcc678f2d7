import { cloudFrontZone } from "../../aws/edge-addresses.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att } from "../template.ts";
import type { Distribution } from "./distribution.ts";

/** The domain leads to CloudFront, by IPv4 and IPv6 (A15). */
export function edgeRecords(block: Block, domain: string, zoneId: Value<string>, made: Distribution): void {
  for (const Type of ["A", "AAAA"]) {
    block.add(
      `Record ${Type}`,
      "AWS::Route53::RecordSet",
      {
        HostedZoneId: zoneId,
        Name: domain,
        Type,
        AliasTarget: { DNSName: att(made, "DomainName"), HostedZoneId: cloudFrontZone, EvaluateTargetHealth: false },
      },
      { proves: ["A15"] },
    );
  }
}
