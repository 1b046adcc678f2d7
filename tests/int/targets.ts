import { DescribeServicesCommand, type ECSClient } from "@aws-sdk/client-ecs";
import {
  type Action,
  type DescribeRulesCommandInput,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeRules,
  type Rule,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { near, type Stack, told } from "./outputs.ts";

interface Group {
  readonly name: string;
  readonly live: boolean;
  /** Whether nobody is to be there before a failover. */
  readonly rests: boolean;
  readonly targets: readonly TargetHealthDescription[];
}

/** Target groups: whatever gets callers has somebody healthy to answer them, and nobody who is not. */
export function targets(stacks: readonly Stack[], clients: In<"elb" | "ecs">): Promise<Found> {
  const things = stacks.filter(({ outputs }) => "BlueTargetGroupArn" in outputs).map((stack) => ({ called: stack.name, stack }));
  return eachOf(things, "no stack has target groups", async ({ stack }) => {
    const { elb, ecs } = clients(stack.region);
    const standsBy = isElsewhere(stacks, stack);
    const live = await groupsWithCallers(stack, elb);
    const found = await Promise.all(
      ["Blue", "Green"].map(async (name): Promise<Group> => {
        const arn = stack.outputs[`${name}TargetGroupArn`];
        const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
        const service = stack.outputs[`${name}ServiceName`];
        const rests = standsBy && service !== undefined && (await wantsNobody(ecs, near(stacks, stack, "ClusterName"), service));
        return { name: name.toLowerCase(), live: live.some((one) => one === arn), rests, targets: TargetHealthDescriptions };
      }),
    );
    return problemsIn(found, byDns(stack));
  });
}

/** The first region is the one whose ledger holds the releases; no copy of a service runs elsewhere before a failover. */
const isElsewhere = (stacks: readonly Stack[], { region }: Stack): boolean =>
  told(stacks, /^LedgerTable$/).some(({ stack }) => stack.region !== region);

async function wantsNobody(ecs: ECSClient, cluster: string | undefined, service: string): Promise<boolean> {
  const { services: [found] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return found?.desiredCount === 0;
}

/** Each colour has a listener of its own where DNS splits the callers. */
const byDns = ({ outputs }: Stack): boolean => "BlueListenerArn" in outputs;

/** The groups to which a rule sends more than nothing. */
async function groupsWithCallers({ outputs }: Stack, elb: ElasticLoadBalancingV2Client): Promise<readonly string[]> {
  const { SplitRuleArn, ProductionListenerArn, BlueListenerArn, GreenListenerArn } = outputs;
  const asked = SplitRuleArn
    ? [{ RuleArns: [SplitRuleArn] }]
    : [ProductionListenerArn, BlueListenerArn, GreenListenerArn].flatMap((ListenerArn) => (ListenerArn ? [{ ListenerArn }] : []));
  const rules = await Promise.all(asked.map((one) => rulesOf(elb, one)));
  return rules.flat().flatMap(({ Actions = [] }) => Actions.flatMap(forwardedTo));
}

async function rulesOf(client: ElasticLoadBalancingV2Client, asked: DescribeRulesCommandInput): Promise<readonly Rule[]> {
  const all: Rule[] = [];
  for await (const { Rules = [] } of paginateDescribeRules({ client }, asked)) all.push(...Rules);
  return all;
}

function forwardedTo({ TargetGroupArn, ForwardConfig }: Action): readonly string[] {
  const weighted = ForwardConfig?.TargetGroups ?? [];
  if (weighted.length === 0) return TargetGroupArn ? [TargetGroupArn] : [];
  // A group alone gets everything, whatever its weight.
  return weighted.filter(({ Weight = 1 }) => Weight > 0 || weighted.length === 1).flatMap((one) => one.TargetGroupArn ?? []);
}

const isHealthy = ({ TargetHealth }: TargetHealthDescription): boolean => TargetHealth?.State === "healthy";

function problemsIn(found: readonly Group[], byDns: boolean): readonly string[] {
  const live = found.filter((group) => group.live);
  const empty = live.filter(({ targets, rests }) => !rests && !targets.some(isHealthy));
  // Which colour DNS leads to is not the listeners' to say: the check of names looks at that.
  const alone = byDns && empty.length < live.length ? [] : empty;
  return [
    ...unless(live.length > 0, "no target group gets callers"),
    ...alone.map(({ name }) => `${name} gets callers and has no healthy target`),
    ...live.flatMap(({ name, targets }) => targets.filter(({ TargetHealth }) => TargetHealth?.State === "unhealthy").map(sick(name))),
  ];
}

const sick =
  (group: string) =>
  ({ Target, TargetHealth }: TargetHealthDescription): string =>
    `${Target?.Id} of ${group} is unhealthy: ${TargetHealth?.Description ?? TargetHealth?.Reason}`;
