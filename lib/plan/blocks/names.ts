import type { Value } from "../../aws/value.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Entry } from "./balancer.ts";

/** The balancer under its domain name; returns the ARN of the certificate that its listeners show (B05, E03). */
export function reachable(block: Block, { domain, zone: given, certificate: existing }: Environment, balancer: Entry): Value<string> {
  if (domain === undefined || given === undefined) {
    if (existing !== undefined) return existing;
    throw new Error("no certificate and no zone to make one in; the rules let this pass");
  }
  const zoneId = zone(block, domain, given);
  record(block, domain, zoneId, balancer);
  return existing ?? ref(certificate(block, domain, zoneId));
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
function certificate(block: Block, domain: string, zoneId: Value<string>): Resource<"AWS::CertificateManager::Certificate"> {
  return block.add("Certificate", "AWS::CertificateManager::Certificate", {
    DomainName: domain,
    ValidationMethod: "DNS",
    DomainValidationOptions: [{ DomainName: domain, HostedZoneId: zoneId }],
    Tags: block.site.tags,
  });
}

/** The name under which callers find the balancer. */
function record(block: Block, domain: string, zoneId: Value<string>, balancer: Entry): void {
  block.add("Record", "AWS::Route53::RecordSet", {
    HostedZoneId: zoneId,
    Name: domain,
    Type: "A",
    AliasTarget: { DNSName: balancer.dnsName, HostedZoneId: balancer.zoneId, EvaluateTargetHealth: true },
  });
}
