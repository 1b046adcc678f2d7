import { type Block, contains, parseCidr } from "../../lib/aws/cidr.ts";
import type { Found, Templates } from "./template.ts";

export function blockOf(cidr: unknown): Block {
  const parsed = parseCidr(String(cidr));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.block;
}

/** Where packets from a subnet to the internet go: to what resource, or nowhere. By IPv4, unless it is said. */
export function wayOut(templates: Templates, subnet: Found, by: "IPv4" | "IPv6" = "IPv4"): Found | undefined {
  const association = templates.one("AWS::EC2::SubnetRouteTableAssociation", (one) => one.at("SubnetId") === subnet.ref);
  const routes = templates.all("AWS::EC2::Route").filter((one) => one.at("RouteTableId") === association.at("RouteTableId"));
  const anywhere = { IPv4: ["DestinationCidrBlock", "0.0.0.0/0"], IPv6: ["DestinationIpv6CidrBlock", "::/0"] } as const;
  const [property, all] = anywhere[by];
  const open = routes.find((one) => one.at(property) === all);
  return open && templates.follow(open.at("GatewayId") ?? open.at("NatGatewayId") ?? open.at("EgressOnlyInternetGatewayId"));
}

/** The subnets of each tier, told by where they lead. */
export function tiersOf(templates: Templates): {
  readonly open: readonly Found[];
  readonly inner: readonly Found[];
  readonly closed: readonly Found[];
} {
  const subnets = templates.all("AWS::EC2::Subnet");
  const leading = (to: string | undefined) => subnets.filter((one) => wayOut(templates, one)?.type === to);
  return { open: leading("AWS::EC2::InternetGateway"), inner: leading("AWS::EC2::NatGateway"), closed: leading(undefined) };
}

export const zonesOf = (subnets: readonly Found[]): readonly string[] => subnets.map((one) => one.text("AvailabilityZone")).sort();

/**
 * Whether the list of a subnet lets a packet through; lists know no connections, so answers need a way of their own. A peer of IPv6 is anywhere in
 * the internet, since no plan knows more of such addresses.
 */
export function passes(templates: Templates, subnet: Found | undefined, direction: "in" | "out", peer: string, port: number): boolean {
  const association = templates.one("AWS::EC2::SubnetNetworkAclAssociation", (one) => one.at("SubnetId") === subnet?.ref);
  const entries = templates
    .all("AWS::EC2::NetworkAclEntry")
    .filter((one) => one.at("NetworkAclId") === association.at("NetworkAclId") && one.at("Egress") === (direction === "out"))
    .sort((a, b) => a.number("RuleNumber") - b.number("RuleNumber"));
  const first = entries.find(
    (one) =>
      (peer.includes(":")
        ? one.at("Ipv6CidrBlock") === "::/0"
        : one.at("CidrBlock") !== undefined && contains(blockOf(one.at("CidrBlock")), blockOf(peer))) &&
      (one.at("Protocol") === -1 ||
        (one.at("Protocol") === 6 && one.number("PortRange.From") <= port && port <= one.number("PortRange.To"))),
  );
  return first?.at("RuleAction") === "allow";
}

/** An address in a subnet. */
export const within = (subnet: Found | undefined): string => String(subnet?.text("CidrBlock").replace(/\/\d+$/, "/32"));
