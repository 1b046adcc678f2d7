import { expect, it } from "vitest";
import type { Templates } from "../template.ts";
import { passes, tiersOf, wayOut } from "../tiers.ts";
import { both, byName, config, planned } from "./plans.ts";

const somewhere = "2001:db8::9";
const without = planned({ network: { ...config.network, ipv6: false } });

it.each(both)(
  "B15 AWS gives the network addresses of IPv6, and each subnet a /64 of its own once they are there (%s)",
  (_name, templates) => {
    const vpc = templates.one("AWS::EC2::VPC");
    const given = templates.one("AWS::EC2::VPCCidrBlock");
    expect([given.at("VpcId"), given.at("AmazonProvidedIpv6CidrBlock")]).toEqual([vpc.ref, true]);
    const subnets = templates.all("AWS::EC2::Subnet");
    const whole = { "Fn::Select": ["0", vpc.attribute("Ipv6CidrBlocks")] };
    const places = subnets.map((subnet) => {
      // Amazon VPC User Guide, "Subnet CIDR blocks": a VPC's /56 has 256 blocks of /64, of which 64 bits are free.
      expect(subnet.at("Ipv6CidrBlock.Fn::Select.1")).toEqual({ "Fn::Cidr": [whole, "32", "64"] });
      expect(subnet.after).toContainEqual(expect.objectContaining({ ref: given.ref }));
      return Number(subnet.at("Ipv6CidrBlock.Fn::Select.0"));
    });
    expect(new Set(places).size).toBe(subnets.length);
    for (const place of places) expect(place).toBeLessThan(32);
  },
);

it("B15 one more zone moves no subnet's addresses of IPv6", () => {
  const placesOf = (templates: Templates) =>
    new Map(templates.all("AWS::EC2::Subnet").map((one) => [one.id, one.at("Ipv6CidrBlock.Fn::Select.0")]));
  const more = placesOf(planned({ network: { ...config.network, zones: 6 } }));
  for (const [id, place] of placesOf(planned({}))) expect([id, more.get(id)]).toEqual([id, place]);
  expect(new Set(more.values()).size).toBe(18);
});

it.each(both)(
  "B15 the public tier is reached by IPv6, the private one goes out alone, the isolated one has no way (%s)",
  (_name, templates) => {
    const { open, inner, closed } = tiersOf(templates);
    const ways = (subnets: typeof open) => [...new Set(subnets.map((one) => wayOut(templates, one, "IPv6")?.type))];
    expect(ways(open)).toEqual(["AWS::EC2::InternetGateway"]);
    // Amazon VPC User Guide, "Egress-only internet gateways": every address of IPv6 is public, and this lets nothing in.
    expect(ways(inner)).toEqual(["AWS::EC2::EgressOnlyInternetGateway"]);
    expect(ways(closed)).toEqual([undefined]);
    const assigned = (subnets: typeof open) => [...new Set(subnets.map((one) => one.at("AssignIpv6AddressOnCreation")))];
    expect([assigned(open), assigned(inner), assigned(closed)]).toEqual([[true], [true], [false]]);
  },
);

it.each(both)("B15 network ACLs let callers and answers in by IPv6, and nothing to the data (%s)", (_name, templates) => {
  const { open, inner, closed } = tiersOf(templates);
  const into = (subnet: (typeof open)[0], ...ports: readonly number[]) =>
    ports.map((port) => passes(templates, subnet, "in", somewhere, port));
  for (const one of open) expect(into(one, 443, 80, 22, 50_000)).toEqual([true, false, false, true]);
  for (const one of inner) expect(into(one, 443, 22, 50_000)).toEqual([false, false, true]);
  for (const one of closed) expect(into(one, 443, 3306, 50_000)).toEqual([false, false, false]);
  for (const one of [...open, ...inner]) expect(passes(templates, one, "out", somewhere, 443)).toBe(true);
  for (const one of closed) expect(passes(templates, one, "out", somewhere, 443)).toBe(false);
});

it.each([...both, ["production, by name", byName] as const])(
  "B04 B12 callers reach the load balancer by IPv4 and IPv6, under a name with an address of each (%s)",
  (_name, templates) => {
    for (const balancer of templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer")) {
      // Elastic Load Balancing, "IP address types for your Application Load Balancer": dualstack, its group and lists must let IPv6 in.
      expect([balancer.at("IpAddressType"), balancer.at("Scheme")]).toEqual(["dualstack", "internet-facing"]);
      const leading = templates
        .all("AWS::Route53::RecordSet")
        .filter((one) => one.at("AliasTarget.DNSName") === balancer.attribute("DNSName"));
      expect(leading.map((one) => one.at("Type"))).toEqual(["A", "AAAA"]);
      const [a, aaaa] = leading.map(({ value }) => ({ ...Object(value), Type: undefined }));
      expect(aaaa).toEqual(a);
    }
  },
);

it("B12 B15 without it nothing is of IPv6", () => {
  const found = without.found.map(({ id, type, value }) => JSON.stringify([id, type, value]));
  expect(found.filter((one) => /ipv6|::\/0|dualstack|AAAA|EgressOnly/i.test(one))).toEqual([]);
});
