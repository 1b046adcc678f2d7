import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import type { Config } from "../../../lib/config/config.ts";
import { networkOf } from "./ec2.ts";
import { config, serviceOf } from "./environment.ts";

/** A load balancer on an emulator, with the rules that the plan has. */
export interface Standing {
  readonly groups: Readonly<Record<Slot, string>>;
  readonly ruleArn: string;
  /** What the test listener does with a request, the default last. */
  rulesOfTests(): Promise<readonly Rule[]>;
}

/** The plan's listeners and rules with what they refer to. They are data of CloudFormation, which has the same names as the API. */
const plannedIn =
  (of: Config) =>
  (
    end: string,
    known: Readonly<Record<string, string>>,
  ): { Conditions: []; Actions: []; DefaultActions: []; Priority: number; TargetType: "ip" | "instance" } => {
    const found = serviceOf(of).find(({ id }) => id.endsWith(end));
    if (!found) throw new Error(`the plan has no ${end}`);
    return JSON.parse(JSON.stringify(found.properties), (_, value) =>
      typeof value === "object" && value !== null && "Ref" in value ? known[value.Ref] : value,
    );
  };

export async function standing(client: ElasticLoadBalancingV2Client, url: string, of: Config = config): Promise<Standing> {
  const planned = plannedIn(of);
  const { vpc, subnets } = await networkOf(url, await client.config.region());
  const { TargetType } = planned("BlueTargets", {});
  const { LoadBalancers: [balancer] = [] } = await client.send(new CreateLoadBalancerCommand({ Name: "shop", Subnets: subnets }));
  const [blue = "", green = ""] = await Promise.all(
    slots.map(async (slot) => {
      const { TargetGroups: [made] = [] } = await client.send(
        new CreateTargetGroupCommand({ Name: slot, Protocol: "HTTP", Port: 8080, TargetType, VpcId: vpc }),
      );
      return made?.TargetGroupArn;
    }),
  );
  const listen = async (id: string, Port: number) => {
    const { DefaultActions } = planned(id, {});
    const { Listeners: [made] = [] } = await client.send(
      new CreateListenerCommand({ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: "HTTP", Port, DefaultActions }),
    );
    return made?.ListenerArn;
  };
  const [production, test] = [await listen("ProductionListener", 80), await listen("TestListener", 8080)];
  const rule = async (id: string, ListenerArn: string | undefined) => {
    const { Conditions, Actions, Priority } = planned(id, { ServiceBlueTargets: blue, ServiceGreenTargets: green });
    const { Rules: [made] = [] } = await client.send(new CreateRuleCommand({ ListenerArn, Priority, Conditions, Actions }));
    return made?.RuleArn ?? "";
  };
  const ruleArn = await rule("Split", production);
  for (const id of ["TestBlue", "TestGreen"]) await rule(id, test);
  return {
    groups: { blue, green },
    ruleArn,
    rulesOfTests: async () => (await client.send(new DescribeRulesCommand({ ListenerArn: test }))).Rules ?? [],
  };
}
