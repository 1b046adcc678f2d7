import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type TargetHealthStateEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { pageOf } from "../worlds/aws/paged.ts";
import { balancers, listeners } from "./balancer.ts";
import type { Stack } from "./outputs.ts";
import { fine, options, stack, wrong } from "./standing.ts";
import { targets } from "./targets.ts";

describe("A04 B22 load balancers", () => {
  const ask = (found: LoadBalancer) =>
    balancers([stack({ BlueBalancerArn: "arn:blue", BlueBalancerDnsName: "blue.elb.amazonaws.com" })], () => ({
      elb: faked(
        new ElasticLoadBalancingV2Client(options),
        on(DescribeLoadBalancersCommand, () => ({ LoadBalancers: [found] })),
      ),
    }));

  it("are fine when they are active under their name", async () => {
    expect(await ask({ State: { Code: "active" }, DNSName: "blue.elb.amazonaws.com" })).toEqual(fine);
  });

  it("report one that is not ready, and one under another name", async () => {
    expect(await ask({ State: { Code: "provisioning" }, DNSName: "other.elb.amazonaws.com" })).toEqual(
      wrong(
        "orders-production-use1-base BlueBalancerArn: is provisioning, not active",
        "orders-production-use1-base BlueBalancerArn: is other.elb.amazonaws.com in DNS, not blue.elb.amazonaws.com",
      ),
    );
  });
});

describe("B04 B22 listeners", () => {
  const good: Listener = {
    Protocol: "HTTPS",
    Port: 443,
    SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    Certificates: [{ CertificateArn: "arn:certificate" }],
  };
  const ask = (changes: Partial<Listener>, output = "ProductionListenerArn") =>
    listeners([stack({ [output]: "arn:listener" }, "shop")], () => ({
      elb: faked(
        new ElasticLoadBalancingV2Client(options),
        on(DescribeListenersCommand, () => ({ Listeners: [{ ...good, ...changes }] })),
      ),
    }));

  it("are fine with TLS on 443, that of tests on any port", async () => {
    expect(await ask({})).toEqual(fine);
    expect(await ask({ Port: 8443 }, "TestListenerArn")).toEqual(fine);
  });

  it.each<[string, Partial<Listener>, string]>([
    ["another port for callers", { Port: 8443 }, "is on 8443, not on 443"],
    ["no certificate", { Certificates: [] }, "has no certificate"],
    [
      "an old policy",
      { SslPolicy: "ELBSecurityPolicy-2016-08" },
      "takes what ELBSecurityPolicy-2016-08 allows, which is more than TLS 1.2 and 1.3",
    ],
    [
      "a policy whose name only begins like a current one",
      { SslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" },
      "takes what ELBSecurityPolicy-TLS13-1-0-2021-06 allows, which is more than TLS 1.2 and 1.3",
    ],
  ])("report %s", async (_, changes, problem) => {
    expect(await ask(changes)).toEqual(wrong(`orders-production-use1-shop ProductionListenerArn: ${problem}`));
  });

  it("report one that speaks HTTP", async () => {
    expect(await ask({ Protocol: "HTTP" })).toMatchObject({ problems: [expect.stringContaining("speaks HTTP, not HTTPS")] });
  });
});

describe("A09 B22 target groups", () => {
  type States = Readonly<Record<"blue" | "green", readonly TargetHealthStateEnum[]>>;
  const forward = (blue: number, green: number): Action => ({
    Type: "forward",
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: "blue", Weight: blue },
        { TargetGroupArn: "green", Weight: green },
      ],
    },
  });
  const ask = (
    states: States,
    actions: Readonly<Record<string, Action>>,
    routes: Record<string, string> = { SplitRuleArn: "split" },
    desiredCount = 0,
    ...others: readonly Stack[]
  ) =>
    targets([stack({ BlueTargetGroupArn: "blue", GreenTargetGroupArn: "green", ...routes }, "shop"), ...others], () => ({
      ecs: faked(
        new ECSClient(options),
        on(DescribeServicesCommand, () => ({ services: [{ desiredCount }] })),
      ),
      elb: faked(
        new ElasticLoadBalancingV2Client(options),
        on(DescribeRulesCommand, ({ RuleArns, ListenerArn, Marker }) => {
          const action = actions[RuleArns?.[0] ?? ListenerArn ?? ""];
          const rules = action ? [{ Actions: [action] }] : [];
          // A listener has rules for tests before the one that callers come by.
          const { page, next } = pageOf(ListenerArn === undefined ? rules : [{ Actions: [] }, ...rules], Marker, 1);
          return { Rules: page, NextMarker: next };
        }),
        on(DescribeTargetHealthCommand, ({ TargetGroupArn }) => ({
          TargetHealthDescriptions: states[TargetGroupArn === "blue" ? "blue" : "green"].map((State, at) => ({
            Target: { Id: `i-${at + 1}` },
            TargetHealth: { State, Description: "Health checks failed with these codes: [503]" },
          })),
        })),
      ),
    }));
  const called = "orders-production-use1-shop";

  it("are fine when each that gets callers has somebody healthy, whatever the other has", async () => {
    expect(await ask({ blue: ["healthy"], green: [] }, { split: forward(100, 0) })).toEqual(fine);
    expect(await ask({ blue: ["unhealthy"], green: ["healthy", "draining"] }, { split: forward(0, 100) })).toEqual(fine);
    const alone: Action = { Type: "forward", TargetGroupArn: "green" };
    expect(await ask({ blue: [], green: ["healthy"] }, { live: alone }, { ProductionListenerArn: "live" })).toEqual(fine);
  });

  it("report a colour that gets callers and has nobody, and copies that fail", async () => {
    expect(await ask({ blue: ["healthy", "unhealthy"], green: ["initial"] }, { split: forward(90, 10) })).toEqual(
      wrong(
        `${called}: green gets callers and has no healthy target`,
        `${called}: i-2 of blue is unhealthy: Health checks failed with these codes: [503]`,
      ),
    );
  });

  it("are fine with nobody in a region that stands by, and only there, and only if nobody is wanted", async () => {
    const routes = { SplitRuleArn: "split", BlueServiceName: "web-blue", ClusterName: "catalog" };
    const nobody: States = { blue: [], green: [] };
    const ledger = (region: string): Stack => ({ ...stack({ LedgerTable: "releases" }, "ledger"), region });
    const empty = wrong(`${called}: blue gets callers and has no healthy target`);
    expect(await ask(nobody, { split: forward(100, 0) }, routes, 0, ledger("eu-west-1"))).toEqual(fine);
    expect(await ask(nobody, { split: forward(100, 0) }, routes, 3, ledger("eu-west-1"))).toEqual(empty);
    expect(await ask(nobody, { split: forward(100, 0) }, routes, 0, ledger("us-east-1"))).toEqual(empty);
  });

  it("report that nobody gets callers", async () => {
    expect(await ask({ blue: ["healthy"], green: [] }, { split: { Type: "fixed-response" } })).toEqual(
      wrong(`${called}: no target group gets callers`),
    );
  });

  it("leave it to the names which colour has to be there, where DNS splits the callers, if one is", async () => {
    const listeners = { BlueListenerArn: "b", GreenListenerArn: "g" };
    const actions: Record<string, Action> = {
      b: { TargetGroupArn: "blue", Type: "forward" },
      g: { TargetGroupArn: "green", Type: "forward" },
    };
    expect(await ask({ blue: ["healthy"], green: [] }, actions, listeners)).toEqual(fine);
    expect(await ask({ blue: [], green: [] }, actions, listeners)).toEqual(
      wrong(`${called}: blue gets callers and has no healthy target`, `${called}: green gets callers and has no healthy target`),
    );
  });
});
