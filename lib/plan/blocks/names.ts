import type { Value } from "../../aws/value.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Entry } from "./balancer.ts";
import { type Failover, failoverRecord, recordsTo } from "./failover-record.ts";

/** What of the name is elsewhere: nothing, the zone in the first region's stack, or the record, which leads to CloudFront. */
export interface Reach {
  readonly zoneId?: Value<string> | undefined;
  /** Whether names below the domain lead to the balancer too. */
  readonly below?: boolean;
  /** What the record is: the only one of its name, one of two that DNS chooses from, or none here. */
  readonly record: "only" | "elsewhere" | Failover;
}

/** What a balancer has once the domain leads to it. */
export interface Reached {
  readonly certificateArn: Value<string>;
  /** Where the domain's records are, if Sluice writes them. */
  readonly zoneId?: Value<string>;
}

/** The balancer under its domain name; with the certificate that its listeners show (B05, E03). */
export function reachable(block: Block, environment: Environment, balancer: Entry, reach: Reach): Reached {
  const { domain, zone: given, certificate: existing } = environment;
  if (domain === undefined || given === undefined) {
    if (existing !== undefined) return { certificateArn: existing };
    throw new Error("no certificate and no zone to make one in; the rules let this pass");
  }
  const zoneId = reach.zoneId ?? zone(block, domain, given);
  if (reach.record === "only") record(block, domain, zoneId, balancer);
  else if (reach.record !== "elsewhere") failoverRecord(block, domain, zoneId, balancer, reach.record);
  return { certificateArn: existing ?? ref(certificate(block, domain, zoneId, reach.below)), zoneId };
}

/** The Route 53 zone of a domain: made here, or the id of one that exists. */
function zone(block: Block, domain: string, given: string): Value<string> {
  if (given !== "new") return given;
  const made = block.add(
    "Zone",
    "AWS::Route53::HostedZone",
    {
      Name: domain,
      HostedZoneConfig: { Comment: `Sluice: ${block.site.project} ${block.site.environment}` },
      HostedZoneTags: block.site.tags,
    },
    { keep: block.site.protected ? "retain" : "destroy", proves: ["B05"] },
  );
  return att(made, "Id");
}

/**
 * A certificate that CloudFormation validates by writing the record into the zone. It waits until the zone is delegated to Route 53
 * (CloudFormation, AWS::CertificateManager::Certificate: DNS validation).
 */
export function certificate(
  block: Block,
  domain: string,
  zoneId: Value<string>,
  below = false,
): Resource<"AWS::CertificateManager::Certificate"> {
  return block.add("Certificate", "AWS::CertificateManager::Certificate", {
    DomainName: domain,
    // Validated by the same record as the domain (AWS Certificate Manager User Guide, "DNS validation": wildcard names).
    ...(below && { SubjectAlternativeNames: [`*.${domain}`] }),
    ValidationMethod: "DNS",
    DomainValidationOptions: [{ DomainName: domain, HostedZoneId: zoneId }],
    Tags: block.site.tags,
  });
}

/** A name below the domain, which leads where the domain leads, in whichever region that is. */
export function nameBelow(
  block: Block,
  name: string,
  { domain, zoneId, dualstack }: { readonly domain: string; readonly zoneId: Value<string>; readonly dualstack: boolean },
): void {
  for (const { thing, Type } of recordsTo({ dualstack }))
    block.add(
      thing,
      "AWS::Route53::RecordSet",
      {
        HostedZoneId: zoneId,
        Name: name,
        Type,
        AliasTarget: { DNSName: domain, HostedZoneId: zoneId, EvaluateTargetHealth: true },
      },
      { proves: ["B05"] },
    );
}

/** The name under which callers find the balancer. */
function record(block: Block, domain: string, zoneId: Value<string>, balancer: Entry): void {
  for (const { thing, Type } of recordsTo(balancer))
    block.add(thing, "AWS::Route53::RecordSet", {
      HostedZoneId: zoneId,
      Name: domain,
      Type,
      AliasTarget: { DNSName: balancer.dnsName, HostedZoneId: balancer.zoneId, EvaluateTargetHealth: true },
    });
}
