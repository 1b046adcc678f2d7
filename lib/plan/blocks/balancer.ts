import { logicalId } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Bucket } from "./bucket.ts";
import { balancerPrefix } from "./log-bucket.ts";
import type { Ground } from "./network.ts";
import { letIn, letInByIpv6, type Side, securityGroup } from "./security-group.ts";

/** Where callers come in. */
export const productionPort = 443;
/** Where only tests come in. */
export const testPort = 8443;

/**
 * How long callers keep a connection where DNS chooses the load balancer: after a shift they go on with the old one until it closes. The
 * shortest that Elastic Load Balancing takes; usual is an hour (User Guide for Application Load Balancers, "Edit attributes for your Application
 * Load Balancer": HTTP client keepalive duration).
 */
export const colourKeepAlive = 60;

/** The way in for callers, made here or existing. */
export interface Entry {
  readonly arn: Value<string>;
  /** As its metrics name it. */
  readonly fullName: Value<string>;
  readonly dnsName: Value<string>;
  /** Route 53 zone of its name, for alias records. */
  readonly zoneId: Value<string>;
  /** Whether its name has an address of IPv6. */
  readonly dualstack: boolean;
  readonly group: Side;
}

/** A load balancer for each colour behind one group, between which DNS splits the callers (B05). */
export function balancers(block: Block, groups: Block, ground: Ground, logs: Bucket): Readonly<Record<Slot, Entry>> {
  const group = securityGroup(groups, ground.vpcId, "balancer", "The load balancers");
  letCallersIn(groups, group, ground);
  const placed = { ...facingCallers(ground), logs };
  return { blue: loadBalancer(block, group, { ...placed, slot: "blue" }), green: loadBalancer(block, group, { ...placed, slot: "green" }) };
}

/** An Application Load Balancer in the public subnets: HTTPS only, logged, protected from deletion in a protected environment (B04). */
export function balancer(block: Block, groups: Block, ground: Ground, logs: Bucket): Entry {
  const group = securityGroup(groups, ground.vpcId, "balancer", "The load balancer");
  letCallersIn(groups, group, ground);
  if (ground.ipv6 !== undefined) letInByIpv6(groups, group, "tests", testPort, ground.ipv6, "Tests from inside the network, by IPv6");
  ground.natCidrs.forEach((cidr, at) => {
    // The balancer's name leads to its public addresses, also from inside: tests arrive by way of NAT.
    letIn(groups, group, `tests ${at + 1}`, testPort, cidr, "Tests from inside the network, by NAT");
  });
  return loadBalancer(block, group, { ...facingCallers(ground), logs });
}

function letCallersIn(groups: Block, group: Side, { ipv6 }: Ground): void {
  letIn(groups, group, "anywhere", productionPort, "0.0.0.0/0", "HTTPS from callers anywhere");
  if (ipv6 !== undefined) letInByIpv6(groups, group, "anywhere", productionPort, "::/0", "HTTPS from callers anywhere, by IPv6");
}

const facingCallers = ({ publicSubnetIds, open, ipv6 }: Ground) =>
  ({ scheme: "internet-facing", subnetIds: publicSubnetIds, open, dualstack: ipv6 !== undefined }) as const;

interface Placement {
  readonly scheme: "internal" | "internet-facing";
  readonly subnetIds: readonly Value<string>[];
  readonly logs: Bucket;
  /** The network that it stands in, where Sluice makes it. */
  readonly open: readonly Resource[];
  /** Whether callers come by IPv6 too. Targets are reached by IPv4 all the same. */
  readonly dualstack?: boolean;
  /** Where DNS splits the callers between one balancer for each colour (B05). */
  readonly slot?: Slot;
}

/** A load balancer that this group guards. */
export function loadBalancer(block: Block, group: Side, { scheme, subnetIds, logs, open, slot, dualstack = false }: Placement): Entry {
  const { site } = block;
  const made = block.add(
    slot ? `${slot} balancer` : "Balancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    {
      Name: block.name("load-balancer", slot ? `${slot}-balancer` : "balancer"),
      Type: "application",
      Scheme: scheme,
      IpAddressType: dualstack ? "dualstack" : "ipv4",
      Subnets: subnetIds,
      SecurityGroups: [group.groupId],
      LoadBalancerAttributes: [
        { Key: "access_logs.s3.bucket", Value: ref(logs) },
        { Key: "access_logs.s3.enabled", Value: "true" },
        { Key: "access_logs.s3.prefix", Value: balancerPrefix },
        ...(slot ? [{ Key: "client_keep_alive.seconds", Value: String(colourKeepAlive) }] : []),
        { Key: "deletion_protection.enabled", Value: String(site.protected) },
        { Key: "idle_timeout.timeout_seconds", Value: "60" },
        { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" },
      ],
      Tags: site.tags,
    },
    // It writes to its log when it is made, and takes callers only where the network is open.
    { after: [logs.policy, ...open], protect: site.protected, proves: ["B04", "B18"] },
  );
  const { stack } = block;
  const colour = slot ? logicalId("", slot) : "";
  stack.output(`${colour}BalancerDnsName`, att(made, "DNSName"), "Name of the load balancer in DNS");
  stack.output(`${colour}BalancerZoneId`, att(made, "CanonicalHostedZoneID"), "Route 53 zone of the load balancer, for alias records");
  stack.output(`${colour}BalancerGroupId`, group.groupId, "Security group of the load balancer");
  return {
    arn: ref(made),
    fullName: att(made, "LoadBalancerFullName"),
    dnsName: att(made, "DNSName"),
    zoneId: att(made, "CanonicalHostedZoneID"),
    dualstack,
    group,
  };
}

/** What one listener of the balancer needs to speak TLS. The policy allows TLS 1.2 and 1.3 with forward secrecy only. */
export const tls = (certificateArn: Value<string>) => ({
  Protocol: "HTTPS",
  SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  Certificates: [{ CertificateArn: certificateArn }],
});
