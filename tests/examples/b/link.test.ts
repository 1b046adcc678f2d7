import { expect, it } from "vitest";
import { passes, tiersOf, within, zonesOf } from "../tiers.ts";
import { configured, development, planned, production } from "./plans.ts";

const gateway = "tgw-0a1b2c3d4e5f60718";
const blocks = { development: "10.50.0.0/16", production: "10.60.0.0/16" };
const links = (templates: typeof production) => templates.all("AWS::EC2::Route").filter((one) => one.at("TransitGatewayId") !== undefined);

it.each([
  ["production", production],
  ["development", development],
] as const)("B09 %s is attached to the transit gateway in every zone, and no way leads there before", (_name, templates) => {
  const attachment = templates.one("AWS::EC2::TransitGatewayAttachment");
  expect([attachment.at("TransitGatewayId"), attachment.at("VpcId")]).toEqual([gateway, templates.one("AWS::EC2::VPC").ref]);
  const within = attachment.texts("SubnetIds").map((one) => templates.follow(one));
  expect(zonesOf(within)).toEqual(zonesOf(tiersOf(templates).inner));
  expect(links(templates).length).toBeGreaterThan(0);
  for (const route of links(templates)) expect(route.after).toContainEqual(attachment);
});

/** The tables of subnets that have a way through the gateway to these addresses. */
const linkedTo = (templates: typeof production, cidr: string): readonly unknown[] =>
  templates
    .all("AWS::EC2::SubnetRouteTableAssociation")
    .filter((one) =>
      links(templates).some((way) => way.at("RouteTableId") === one.at("RouteTableId") && way.at("DestinationCidrBlock") === cidr),
    )
    .map((one) => one.at("SubnetId"));

it("B09 instances of production reach development's database, in every zone, and its answers come back", () => {
  const asking = tiersOf(production).inner;
  const answering = tiersOf(development).closed;
  expect(linkedTo(production, blocks.development)).toEqual(asking.map(({ ref }) => ref));
  expect(linkedTo(development, blocks.production)).toEqual(answering.map(({ ref }) => ref));
  for (const [from, to] of asking.flatMap((one) => answering.map((other) => [one, other] as const))) {
    expect(passes(production, from, "out", within(to), 3306)).toBe(true);
    expect(passes(development, to, "in", within(from), 3306)).toBe(true);
    expect(passes(development, to, "out", within(from), 50_000)).toBe(true);
    expect(passes(production, from, "in", within(to), 50_000)).toBe(true);
  }
});

it("B09 B12 development's database lets in production's network on its port, and nobody else but its proxy", () => {
  const ways = development.all("AWS::EC2::SecurityGroupIngress").filter((one) => one.at("CidrIp") === blocks.production);
  expect(ways.map((one) => [development.follow(one.at("GroupId")).id, one.at("FromPort"), one.at("ToPort")])).toEqual([
    ["GroupsDatabaseGroup", 3306, 3306],
  ]);
});

it("B09 the isolated tier of production lets nobody in from there, and that of development nobody on ports below 1024", () => {
  const [there] = tiersOf(development).closed;
  for (const one of tiersOf(production).closed) expect(passes(production, one, "in", within(there), 3306)).toBe(false);
  const [asking] = tiersOf(production).inner;
  for (const one of tiersOf(development).closed) expect(passes(development, one, "in", within(asking), 22)).toBe(false);
});

it("B09 without a link there is neither an attachment nor a way", () => {
  const environments = configured({}).environments.map((one) => ({ ...one, link: undefined }));
  for (const name of ["production", "development"]) {
    const apart = planned({ environments }, {}, name);
    expect([apart.all("AWS::EC2::TransitGatewayAttachment"), links(apart)]).toEqual([[], []]);
    const ways = apart.all("AWS::EC2::SecurityGroupIngress").filter((one) => apart.follow(one.at("GroupId")).id === "GroupsDatabaseGroup");
    expect(ways.filter((one) => one.at("CidrIp") !== undefined)).toEqual([]);
  }
});
