import {
  type Action,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { weight } from "../../../lib/base/outcome.ts";
import { listenerRouter } from "../../../lib/worlds/aws/router.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { typeRule } from "./typed.ts";

const balancer = "balancer.example.com";
const groups = { blue: "targetgroup/blue/1", green: "targetgroup/green/2" };

/** A rule with these actions, as the ELB API reference has them; with `late`, what was changed is read only after so many reads more. */
function ruleWith(actions: readonly Action[], { late = 0, green = groups.green } = {}) {
  const ruleArn = "listener-rule/app/shop/1/2/3";
  const sent: (readonly Action[])[] = [];
  let left = 0;
  let shown = actions;
  const client = faked(
    new ElasticLoadBalancingV2Client({ region, credentials }),
    on(DescribeRulesCommand, () => {
      if (left-- <= 0) shown = sent.at(-1) ?? actions;
      return { Rules: [{ RuleArn: ruleArn, Actions: [...shown] }] };
    }),
    on(ModifyRuleCommand, ({ Actions = [] }) => {
      sent.push(Actions);
      left = late;
      return {};
    }),
  );
  const balancers = { blue: balancer, green: balancer, "known-bad": balancer };
  const entrance = { protocol: "https", domain: "shop.example.com", port: 8443, balancers } as const;
  return {
    client,
    sent,
    router: listenerRouter({ client, environment: "production", ruleArn, groups: { ...groups, green }, entrance }, "green"),
  };
}

const split = (green: number) => [
  { TargetGroupArn: groups.green, Weight: green },
  { TargetGroupArn: groups.blue, Weight: 100 - green },
];
const forward: Action = { Type: "forward", ForwardConfig: { TargetGroups: split(0) } };

describe("the rule of a listener", () => {
  it("B06 callers that are sent to the target group they came to before stay so for as long as before a shift", async () => {
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 3_600 };
    const { sent, router } = ruleWith([{ Type: "forward", ForwardConfig: { TargetGroups: split(0), TargetGroupStickinessConfig } }]);
    expect(await router.shift(weight(10))).toEqual({ is: "done" });
    expect(sent).toEqual([[{ Type: "forward", ForwardConfig: { TargetGroups: split(10), TargetGroupStickinessConfig } }]]);
  });

  it("B21 X06 what a person types to give a slot all callers leaves the rest of the rule as it is, whatever characters stand in it", async () => {
    const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 3_600 };
    const named = { TargetGroupArn: groups.green.replace("green", "o'neill $HOME"), Weight: 70 };
    const rule: Action = {
      Type: "forward",
      Order: 50_000,
      ForwardConfig: { TargetGroups: [named, { TargetGroupArn: groups.blue, Weight: 30 }], TargetGroupStickinessConfig },
    };
    const { client, sent, router } = ruleWith([rule], { green: named.TargetGroupArn });
    await typeRule(client, (await router.byHand?.("blue")) ?? "");
    const TargetGroups = [
      { TargetGroupArn: groups.blue, Weight: 100 },
      { ...named, Weight: 0 },
    ];
    expect(sent).toEqual([[{ ...rule, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }]]);
    expect(await router.weight()).toBe(0);
  });

  it("B21 a rule in which somebody has callers sign in first is not touched: a shift would let them in without", async () => {
    const signsIn: Action = {
      Type: "authenticate-oidc",
      Order: 1,
      AuthenticateOidcConfig: {
        Issuer: "https://id.example.com",
        AuthorizationEndpoint: "https://id.example.com/authorize",
        TokenEndpoint: "https://id.example.com/token",
        UserInfoEndpoint: "https://id.example.com/user",
        ClientId: "shop",
      },
    };
    const { sent, router } = ruleWith([{ ...forward, Order: 2 }, signsIn]);
    const changed = { code: "world/changed", fix: expect.stringContaining("sluice plan production --format json;") };
    await expect(router.weight()).rejects.toMatchObject(changed);
    await expect(router.shift(weight(10))).rejects.toMatchObject({ code: "world/changed" });
    expect(sent).toEqual([]);
  });

  it("B06 a shift is done only once the rule reads back as it was set", async () => {
    const { router } = ruleWith([forward], { late: 1 });
    expect(await router.shift(weight(10))).toMatchObject({ is: "pending", because: "the listener still gives green 0 %" });
    expect(await router.weight()).toBe(10);
  });
});
