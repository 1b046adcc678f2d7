import {
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  paginateDescribeRouteTables,
  type Route,
  type RouteTable,
  type Subnet,
  type Vpc,
} from "@aws-sdk/client-ec2";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import type { Stack } from "./outputs.ts";

const tiers = ["Public", "Private", "Isolated"] as const;
type Tier = (typeof tiers)[number];

interface Facts {
  readonly vpc: Vpc | undefined;
  readonly dns: { readonly support: boolean | undefined; readonly hostnames: boolean | undefined };
  readonly subnets: readonly Subnet[];
  readonly tables: readonly RouteTable[];
}

/** The network of each stack that has subnets: it is there, gives names, and each tier reaches what it should and nothing else. */
export function network(stacks: readonly Stack[], clients: In<"ec2">): Promise<Found> {
  const things = stacks.filter((stack) => subnetsOf(stack, "Public").length > 0).map((stack) => ({ called: stack.name, stack }));
  return eachOf(things, "no stack tells of subnets: the network was there before", async ({ stack }) =>
    problemsIn(stack, await look(stack, clients(stack.region))),
  );
}

const subnetsOf = ({ outputs }: Stack, tier: Tier): readonly string[] =>
  Object.entries(outputs).flatMap(([output, value]) => (new RegExp(`^${tier}Subnet\\d+Id$`).test(output) ? [value] : []));

async function look(stack: Stack, { ec2 }: ReturnType<In<"ec2">>): Promise<Facts> {
  const SubnetIds = tiers.flatMap((tier) => subnetsOf(stack, tier));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
  const VpcId = stack.outputs.VpcId ?? Subnets[0]?.VpcId;
  const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: VpcId ? [VpcId] : [] }));
  const names = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: "enableDnsHostnames" }));
  const support = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: "enableDnsSupport" }));
  const dns = { support: support.EnableDnsSupport?.Value, hostnames: names.EnableDnsHostnames?.Value };
  return { vpc, dns, subnets: Subnets, tables: await tablesOf(ec2, VpcId) };
}

async function tablesOf(client: EC2Client, vpc: string | undefined): Promise<readonly RouteTable[]> {
  const all: RouteTable[] = [];
  const asked = { Filters: [{ Name: "vpc-id", Values: vpc ? [vpc] : [] }] };
  for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client }, asked)) all.push(...RouteTables);
  return all;
}

function problemsIn(stack: Stack, { vpc, dns, subnets, tables }: Facts): readonly string[] {
  const nat = "NatAddress1" in stack.outputs;
  const ofTier = (tier: Tier): readonly string[] => {
    const ids = subnetsOf(stack, tier);
    const zones = new Set(subnets.filter(({ SubnetId = "" }) => ids.includes(SubnetId)).map(({ AvailabilityZone }) => AvailabilityZone));
    return [
      ...unless(zones.size === ids.length, `${ids.length} ${tier.toLowerCase()} subnets are in ${zones.size} zones`),
      ...ids.flatMap((id) => routeProblems(tier, nat, tableOf(id, tables)).map((problem) => `${tier.toLowerCase()} ${id} ${problem}`)),
    ];
  };
  return [
    ...unless(vpc?.State === "available", `${vpc?.VpcId} is ${vpc?.State}, not available`),
    ...unless(dns.support, "DNS support is off"),
    ...unless(dns.hostnames, "DNS host names are off"),
    ...subnets.filter(({ VpcId }) => VpcId !== vpc?.VpcId).map(({ SubnetId, VpcId }) => `${SubnetId} is in ${VpcId}, not in ${vpc?.VpcId}`),
    ...tiers.flatMap(ofTier),
  ];
}

/** A subnet without a table of its own has the main one (Amazon VPC User Guide, "Subnet route tables"). */
const tableOf = (subnet: string, tables: readonly RouteTable[]): RouteTable | undefined =>
  tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
  tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));

/** What is wrong with the way out of a subnet. A route whose target is gone is a black hole. */
function routeProblems(tier: Tier, nat: boolean, table: RouteTable | undefined): readonly string[] {
  const routes = table?.Routes ?? [];
  const everywhere = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0");
  const dead = routes.filter(({ State }) => State === "blackhole");
  return [
    ...dead.map((route) => `has a route to ${to(route)} whose target is gone`),
    ...(tier === "Public" ? unless(everywhere?.GatewayId?.startsWith("igw-"), "has no route to the internet") : []),
    ...(tier === "Private" && nat ? unless(everywhere?.NatGatewayId !== undefined, "has no way out through NAT") : []),
    ...(tier === "Private" && routes.some(({ GatewayId }) => GatewayId?.startsWith("igw-")) ? ["is open to the internet"] : []),
    ...(tier === "Isolated" ? routes.filter(leads).map((route) => `is not isolated: it has a route to ${to(route)}`) : []),
  ];
}

const to = ({ DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId }: Route): string =>
  DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId ?? "nowhere";

const leads = (route: Route): boolean => ["0.0.0.0/0", "::/0"].includes(to(route));
