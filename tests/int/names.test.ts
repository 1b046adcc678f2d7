import {
  GetHealthCheckStatusCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { health, names, weights } from "./names.ts";
import type { Stack } from "./outputs.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const alias = (DNSName: string): ResourceRecordSet => ({
  Name: "orders.example.com.",
  Type: "A",
  AliasTarget: { DNSName, HostedZoneId: "Z", EvaluateTargetHealth: true },
});

/** Fifteen checkers, of which some get an answer. */
const route53 = (pages: readonly (readonly ResourceRecordSet[])[], reached: Readonly<Record<string, number>> = {}) => ({
  route53: faked(
    new Route53Client(options),
    on(ListResourceRecordSetsCommand, ({ StartRecordIdentifier }) => {
      const at = Number(StartRecordIdentifier ?? 0);
      const more = at + 1 < pages.length;
      return {
        ResourceRecordSets: [...(pages[at] ?? [])],
        IsTruncated: more,
        MaxItems: 300,
        ...(more && { NextRecordName: "next", NextRecordType: "A" as const, NextRecordIdentifier: String(at + 1) }),
      };
    }),
    on(GetHealthCheckStatusCommand, ({ HealthCheckId = "" }) => ({
      HealthCheckObservations: Array.from({ length: 15 }, (_, at) => ({
        StatusReport: { Status: at < (reached[HealthCheckId] ?? 15) ? "Success: HTTP Status Code 200, OK" : "Failure: timeout" },
      })),
    })),
  ),
});

describe("A04 B05 B22 the zone of the domain", () => {
  const stacks = [
    stack({ ZoneId: "Z1", BalancerDnsName: "shop.elb.amazonaws.com" }),
    stack({ DistributionDomainName: "d1.cloudfront.net" }, "edge"),
  ];

  it("is fine when a record leads to the entrance, however it writes that name, and however many records there are", async () => {
    expect(await names(stacks, () => route53([[alias("dualstack.Shop.elb.amazonaws.com.")]]))).toEqual(fine);
    expect(await names(stacks, () => route53([[alias("other.")], [], [alias("d1.cloudfront.net.")]]))).toEqual(fine);
  });

  it("reports that no record leads there", async () => {
    expect(await names(stacks, () => route53([[alias("old.elb.amazonaws.com.")], []]))).toEqual(
      wrong("zone Z1: no record leads to shop.elb.amazonaws.com or to d1.cloudfront.net"),
    );
  });
});

describe("B05 B22 weights in DNS", () => {
  const stacks: readonly Stack[] = [
    stack({ ZoneId: "Z1", BlueBalancerDnsName: "blue.elb", GreenBalancerDnsName: "green.elb" }),
    stack({ BlueRecordName: "orders.example.com", GreenRecordName: "orders.example.com" }, "shop"),
  ];
  const record = (slot: string, Weight: number): ResourceRecordSet => ({
    ...alias(`${slot}.elb.`),
    SetIdentifier: slot,
    Weight,
    HealthCheckId: `check-${slot}`,
  });
  const good = [record("blue", 90), record("green", 10)];
  const ask = (records: readonly ResourceRecordSet[], reached?: Readonly<Record<string, number>>) =>
    weights(stacks, () => route53([...records.map((one) => [one]), [other]], reached));
  const other: ResourceRecordSet = { ...alias("blue.elb."), Type: "AAAA", SetIdentifier: "blue" };

  it("are fine between two load balancers, each asked for its health", async () => {
    expect(await ask(good)).toEqual(fine);
  });

  it("are fine with one that is not well while nobody is led there", async () => {
    expect(await ask([record("blue", 100), record("green", 0)], { "check-green": 0 })).toEqual(fine);
  });

  it("are fine while more than 18 % of the checkers get an answer", async () => {
    expect(await ask(good, { "check-blue": 3 })).toEqual(fine);
  });

  it.each<[string, readonly ResourceRecordSet[], readonly string[]]>([
    ["a colour without a record", [record("blue", 100)], ["green has no record"]],
    ["no weight above 0", [record("blue", 0), record("green", 0)], ["no colour has a weight, so that both get the same"]],
    [
      "one load balancer for both",
      [record("blue", 90), { ...record("green", 10), AliasTarget: record("blue", 90).AliasTarget }],
      ["the record of green leads to blue.elb, not to green.elb", "both records lead to one load balancer"],
    ],
    [
      "a record that is not asked for its health",
      [record("blue", 90), { ...record("green", 10), HealthCheckId: undefined }],
      ["the record of green has no health check"],
    ],
    [
      "a record that fails over instead",
      [record("blue", 90), { ...record("green", 10), Weight: undefined }],
      ["the record of green has no weight"],
    ],
  ])("report %s", async (_, records, problems) => {
    expect(await ask(records)).toEqual(wrong(...problems.map((problem) => `orders.example.com: ${problem}`)));
  });

  it("are those of the domain alone, which one below it has records for, too", async () => {
    const below = { ...record("green", 10), Name: "www.orders.example.com." };
    expect(await weights(stacks, () => route53([[record("blue", 90)], [below]]))).toEqual(wrong("orders.example.com: green has no record"));
  });

  it("report a colour that callers are led to and that does not answer", async () => {
    expect(await ask(good, { "check-green": 2 })).toEqual(wrong("orders.example.com: green gets callers and does not answer Route 53"));
  });

  it("are skipped, saying so, where DNS splits nobody", async () => {
    expect(await weights(stacks.slice(0, 1), () => route53([]))).toMatchObject({ is: "skipped" });
  });
});

it("B05 A12 health checks of names are fine with an answer, and reported without", async () => {
  const stacks = [stack({ EntryHealthCheckId: "entry", BlueHealthCheckId: "blue" }, "dns")];
  expect(await health(stacks, () => route53([], { blue: 0 }))).toEqual(fine);
  expect(await health(stacks, () => route53([], { entry: 2 }))).toEqual(
    wrong("orders-production-use1-dns EntryHealthCheckId: entry gets no answer"),
  );
});
