import { type Block as Addresses, toText } from "../../aws/cidr.ts";
import { allow, trusts } from "../../aws/policy.ts";
import { zoneNames } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import { ofZone } from "../addresses.ts";
import type { Block } from "../stack.ts";
import { att, ipv6Of, type Resource, ref, sub } from "../template.ts";
import { logGroup } from "./logs.ts";
import { acls } from "./network-acls.ts";
import { gatewayEndpoints, interfaceEndpoints } from "./network-endpoints.ts";
import { linkNetwork, type NetworkLink } from "./network-link.ts";
import { role } from "./role.ts";
import { type Ipv6, named, type Placed, type Subnet, subnet, type Tier, toInternet, toInternetByIpv6, type Vpc } from "./subnets.ts";

/** How large a network is, and what leads out of it; `endpoints` are services of AWS that are reached without NAT. */
export interface NetworkNeeds {
  readonly cidr: Addresses;
  readonly zones: number;
  readonly nat: "per-zone" | "one" | "none";
  readonly endpoints: readonly string[];
  /** Whether callers come to the private tier, by an interface of CloudFront in it. */
  readonly privateCallers: boolean;
  /** Whether it has addresses of IPv6 too. */
  readonly ipv6: boolean;
  readonly flowLogDays: number;
  readonly logsKey: Value<string>;
  /** Without one it reaches no other network. */
  readonly link?: NetworkLink;
}

/** The network that everything else stands on, made here or existing. */
export interface Ground {
  readonly vpcId: Value<string>;
  readonly publicSubnetIds: readonly Value<string>[];
  readonly privateSubnetIds: readonly Value<string>[];
  /** What must be there before callers can come in: the way to the internet. */
  readonly open: readonly Resource[];
  /** Its addresses of IPv6, if it has any. */
  readonly ipv6?: Value<string>;
  /** The addresses under which the private tier reaches the internet, as blocks of one. */
  readonly natCidrs: readonly Value<string>[];
}

/** A VPC with three tiers of subnets over several zones, a route table for each subnet, and a log of its flows (B15). */
export function network(block: Block, needs: NetworkNeeds): Ground {
  const { site } = block;
  const cidr = toText(needs.cidr);
  const vpc = block.add(
    "Vpc",
    "AWS::EC2::VPC",
    { CidrBlock: cidr, EnableDnsSupport: true, EnableDnsHostnames: true, Tags: named(block, "network") },
    { proves: ["B15"] },
  );
  const internet = block.add("Internet gateway", "AWS::EC2::InternetGateway", { Tags: named(block, "internet") });
  const attached = block.add("Internet attachment", "AWS::EC2::VPCGatewayAttachment", {
    VpcId: ref(vpc),
    InternetGatewayId: ref(internet),
  });

  const ipv6 = needs.ipv6 ? addressesOfIpv6(block, vpc) : undefined;
  const zones = zoneNames(site.region, needs.zones);
  const places = zones.map((zone, at) => ({ zone, number: at + 1, addresses: ofZone(needs.cidr, at) }));
  const rows = places.map(({ zone, number, addresses }) => ({
    public: subnet(block, vpc, "public", number, zone, addresses.public, ipv6),
    private: subnet(block, vpc, "private", number, zone, addresses.private, ipv6),
    isolated: subnet(block, vpc, "isolated", number, zone, addresses.isolated, ipv6),
  }));

  const gateways = natGateways(block, rows.slice(0, { "per-zone": rows.length, one: 1, none: 0 }[needs.nat]), attached);
  rows.forEach((row, at) => {
    const number = at + 1;
    block.add(`Public route ${number}`, "AWS::EC2::Route", toInternet(row.public.table, { GatewayId: ref(internet) }), {
      after: [attached],
    });
    const nat = gateways[at] ?? gateways[0];
    if (nat) block.add(`Private route ${number}`, "AWS::EC2::Route", toInternet(row.private.table, { NatGatewayId: ref(nat.gateway) }));
  });
  if (ipv6) routesOfIpv6(block, rows, ref(internet), attached, ipv6);

  const subnets = {
    public: rows.map((row) => row.public.subnet),
    private: rows.map((row) => row.private.subnet),
    isolated: rows.map((row) => row.isolated.subnet),
  };
  acls(block, vpc, cidr, subnets, { ...needs, askedBy: needs.link?.askedBy ?? [] });
  if (needs.link) linkNetwork(block, vpc, rows, needs.link);
  gatewayEndpoints(
    block,
    vpc,
    rows.flatMap((row) => [row.private.table, row.isolated.table]),
  );
  interfaceEndpoints(block, vpc, cidr, subnets.private, needs.endpoints);
  flowLog(block, vpc, needs);
  const natAddresses = gateways.map(({ address }) => address);
  describe(block, subnets, natAddresses);
  return {
    vpcId: ref(vpc),
    publicSubnetIds: subnets.public.map(ref),
    privateSubnetIds: subnets.private.map(ref),
    open: [attached],
    ...(ipv6 && { ipv6: ipv6Of(vpc) }),
    natCidrs: natAddresses.map(({ id }) => sub(`\${${id}.PublicIp}/32`)),
  };
}

/** Amazon gives the VPC a /56 (Amazon VPC User Guide, "IPv6 addressing for your VPCs and subnets"). */
function addressesOfIpv6(block: Block, vpc: Vpc): Ipv6 {
  return {
    given: block.add("Ipv6", "AWS::EC2::VPCCidrBlock", { VpcId: ref(vpc), AmazonProvidedIpv6CidrBlock: true }, { proves: ["B15"] }),
    wayOut: block.add("Egress gateway", "AWS::EC2::EgressOnlyInternetGateway", { VpcId: ref(vpc), Tags: named(block, "egress") }),
  };
}

/** Both ways for the public tier, out alone for the private one (Amazon VPC User Guide, "Egress-only internet gateways"). */
function routesOfIpv6(
  block: Block,
  rows: readonly Readonly<Record<"public" | "private", Placed>>[],
  internet: Value<string>,
  attached: Resource,
  { wayOut }: Ipv6,
): void {
  rows.forEach((row, at) => {
    const through = toInternetByIpv6(row.public.table, { GatewayId: internet });
    block.add(`Public ipv6 route ${at + 1}`, "AWS::EC2::Route", through, { after: [attached], proves: ["B15"] });
    const out = toInternetByIpv6(row.private.table, { EgressOnlyInternetGatewayId: ref(wayOut) });
    block.add(`Private ipv6 route ${at + 1}`, "AWS::EC2::Route", out, { proves: ["B15"] });
  });
}

/** A NAT gateway with an address of its own in the public subnet of each given zone. */
function natGateways(block: Block, rows: readonly { readonly public: Placed }[], attached: Resource) {
  return rows.map((row, at) => {
    const Tags = named(block, `nat-${at + 1}`);
    const address = block.add(`Nat address ${at + 1}`, "AWS::EC2::EIP", { Domain: "vpc", Tags }, { after: [attached] });
    const gateway = block.add(`Nat ${at + 1}`, "AWS::EC2::NatGateway", {
      SubnetId: ref(row.public.subnet),
      AllocationId: att(address, "AllocationId"),
      Tags,
    });
    return { address, gateway };
  });
}

/** Names what people and tests look for; the private subnets are named where the base offers them. */
function describe(
  { stack }: Block,
  { public: open, isolated }: Readonly<Record<Tier, readonly Subnet[]>>,
  natAddresses: readonly Resource<"AWS::EC2::EIP">[],
): void {
  open.forEach((one, at) => {
    stack.output(`PublicSubnet${at + 1}Id`, ref(one), `Public subnet in zone ${at + 1}`);
  });
  isolated.forEach((one, at) => {
    stack.output(`IsolatedSubnet${at + 1}Id`, ref(one), `Isolated subnet in zone ${at + 1}`);
  });
  natAddresses.forEach((address, at) => {
    stack.output(`NatAddress${at + 1}`, att(address, "PublicIp"), `Address under which the private subnet ${at + 1} reaches the internet`);
  });
}

/** Every flow, taken or refused, in a log of its own (Amazon VPC User Guide, "Publish flow logs to CloudWatch Logs"). */
function flowLog(block: Block, vpc: Vpc, { flowLogDays, logsKey }: NetworkNeeds): void {
  const { site } = block;
  const log = logGroup(block, "flow", logsKey, flowLogDays);
  const writer = role(
    block,
    "flow-log",
    "Writes the network's flow log",
    trusts("vpc-flow-logs.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [
      allow({
        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources: att(log, "Arn"),
      }),
    ],
  );
  block.add(
    "Flow recorder",
    "AWS::EC2::FlowLog",
    {
      ResourceId: ref(vpc),
      ResourceType: "VPC",
      TrafficType: "ALL",
      LogDestinationType: "cloud-watch-logs",
      LogDestination: att(log, "Arn"),
      DeliverLogsPermissionArn: att(writer.role, "Arn"),
      MaxAggregationInterval: 60,
      Tags: named(block, "flow"),
    },
    { after: writer.policies, proves: ["B15", "B18"] },
  );
}
