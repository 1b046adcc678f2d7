import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource } from "../template.ts";

/**
 * A security group that lets nobody in and nothing out. Its doors are resources of their own, since two groups that know each other would
 * refer in a circle. Without any egress AWS opens all of it, hence the one rule that reaches nobody (B12; CloudFormation,
 * AWS::EC2::SecurityGroup: the default outbound rule).
 */
export function securityGroup(block: Block, vpcId: Value<string>, thing: string, description: string): Side {
  const made = block.add(
    `${thing} group`,
    "AWS::EC2::SecurityGroup",
    {
      GroupName: block.name("security-group", thing),
      GroupDescription: description,
      VpcId: vpcId,
      SecurityGroupEgress: [nobody],
      Tags: block.site.tags,
    },
    { proves: ["B12"] },
  );
  return { name: thing, groupId: att(made, "GroupId") };
}

/** An ICMP type that is not assigned, to an address that no host has. */
export const nobody = {
  CidrIp: "255.255.255.255/32",
  Description: "Nothing leaves but by the rules beside",
  FromPort: 252,
  IpProtocol: "icmp",
  ToPort: 86,
};

/** One side of a way: a group by the name that its rules carry, made here or existing. */
export interface Side {
  readonly name: string;
  readonly groupId: Value<string>;
}

/** A way between two groups; said on both sides. What uses it at once must come after it (B18). */
export function connect(block: Block, from: Side, to: Side, port: number, because: string): readonly Resource[] {
  return [
    letOutTo(block, from, to, port, because),
    block.add(`${wayOf(from, to, port)} in`, "AWS::EC2::SecurityGroupIngress", {
      ...tcp(to, port, because),
      SourceSecurityGroupId: from.groupId,
    }),
  ];
}

/** Lets a group reach another one, which lets it in by a rule of its own. */
export function letOutTo(block: Block, from: Side, to: Side, port: number, because: string): Resource {
  const way = { ...tcp(from, port, because), DestinationSecurityGroupId: to.groupId };
  return block.add(`${wayOf(from, to, port)} out`, "AWS::EC2::SecurityGroupEgress", way);
}

const wayOf = (from: Side, to: Side, port: number): string => `${from.name} to ${to.name} on ${port}`;

/** Lets a block of addresses in. `thing` tells the doors of a group apart. */
export function letIn(block: Block, to: Side, thing: string, port: number, cidr: Value<string>, because: string): void {
  block.add(`${to.name} in from ${thing}`, "AWS::EC2::SecurityGroupIngress", { ...tcp(to, port, because), CidrIp: cidr });
}

/** Lets a block of IPv6 addresses in. */
export function letInByIpv6(block: Block, to: Side, thing: string, port: number, cidr: Value<string>, because: string): void {
  block.add(`${to.name} in from ${thing} by ipv6`, "AWS::EC2::SecurityGroupIngress", { ...tcp(to, port, because), CidrIpv6: cidr });
}

/** Lets the addresses of a prefix list in. */
export function letInList(block: Block, to: Side, thing: string, port: number, list: Value<string>, because: string): void {
  block.add(`${to.name} in from ${thing}`, "AWS::EC2::SecurityGroupIngress", { ...tcp(to, port, because), SourcePrefixListId: list });
}

/** Lets a group reach a block of addresses. */
export function letOut(block: Block, from: Side, thing: string, port: number, cidr: Value<string>, because: string): Resource {
  return block.add(`${from.name} out to ${thing}`, "AWS::EC2::SecurityGroupEgress", { ...tcp(from, port, because), CidrIp: cidr });
}

/** Lets a group reach AWS and whatever else speaks HTTPS, by every kind of address that its network has. */
export function letOutToServices(block: Block, from: Side, because: string, ipv6: boolean): Resource {
  if (ipv6)
    block.add(`${from.name} out to services by ipv6`, "AWS::EC2::SecurityGroupEgress", { ...tcp(from, 443, because), CidrIpv6: "::/0" });
  return letOut(block, from, "services", 443, "0.0.0.0/0", because);
}

const tcp = ({ groupId }: Side, port: number, because: string) => ({
  GroupId: groupId,
  IpProtocol: "tcp",
  FromPort: port,
  ToPort: port,
  Description: because,
});
