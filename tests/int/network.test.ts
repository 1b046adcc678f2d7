import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  type IpPermission,
  type Route,
  type VpcState,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { pageOf } from "../worlds/aws/paged.ts";
import { groups } from "./groups.ts";
import { network } from "./network.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const local: Route = { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", State: "active" };
const internet: Route = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1", State: "active" };
const nat: Route = { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "active" };
const endpoint: Route = { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1", State: "active" };

interface Facts {
  readonly state?: VpcState;
  readonly hostnames?: boolean;
  readonly support?: boolean;
  /** That the isolated subnet is in. */
  readonly other?: string;
  readonly zones?: readonly [string, string];
  readonly routes?: Readonly<Record<string, readonly Route[]>>;
}

const outputs = {
  VpcId: "vpc-1",
  NatAddress1: "192.0.2.1",
  PublicSubnet1Id: "public-1",
  PublicSubnet2Id: "public-2",
  PrivateSubnet1Id: "private-1",
  IsolatedSubnet1Id: "isolated-1",
};
const normal = { "public-1": [local, internet], "public-2": [local, internet], "private-1": [local, nat], "isolated-1": [local, endpoint] };

const look = (
  { state = "available", hostnames = true, support = true, other = "vpc-1", zones = ["a", "b"], routes = {} }: Facts,
  told: Record<string, string> = outputs,
) => {
  const ec2 = faked(
    new EC2Client(options),
    on(DescribeSubnetsCommand, ({ SubnetIds = [] }) => ({
      Subnets: SubnetIds.map((SubnetId) => ({
        SubnetId,
        VpcId: SubnetId.startsWith("isolated") ? other : "vpc-1",
        AvailabilityZone: SubnetId.endsWith("2") ? zones[1] : zones[0],
      })),
    })),
    on(DescribeVpcsCommand, ({ VpcIds }) => ({ Vpcs: [{ VpcId: VpcIds?.[0], State: state }] })),
    on(DescribeVpcAttributeCommand, ({ Attribute }) =>
      Attribute === "enableDnsSupport" ? { EnableDnsSupport: { Value: support } } : { EnableDnsHostnames: { Value: hostnames } },
    ),
    on(DescribeRouteTablesCommand, ({ NextToken }) => {
      const all = [
        { Associations: [{ Main: true }], Routes: [local] },
        ...Object.entries({ ...normal, ...routes }).map(([SubnetId, Routes]) => ({ Associations: [{ SubnetId }], Routes: [...Routes] })),
      ];
      const { page, next } = pageOf(all, NextToken);
      return { RouteTables: page, NextToken: next };
    }),
  );
  return network([stack(told)], () => ({ ec2 }));
};

describe("A04 B22 the network", () => {
  it("is fine with public tiers to the internet, private ones by NAT and isolated ones nowhere", async () => {
    expect(await look({})).toEqual(fine);
  });

  it("is fine without any way out where there is no NAT", async () => {
    const { NatAddress1: _, ...told } = outputs;
    expect(await look({ routes: { "private-1": [local] } }, told)).toEqual(fine);
  });

  it.each<[string, Facts, string]>([
    ["one that is not ready", { state: "pending" }, "vpc-1 is pending, not available"],
    ["no names for instances", { hostnames: false }, "DNS host names are off"],
    ["no DNS at all", { support: false }, "DNS support is off"],
    ["a subnet of another network", { other: "vpc-2" }, "isolated-1 is in vpc-2, not in vpc-1"],
    ["a tier in one zone", { zones: ["a", "a"] }, "2 public subnets are in 1 zones"],
    ["a public subnet without a way", { routes: { "public-2": [local] } }, "public public-2 has no route to the internet"],
    [
      "a private subnet that is open",
      { routes: { "private-1": [local, nat, { ...internet, DestinationCidrBlock: "8.8.8.0/24" }] } },
      "private private-1 is open to the internet",
    ],
    [
      "an isolated subnet with a way out",
      { routes: { "isolated-1": [local, nat] } },
      "isolated isolated-1 is not isolated: it has a route to 0.0.0.0/0",
    ],
    [
      "a NAT gateway that is gone",
      { routes: { "private-1": [local, { ...nat, State: "blackhole" }] } },
      "private private-1 has a route to 0.0.0.0/0 whose target is gone",
    ],
  ])("reports %s", async (_, facts, problem) => {
    expect(await look(facts)).toEqual(wrong(`orders-production-use1-base: ${problem}`));
  });

  it("reports all of it at once", async () => {
    const found = await look({ hostnames: false, routes: { "public-1": [local], "private-1": [local] } });
    expect(found).toEqual(
      wrong(
        "orders-production-use1-base: DNS host names are off",
        "orders-production-use1-base: public public-1 has no route to the internet",
        "orders-production-use1-base: private private-1 has no way out through NAT",
      ),
    );
  });

  it("reports a subnet that has no table of its own by the main one", async () => {
    expect(await look({}, { ...outputs, PublicSubnet3Id: "public-3" })).toMatchObject({
      problems: expect.arrayContaining([expect.stringContaining("public public-3 has no route to the internet")]),
    });
  });

  it("is skipped, saying so, where no stack made one", async () => {
    expect(await look({}, { TopicArn: "arn" })).toEqual({
      is: "skipped",
      because: "no stack tells of subnets: the network was there before",
    });
  });
});

describe("B12 security groups", () => {
  const anybody: IpPermission = { IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
  const inside: IpPermission = { IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: "sg-1" }] };
  const ask = (output: string, ...IpPermissions: IpPermission[]) =>
    groups([stack({ [output]: "sg-2" })], () => ({
      ec2: faked(
        new EC2Client(options),
        on(DescribeSecurityGroupsCommand, () => ({ SecurityGroups: [{ GroupId: "sg-2", IpPermissions }] })),
      ),
    }));

  it("are fine with HTTPS for all and the rest from inside", async () => {
    expect(await ask("BalancerGroupId", anybody, { ...inside, IpRanges: [{ CidrIp: "192.0.2.1/32" }] })).toEqual(fine);
    expect(await ask("AppGroupId", inside)).toEqual(fine);
  });

  it.each<[string, string, IpPermission, string]>([
    ["an instance that anybody reaches", "AppGroupId", anybody, "anybody may reach tcp 443"],
    ["another port of the load balancer", "BalancerGroupId", { ...anybody, FromPort: 80, ToPort: 80 }, "anybody may reach tcp 80"],
    ["more ports than the one", "BalancerGroupId", { ...anybody, ToPort: 8443 }, "anybody may reach tcp 443 to 8443"],
    ["all of them", "DatabaseGroupId", { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] }, "anybody may reach every port"],
  ])("report %s", async (_, output, permission, problem) => {
    expect(await ask(output, inside, permission)).toEqual(wrong(`orders-production-use1-base ${output} sg-2: ${problem}`));
  });
});
