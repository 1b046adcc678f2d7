import {
  type Action,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";

/** What splits the callers, asked of AWS. */
export interface Split {
  /** The weights of blue and green, as they are read back: `100/0`. */
  read(): Promise<string>;
  /** Gives each colour half, as a release does: nothing but the weights changes. */
  halve(): Promise<void>;
}

/** How the listeners of all load balancers take TLS, each way once. */
export async function policies(region: string): Promise<readonly (string | undefined)[]> {
  const client = new ElasticLoadBalancingV2Client({ region });
  const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  const all = await Promise.all(LoadBalancers.map(({ LoadBalancerArn }) => client.send(new DescribeListenersCommand({ LoadBalancerArn }))));
  return [...new Set(all.flatMap(({ Listeners = [] }) => Listeners.map(({ SslPolicy }) => SslPolicy)))];
}

/** The rule of the callers' listener, by its weights. */
export function byRule(region: string): Split {
  const client = new ElasticLoadBalancingV2Client({ region });
  const rule = async () => {
    const { LoadBalancers: [balancer] = [] } = await client.send(new DescribeLoadBalancersCommand({}));
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }));
    const { ListenerArn } = Listeners.find(({ Port }) => Port === 443) ?? {};
    const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn }));
    return Rules.find(({ IsDefault }) => !IsDefault);
  };
  const weights = (actions: readonly Action[] = []) => actions[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight).join("/") ?? "";
  return {
    read: async () => weights((await rule())?.Actions),
    halve: async () => {
      const { RuleArn, Actions: [action] = [] } = (await rule()) ?? {};
      const TargetGroups = action?.ForwardConfig?.TargetGroups?.map((one) => ({ ...one, Weight: 50 }));
      await client.send(new ModifyRuleCommand({ RuleArn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }] }));
    },
  };
}

/** The weighted records of the only zone. */
export function byRecords(region: string): Split {
  const client = new Route53Client({ region });
  const records = async () => {
    const { HostedZones: [{ Id: HostedZoneId } = { Id: "" }] = [] } = await client.send(new ListHostedZonesCommand({}));
    const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    return { HostedZoneId, weighted: ResourceRecordSets.filter(({ Weight }) => Weight !== undefined) };
  };
  const of = (all: readonly ResourceRecordSet[], kind: string) =>
    ["blue", "green"].map((slot) => all.find(({ SetIdentifier, Type }) => SetIdentifier === slot && Type === kind)?.Weight).join("/");
  return {
    read: async () => {
      const { weighted } = await records();
      const [ipv4, ipv6] = [of(weighted, "A"), of(weighted, "AAAA")];
      return ipv4 === ipv6 ? ipv4 : `${ipv4} and ${ipv6}`;
    },
    halve: async () => {
      const { HostedZoneId, weighted } = await records();
      const Changes = weighted.map((one) => ({ Action: "UPSERT" as const, ResourceRecordSet: { ...one, Weight: 50 } }));
      await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
    },
  };
}
