import {
  DeleteRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Slot, slots, weight } from "../../../lib/base/outcome.ts";
import { readAddress } from "../../../lib/worlds/aws/address.ts";
import { listenerRouter } from "../../../lib/worlds/aws/router.ts";
import { routerContract } from "../../contracts/router.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { type Standing, standing } from "./standing.ts";
import { typeRule } from "./typed.ts";

const skip = whyNo("moto");
const balancers = { blue: "balancer.example.com", green: "balancer.example.com", "known-bad": "balancer.example.com" };
const entrance = { protocol: "https", domain: "shop.example.com", port: 8443, balancers } as const;

describe.skipIf(skip !== undefined)(`a listener's rule${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  let client: ElasticLoadBalancingV2Client;
  let ground: Standing;
  beforeAll(async () => {
    server = await emulator("moto");
    client = new ElasticLoadBalancingV2Client({ region, credentials, endpoint: server.url });
  }, 90_000);
  afterAll(async () => {
    client.destroy();
    await server?.close();
  });
  const begin = async () => {
    await server?.reset();
    ground = await standing(client, server?.url ?? "");
  };
  const router = (candidate: Slot) => listenerRouter({ environment: "production", client, entrance, ...ground }, candidate);
  const rule = async (): Promise<Rule> => {
    const { Rules: [found] = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [ground.ruleArn] }));
    if (!found) throw new Error("there is no rule");
    return found;
  };
  /** As Elastic Load Balancing documents it: each group gets its weight's share of the sum of weights. */
  const shares = async (): Promise<Record<Slot, number>> => {
    const targets = (await rule()).Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    const sum = targets.reduce((total, { Weight = 0 }) => total + Weight, 0);
    const share = (slot: Slot) => (targets.find(({ TargetGroupArn }) => TargetGroupArn === ground.groups[slot])?.Weight ?? 0) / sum;
    return { blue: share("blue"), green: share("green") };
  };

  routerContract("moto", async () => {
    await begin();
    return {
      router,
      ask: async (count) => {
        const { blue, green } = await shares();
        return { blue: Math.round(count * blue), green: Math.round(count * green) };
      },
      who: async (address) => {
        const { headers } = readAddress(entrance, address);
        const answers = (await ground.rulesOfTests()).find(
          ({ Conditions = [], IsDefault }) =>
            IsDefault ||
            Conditions.some(({ HttpHeaderConfig: of }) => of?.Values?.includes(headers[of.HttpHeaderName?.toLowerCase() ?? ""] ?? "")),
        );
        const [action] = answers?.Actions ?? [];
        const slot = slots.find((one) => ground.groups[one] === action?.TargetGroupArn);
        return { slot: slot ?? "known-bad", status: Number(action?.FixedResponseConfig?.StatusCode ?? 200) };
      },
      type: (command) => typeRule(client, command),
      until: async (so) => expect(await so()).toBe(true),
      close: async () => {},
    };
  });

  describe("on AWS", () => {
    beforeEach(begin);

    it("B06 a shift changes the weights and nothing else of the rule", async () => {
      const before = await rule();
      await router("green").shift(weight(10));
      const after = await rule();
      const rest = ({ Actions, ...others }: Rule) => ({
        ...others,
        Actions: Actions?.map(({ ForwardConfig, ...action }) => ({ ...action, sticky: ForwardConfig?.TargetGroupStickinessConfig })),
      });
      expect(rest(after)).toEqual(rest(before));
      expect(await shares()).toEqual({ blue: 0.9, green: 0.1 });
    });

    it("B06 shares go to a tenth of a percent", async () => {
      expect(await router("green").shift(weight(0.5))).toEqual({ is: "done" });
      expect(await router("green").weight()).toBe(0.5);
      expect(await shares()).toEqual({ blue: 0.995, green: 0.005 });
      await expect(router("green").shift(weight(33.33))).rejects.toThrow("33.33");
    });

    it("B21 a rule that somebody deleted is named, with the command that makes it", async () => {
      await client.send(new DeleteRuleCommand({ RuleArn: ground.ruleArn }));
      const gone = {
        code: "world/changed",
        message: expect.stringContaining(ground.ruleArn),
        fix: expect.stringContaining("sluice doctor production"),
      };
      await expect(router("green").weight()).rejects.toMatchObject(gone);
      await expect(router("green").shift(weight(10))).rejects.toMatchObject(gone);
    });

    it("B21 a rule that somebody turned into another one is not touched", async () => {
      await client.send(
        new ModifyRuleCommand({ RuleArn: ground.ruleArn, Actions: [{ Type: "forward", TargetGroupArn: ground.groups.green }] }),
      );
      const before = await rule();
      await expect(router("green").weight()).rejects.toMatchObject({ code: "world/changed" });
      await expect(router("green").shift(weight(0))).rejects.toMatchObject({ code: "world/changed" });
      expect(await rule()).toEqual(before);
    });
  });
});
