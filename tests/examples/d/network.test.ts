import { describe, expect, it } from "vitest";
import { contains, overlaps } from "../../../lib/aws/cidr.ts";
import { grantsOf, statementsOf } from "../policies.ts";
import type { Found } from "../template.ts";
import { blockOf, passes, tiersOf, wayOut, within, zonesOf } from "../tiers.ts";
import { both, changed, config, production, staging } from "./plans.ts";

it.each(both)("B15 three tiers, each over the same two zones of the region: open, behind NAT, and closed (%s)", (_name, templates) => {
  const { open, inner, closed } = tiersOf(templates);
  for (const tier of [open, inner, closed]) expect(zonesOf(tier)).toEqual(["eu-west-1a", "eu-west-1b"]);
  const vpc = templates.one("AWS::EC2::VPC");
  for (const one of [...open, ...inner, ...closed]) {
    expect(one.at("VpcId")).toBe(vpc.ref);
    expect(one.at("MapPublicIpOnLaunch")).toBe(false);
  }
  expect(vpc.value).toMatchObject({ EnableDnsSupport: true, EnableDnsHostnames: true });
});

it.each(both)("B15 every subnet has a route table of its own in this network (%s)", (_name, templates) => {
  const associations = templates.all("AWS::EC2::SubnetRouteTableAssociation");
  const subnets = templates.all("AWS::EC2::Subnet");
  expect(associations.map((one) => one.at("SubnetId")).sort()).toEqual(subnets.map(({ ref }) => ref).sort());
  expect(new Set(associations.map((one) => one.at("RouteTableId"))).size).toBe(subnets.length);
  for (const table of templates.all("AWS::EC2::RouteTable")) expect(table.at("VpcId")).toBe(templates.one("AWS::EC2::VPC").ref);
});

it.each(both)(
  "B15 each zone's private subnet leaves by the NAT gateway of its own zone, which stands in an open subnet (%s)",
  (_name, templates) => {
    const { open, inner } = tiersOf(templates);
    for (const subnet of inner) {
      const gateway = wayOut(templates, subnet);
      const home = templates.follow(gateway?.at("SubnetId"));
      expect(open).toContain(home);
      expect(home.at("AvailabilityZone")).toBe(subnet.at("AvailabilityZone"));
      expect(templates.follow(gateway?.at("AllocationId")).type).toBe("AWS::EC2::EIP");
    }
  },
);

it("B15 one NAT gateway serves all zones by choice, and none leaves the private tier without a way out", () => {
  const one = changed({ network: { ...config.network, nat: "one" } });
  expect(one.all("AWS::EC2::NatGateway")).toHaveLength(1);
  expect(tiersOf(one).inner).toHaveLength(2);
  const none = changed({ network: { ...config.network, nat: "none" } });
  expect(none.all("AWS::EC2::NatGateway")).toEqual([]);
  expect(tiersOf(none).closed).toHaveLength(4);
});

it.each(both)("B15 the subnets lie apart inside the environment's addresses, and are large enough for AWS (%s)", (name, templates) => {
  const network = blockOf(templates.one("AWS::EC2::VPC").at("CidrBlock"));
  expect(network).toEqual(blockOf(config.environments.find((one) => one.name === name)?.cidr));
  const blocks = templates.all("AWS::EC2::Subnet").map((one) => blockOf(one.at("CidrBlock")));
  for (const [at, block] of blocks.entries()) {
    expect(contains(network, block)).toBe(true);
    expect(block.prefix).toBeLessThanOrEqual(28);
    expect(blocks.slice(at + 1).some((other) => overlaps(block, other))).toBe(false);
  }
});

it("B15 the networks of staging and production lie apart, so that they can be joined", () => {
  const [one, other] = [production, staging].map((templates) => blockOf(templates.one("AWS::EC2::VPC").at("CidrBlock")));
  if (!one || !other) throw new Error("two networks");
  expect(overlaps(one, other)).toBe(false);
});

it.each(both)("B15 S3 and DynamoDB are reached by gateway endpoints from every subnet that is not open (%s)", (_name, templates) => {
  const gateways = templates.all("AWS::EC2::VPCEndpoint").filter((one) => one.at("VpcEndpointType") === "Gateway");
  expect(gateways.map((one) => one.at("ServiceName")).sort()).toEqual(["com.amazonaws.eu-west-1.dynamodb", "com.amazonaws.eu-west-1.s3"]);
  const { inner, closed } = tiersOf(templates);
  const tables = templates
    .all("AWS::EC2::SubnetRouteTableAssociation")
    .filter((one) => [...inner, ...closed].some(({ ref }) => ref === one.at("SubnetId")))
    .map((one) => one.text("RouteTableId"));
  for (const gateway of gateways) expect([...gateway.texts("RouteTableIds")].sort()).toEqual([...tables].sort());
});

it("B15 an interface endpoint is in every private subnet, under the service's own name, open to the network on 443", () => {
  const templates = changed({ network: { ...config.network, endpoints: ["ecr.api", "logs"] } });
  const interfaces = templates.all("AWS::EC2::VPCEndpoint").filter((one) => one.at("VpcEndpointType") === "Interface");
  expect(interfaces.map((one) => one.at("ServiceName"))).toEqual(["com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.logs"]);
  for (const one of interfaces) {
    expect(one.texts("SubnetIds")).toEqual(tiersOf(templates).inner.map(({ ref }) => ref));
    expect(one.at("PrivateDnsEnabled")).toBe(true);
    const doors = templates.all("AWS::EC2::SecurityGroupIngress").filter((door) => door.at("GroupId") === one.texts("SecurityGroupIds")[0]);
    expect(doors.map((door) => [door.at("CidrIp"), door.at("FromPort"), door.at("ToPort")])).toEqual([
      [templates.one("AWS::EC2::VPC").at("CidrBlock"), 443, 443],
    ]);
  }
});

describe("B15 network ACLs", () => {
  const internet = "203.0.113.9/32";

  it.each(both)("are one per tier, of this network, and no subnet is left to the open default (%s)", (_name, templates) => {
    const { open, inner, closed } = tiersOf(templates);
    const listsOf = (tier: readonly Found[]) =>
      tier.map((subnet) => {
        const association = templates.one("AWS::EC2::SubnetNetworkAclAssociation", (one) => one.at("SubnetId") === subnet.ref);
        return templates.follow(association.at("NetworkAclId"));
      });
    const lists = [open, inner, closed].map((tier) => new Set(listsOf(tier)));
    expect(lists.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(new Set(lists.flatMap((one) => [...one])).size).toBe(3);
    for (const list of templates.all("AWS::EC2::NetworkAcl")) expect(list.at("VpcId")).toBe(templates.one("AWS::EC2::VPC").ref);
  });

  it.each(both)("let callers in on 443, the balancer to the app, and answers back (%s)", (_name, templates) => {
    const { open, inner } = tiersOf(templates);
    expect(passes(templates, open[0], "in", internet, 443)).toBe(true);
    expect(passes(templates, open[0], "out", internet, 50_000)).toBe(true);
    for (const app of inner) {
      expect(passes(templates, open[0], "out", within(app), 8080)).toBe(true);
      expect(passes(templates, app, "in", within(open[0]), 8080)).toBe(true);
      expect(passes(templates, app, "out", within(open[0]), 50_000)).toBe(true);
      expect(passes(templates, open[0], "in", within(app), 50_000)).toBe(true);
    }
  });

  it.each(both)("let the app out to HTTPS by NAT, and its answers back in (%s)", (_name, templates) => {
    const { open, inner } = tiersOf(templates);
    expect(passes(templates, inner[0], "out", internet, 443)).toBe(true);
    expect(passes(templates, inner[0], "in", internet, 50_000)).toBe(true);
    expect(passes(templates, open[0], "in", internet, 50_000)).toBe(true);
  });

  it.each(both)("keep low ports closed from outside, and the closed tier to the network (%s)", (_name, templates) => {
    const { open, inner, closed } = tiersOf(templates);
    for (const port of [22, 80]) expect(passes(templates, open[0], "in", internet, port)).toBe(false);
    for (const port of [22, 80, 443]) expect(passes(templates, inner[0], "in", internet, port)).toBe(false);
    for (const subnet of closed) {
      expect(passes(templates, subnet, "in", internet, 50_000)).toBe(false);
      expect(passes(templates, subnet, "out", internet, 443)).toBe(false);
      expect(passes(templates, subnet, "in", within(inner[0]), 5432)).toBe(true);
    }
  });
});

it.each(both)("B15 every flow is logged, to an encrypted log group that only the flow log's role writes (%s)", (_name, templates) => {
  const flow = templates.one("AWS::EC2::FlowLog");
  expect(flow.value).toMatchObject({ ResourceId: templates.one("AWS::EC2::VPC").ref, ResourceType: "VPC", TrafficType: "ALL" });
  const log = templates.follow(flow.at("LogDestination"));
  expect(flow.at("LogDestination")).toBe(log.attribute("Arn"));
  expect(templates.follow(log.at("KmsKeyId")).type).toBe("AWS::KMS::Key");
  const role = templates.follow(flow.at("DeliverLogsPermissionArn"));
  expect(statementsOf(role, "AssumeRolePolicyDocument")[0]?.services).toEqual(["vpc-flow-logs.amazonaws.com"]);
  expect(grantsOf(templates, role).map((one) => one.resources)).toEqual([[log.attribute("Arn")]]);
});

it.each(both)("B18 the flow log comes after the rights of its role (%s)", (_name, templates) => {
  const flow = templates.one("AWS::EC2::FlowLog");
  const role = templates.follow(flow.at("DeliverLogsPermissionArn"));
  expect(flow.after.map((one) => one.at("RoleName"))).toEqual([role.ref]);
});
