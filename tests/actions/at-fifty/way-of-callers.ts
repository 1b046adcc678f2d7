import type { StackOutput } from "../../../lib/aws/value.ts";
import { references } from "../../../lib/plan/as-template.ts";
import { isStackOutput, stackRead } from "../../../lib/plan/stack-outputs.ts";
import type { Plan, Resource, Type } from "../../../lib/plan/template.ts";

/** What the callers of a service go through and what the ledger is, with the properties that moto's CloudFormation takes. */
const taken: Partial<Record<Type, readonly string[]>> = {
  "AWS::DynamoDB::Table": ["TableName", "KeySchema", "AttributeDefinitions", "BillingMode"],
  "AWS::EC2::Subnet": ["VpcId", "CidrBlock", "AvailabilityZone"],
  "AWS::EC2::VPC": ["CidrBlock"],
  "AWS::ElasticLoadBalancingV2::Listener": ["LoadBalancerArn", "Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions"],
  "AWS::ElasticLoadBalancingV2::ListenerRule": ["ListenerArn", "Priority", "Conditions", "Actions"],
  "AWS::ElasticLoadBalancingV2::LoadBalancer": ["Name", "Scheme", "Subnets"],
  "AWS::ElasticLoadBalancingV2::TargetGroup": ["Name", "Port", "Protocol", "VpcId", "TargetType"],
  "AWS::Route53::HealthCheck": ["HealthCheckConfig"],
  "AWS::Route53::HostedZone": ["Name"],
  "AWS::Route53::RecordSet": ["HostedZoneId", "Name", "Type", "SetIdentifier", "Weight", "HealthCheckId", "AliasTarget"],
};

/**
 * A plan of one region in one stack, which has its ledger and what the callers go through. moto knows no outputs of a stack that a change set made,
 * so what one stack reads of another stands beside it; and it takes change sets of one name for one, whatever their stack.
 */
export function wayOfCallers(plan: Plan): Plan {
  const ledger = plan.stacks.find(({ part }) => part === "ledger");
  if (!ledger) throw new Error("the plan has no ledger");
  const here = plan.stacks.filter(({ region }) => region === ledger.region).flatMap(({ resources }) => resources);
  return { ...plan, stacks: [{ ...ledger, resources: complete(here.flatMap((one) => simple(plan, one))), outputs: [] }] };
}

/** Without what needs something that is not there. */
function complete(resources: readonly Resource[]): readonly Resource[] {
  const ids = new Set(resources.map(({ id }) => id));
  const left = resources.filter(({ properties }) => [...references(properties)].every((id) => ids.has(id)));
  return left.length === resources.length ? left : complete(left);
}

function simple(plan: Plan, { after: _, ...one }: Resource): readonly Resource[] {
  const names = taken[one.type];
  if (!names) return [];
  const given = Object.fromEntries(Object.entries(one.properties).filter(([name]) => names.includes(name)));
  const properties: Resource["properties"] = JSON.parse(JSON.stringify(given, (_name, value) => inPlace(plan, value)));
  // moto takes a record for another one unless its name ends as the API tells it.
  return [{ ...one, properties: "SetIdentifier" in properties ? { ...properties, Name: `${properties.Name}.` } : properties }];
}

/** What another stack offers, itself. moto knows no ids by `Fn::GetAtt`, which `Ref` gives as well, and no zones of load balancers. */
function inPlace(plan: Plan, value: unknown): unknown {
  const known = isStackOutput(value) ? offered(plan, value) : value;
  if (typeof known !== "object" || known === null || !("Fn::GetAtt" in known) || !Array.isArray(known["Fn::GetAtt"])) return known;
  const [id, attribute] = known["Fn::GetAtt"];
  if (attribute === "CanonicalHostedZoneID") return "ZBALANCER";
  return attribute === "Id" || attribute === "HealthCheckId" ? { Ref: id } : known;
}

const offered = (plan: Plan, read: StackOutput): unknown =>
  stackRead(plan, read)?.outputs.find(({ name }) => name === read["Fn::GetStackOutput"].OutputName)?.value;
