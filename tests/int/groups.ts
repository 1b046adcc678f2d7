import { DescribeSecurityGroupsCommand, type IpPermission } from "@aws-sdk/client-ec2";
import type { In } from "./clients.ts";
import { eachOf, type Found } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Security groups: callers from anywhere reach the load balancer by HTTPS alone, and nothing else. */
export function groups(stacks: readonly Stack[], clients: In<"ec2">): Promise<Found> {
  const things = told(stacks, /GroupId$/).map((one) => ({ called: `${one.stack.name} ${one.output} ${one.value}`, ...one }));
  return eachOf(things, "no stack tells of a security group", async ({ stack, output, value }) => {
    const { SecurityGroups: [group] = [] } = await clients(stack.region).ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [value] }));
    const port = output.endsWith("BalancerGroupId") ? 443 : undefined;
    return (group?.IpPermissions ?? [])
      .filter((permission) => isOpen(permission) && !(isOne(permission) && permission.FromPort === port))
      .map((permission) => `anybody may reach ${portsOf(permission)}`);
  });
}

const isOpen = ({ IpRanges = [], Ipv6Ranges = [] }: IpPermission): boolean =>
  IpRanges.some(({ CidrIp }) => CidrIp === "0.0.0.0/0") || Ipv6Ranges.some(({ CidrIpv6 }) => CidrIpv6 === "::/0");

const isOne = ({ IpProtocol, FromPort, ToPort }: IpPermission): boolean => IpProtocol === "tcp" && FromPort === ToPort;

const portsOf = ({ IpProtocol, FromPort, ToPort }: IpPermission): string =>
  IpProtocol === "-1" ? "every port" : `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort} to ${ToPort}`}`;
