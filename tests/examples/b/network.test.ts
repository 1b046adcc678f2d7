import { expect, it } from "vitest";
import type { Templates } from "../template.ts";
import { passes, tiersOf, wayOut, within, zonesOf } from "../tiers.ts";
import { both } from "./plans.ts";

const gatewaysOf = (templates: Templates, kind: "Gateway" | "Interface") =>
  templates.all("AWS::EC2::VPCEndpoint").filter((one) => one.at("VpcEndpointType") === kind);

it.each(both)("B15 three tiers over two zones, with DNS, and no public address but of NAT and load balancer (%s)", (_name, templates) => {
  const { open, inner, closed } = tiersOf(templates);
  for (const tier of [open, inner, closed]) expect(zonesOf(tier)).toEqual(["us-east-1a", "us-east-1b"]);
  const vpc = templates.one("AWS::EC2::VPC");
  expect([vpc.at("EnableDnsSupport"), vpc.at("EnableDnsHostnames")]).toEqual([true, true]);
  for (const subnet of templates.all("AWS::EC2::Subnet"))
    expect([subnet.at("VpcId"), subnet.at("MapPublicIpOnLaunch")]).toEqual([vpc.ref, false]);
});

it.each(both)(
  "B15 each zone has route tables of its own, and its instances leave by the NAT gateway of their zone (%s)",
  (_name, templates) => {
    const { open, inner } = tiersOf(templates);
    const tables = templates.all("AWS::EC2::SubnetRouteTableAssociation").map((one) => one.at("RouteTableId"));
    expect(new Set(tables).size).toBe(templates.all("AWS::EC2::Subnet").length);
    for (const subnet of inner) {
      const home = templates.follow(wayOut(templates, subnet)?.at("SubnetId"));
      expect(open).toContain(home);
      expect(home.at("AvailabilityZone")).toBe(subnet.at("AvailabilityZone"));
    }
  },
);

it.each(both)(
  "B15 instances and database reach S3 and DynamoDB by gateways, and instances their services by interfaces (%s)",
  (_name, templates) => {
    const { inner, closed } = tiersOf(templates);
    const tables = templates
      .all("AWS::EC2::SubnetRouteTableAssociation")
      .filter((one) => [...inner, ...closed].some(({ ref }) => ref === one.at("SubnetId")))
      .map((one) => one.text("RouteTableId"));
    const gateways = gatewaysOf(templates, "Gateway");
    expect(gateways.map((one) => one.at("ServiceName"))).toEqual(["com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.dynamodb"]);
    for (const one of gateways) expect([...one.texts("RouteTableIds")].sort()).toEqual([...tables].sort());
    // What the start script, the agents and the app ask: parameters, sessions, the secret, logs.
    const interfaces = gatewaysOf(templates, "Interface");
    expect(interfaces.map((one) => one.text("ServiceName").replace("com.amazonaws.us-east-1.", ""))).toEqual([
      "logs",
      "secretsmanager",
      "ssm",
      "ssmmessages",
    ]);
    for (const one of interfaces) {
      expect([one.at("PrivateDnsEnabled"), one.texts("SubnetIds")]).toEqual([true, inner.map(({ ref }) => ref)]);
      const [door] = one.texts("SecurityGroupIds");
      const into = templates.all("AWS::EC2::SecurityGroupIngress").filter((rule) => rule.at("GroupId") === door);
      expect(into.map((rule) => [rule.at("CidrIp"), rule.at("FromPort"), rule.at("ToPort")])).toEqual([
        [templates.one("AWS::EC2::VPC").at("CidrBlock"), 443, 443],
      ]);
    }
  },
);

it.each(both)(
  "B15 network ACLs let requests to the app and queries to the database through, and keep the rest of the world out (%s)",
  (_name, templates) => {
    const { open, inner, closed } = tiersOf(templates);
    const world = "203.0.113.9/32";
    for (const edge of open) expect([443, 80, 22].map((port) => passes(templates, edge, "in", world, port))).toEqual([true, false, false]);
    for (const app of inner) {
      expect(passes(templates, app, "in", within(open[0]), 8080)).toBe(true);
      expect(passes(templates, app, "out", world, 443)).toBe(true);
      expect([443, 80, 22].map((port) => passes(templates, app, "in", world, port))).toEqual([false, false, false]);
      for (const data of closed) {
        expect(passes(templates, data, "in", within(app), 3306)).toBe(true);
        expect(passes(templates, data, "out", within(app), 50_000)).toBe(true);
        expect(passes(templates, data, "in", world, 50_000)).toBe(false);
        expect(passes(templates, data, "out", world, 443)).toBe(false);
      }
    }
  },
);

it.each(both)("B15 B18 every flow is logged, encrypted, by a role that has its rights before (%s)", (_name, templates) => {
  const flow = templates.one("AWS::EC2::FlowLog");
  expect(flow.value).toMatchObject({ ResourceId: templates.one("AWS::EC2::VPC").ref, ResourceType: "VPC", TrafficType: "ALL" });
  const log = templates.follow(flow.at("LogDestination"));
  expect(templates.follow(log.at("KmsKeyId")).id).toBe("EncryptionLogsKey");
  const role = templates.follow(flow.at("DeliverLogsPermissionArn"));
  expect(flow.after.map((one) => one.at("RoleName"))).toEqual([role.ref]);
});
