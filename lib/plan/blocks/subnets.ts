import { nameOf } from "../../aws/names.ts";
import type { Tag, Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ipv6Of, type Resource, ref } from "../template.ts";

/** The network itself; what is in it, its subnets say. */
export type Vpc = Resource<"AWS::EC2::VPC">;

/** The part of a tier in one zone. */
export type Subnet = Resource<"AWS::EC2::Subnet">;

/** Where what leaves a subnet goes. Each subnet has its own, so that its way out can be that of its zone. */
export type RouteTable = Resource<"AWS::EC2::RouteTable">;

/** The tiers: `public` is reached from the internet, `private` reaches it through NAT, `isolated` neither. */
export type Tier = "public" | "private" | "isolated";
/** From the one that the internet reaches to the one that reaches nothing outside. */
export const tiers: readonly Tier[] = ["public", "private", "isolated"];

/** A subnet with its routes, to which ways out are added later. */
export interface Placed {
  readonly subnet: Subnet;
  readonly table: RouteTable;
}

/** What gives a network its addresses of IPv6, and what lets them out and nothing in. */
export interface Ipv6 {
  readonly given: Resource<"AWS::EC2::VPCCidrBlock">;
  readonly wayOut: Resource<"AWS::EC2::EgressOnlyInternetGateway">;
}

/** The most zones that a tier has places for in the addresses of IPv6. */
const places = 8;

/** A subnet of a tier in a zone, with a route table of its own (B15). Its block of IPv6 follows from tier and zone, so that one more zone moves none. */
export function subnet(block: Block, vpc: Vpc, tier: Tier, number: number, zone: string, addresses: string, ipv6?: Ipv6): Placed {
  const thing = `${tier}-${number}`;
  const made = block.add(
    `${tier} subnet ${number}`,
    "AWS::EC2::Subnet",
    {
      VpcId: ref(vpc),
      AvailabilityZone: zone,
      CidrBlock: addresses,
      MapPublicIpOnLaunch: false,
      ...(ipv6 && {
        Ipv6CidrBlock: ipv6Of(vpc, tiers.indexOf(tier) * places + number - 1),
        AssignIpv6AddressOnCreation: tier !== "isolated",
      }),
      Tags: named(block, thing),
    },
    { ...(ipv6 && { after: [ipv6.given] }), proves: ["B15"] },
  );
  const table = block.add(`${tier} routes ${number}`, "AWS::EC2::RouteTable", { VpcId: ref(vpc), Tags: named(block, thing) });
  block.add(`${tier} subnet ${number} routes`, "AWS::EC2::SubnetRouteTableAssociation", { SubnetId: ref(made), RouteTableId: ref(table) });
  return { subnet: made, table };
}

/** The way to everywhere. */
export function toInternet(table: RouteTable, through: { readonly GatewayId: Value<string> } | { readonly NatGatewayId: Value<string> }) {
  return { RouteTableId: ref(table), DestinationCidrBlock: "0.0.0.0/0", ...through };
}

/** The same by IPv6. Its addresses are all public: a private tier has a way out that answers alone come back by. */
export function toInternetByIpv6(
  table: RouteTable,
  through: { readonly GatewayId: Value<string> } | { readonly EgressOnlyInternetGatewayId: Value<string> },
) {
  return { RouteTableId: ref(table), DestinationIpv6CidrBlock: "::/0", ...through };
}

/** What has no name of its own in AWS is found by its tag. */
export function named(block: Block, thing: string): readonly Tag[] {
  return [...block.site.tags, { Key: "Name", Value: nameOf("stack", block.site, thing) }];
}
