import { isDeepStrictEqual } from "node:util";
import { references } from "../../lib/plan/as-template.ts";
import { isStackOutput } from "../../lib/plan/stack-outputs.ts";
import { isA, type Plan, type Resource, type Stack, type Type } from "../../lib/plan/template.ts";

/** What B19 names, in its order: the type that it is of in CloudFormation, and what AWS says of one that people look for it by. */
export const named: readonly { readonly what: string; readonly types: readonly Type[]; readonly by: readonly string[] }[] = [
  { what: "subnet id", types: ["AWS::EC2::Subnet"], by: ["Ref"] },
  { what: "security group", types: ["AWS::EC2::SecurityGroup"], by: ["GroupId"] },
  { what: "RDS endpoint and port", types: ["AWS::RDS::DBInstance"], by: ["Endpoint.Address", "Endpoint.Port"] },
  { what: "endpoint of RDS Proxy", types: ["AWS::RDS::DBProxy"], by: ["Endpoint"] },
  { what: "secret", types: ["AWS::SecretsManager::Secret"], by: ["Ref"] },
  { what: "record name", types: ["AWS::Route53::RecordSet"], by: ["Ref"] },
  { what: "bucket name", types: ["AWS::S3::Bucket"], by: ["Ref"] },
  { what: "ALB ARN and DNS name", types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"], by: ["Ref", "DNSName"] },
  { what: "listener ARN", types: ["AWS::ElasticLoadBalancingV2::Listener"], by: ["Ref"] },
  { what: "target-group ARN", types: ["AWS::ElasticLoadBalancingV2::TargetGroup"], by: ["Ref"] },
  { what: "auto-scaling group", types: ["AWS::AutoScaling::AutoScalingGroup"], by: ["Ref"] },
  { what: "key ARN", types: ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], by: ["Arn"] },
  { what: "alias", types: ["AWS::KMS::Alias"], by: ["Ref"] },
  { what: "topic", types: ["AWS::SNS::Topic"], by: ["Ref"] },
  { what: "dashboard", types: ["AWS::CloudWatch::Dashboard"], by: ["Ref"] },
  { what: "alarm", types: ["AWS::CloudWatch::Alarm"], by: ["Ref"] },
  { what: "role", types: ["AWS::IAM::Role"], by: ["Arn"] },
];

/** What B19 asks of a plan's outputs and they do not give, by what there is in it. */
export const untold = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap((stack) => [
    ...missing(stack),
    ...tiers(stack),
    ...zones(stack),
    ...withoutAlias(stack),
    ...stack.outputs.flatMap((output) => unclear(output)),
  ]);

function missing({ name, resources, outputs }: Stack): readonly string[] {
  return resources.flatMap((resource) =>
    named
      .filter(({ types }) => types.includes(resource.type))
      .flatMap(({ what, by }) =>
        by
          .filter((said) => !outputs.some(({ value }) => isDeepStrictEqual(value, sayingOf(resource, said))))
          .map((said) => `${name}: no output is ${resource.id}.${said}, a ${what}`),
      ),
  );
}

const sayingOf = ({ id }: Resource, said: string) => (said === "Ref" ? { Ref: id } : { "Fn::GetAtt": [id, said] });

/** Each tier under its name, in every zone: public is what has a route to the gateway of the internet. */
function tiers({ name, resources, outputs }: Stack): readonly string[] {
  const subnets = resources.filter(({ type }) => type === "AWS::EC2::Subnet");
  const tables = resources.flatMap((one) =>
    isA(one, "AWS::EC2::Route") && one.properties.GatewayId !== undefined ? [one.properties.RouteTableId] : [],
  );
  const open = resources.flatMap((one) =>
    isA(one, "AWS::EC2::SubnetRouteTableAssociation") && tables.some((table) => isDeepStrictEqual(table, one.properties.RouteTableId))
      ? [one.properties.SubnetId]
      : [],
  );
  const told = (tier: string) => outputs.flatMap((one) => (new RegExp(`^${tier}Subnet\\d+Id$`).test(one.name) ? [one.value] : []));
  const isPublic = (value: unknown) => open.some((one) => isDeepStrictEqual(one, value));
  return [
    ...(told("Public").every(isPublic) ? [] : [`${name}: what is told as public has no route to the internet`]),
    ...["Public", "Private", "Isolated"]
      .filter((tier) => subnets.length > 0 && told(tier).length !== subnets.length / 3)
      .map((tier) => `${name}: the ${tier.toLowerCase()} tier is not told in every zone`),
  ];
}

/** The zone that records are in, made here or existing. One of another stack is an output of that stack. */
function zones({ name, resources, outputs }: Stack): readonly string[] {
  const ids = resources.flatMap((one) => (isA(one, "AWS::Route53::RecordSet") ? [one.properties.HostedZoneId] : []));
  const own = new Map(ids.filter((id) => !isStackOutput(id)).map((id) => [JSON.stringify(id), id]));
  return [...own]
    .filter(([, id]) => !outputs.some(({ value }) => isDeepStrictEqual(value, id)))
    .map(([id]) => `${name}: no output is ${id}, a zone id`);
}

/** Whoever reads the ARN of a key finds its alias beside it. */
function withoutAlias({ name, resources }: Stack): readonly string[] {
  const aliased = resources.flatMap(({ type, properties }) => (type === "AWS::KMS::Alias" ? [...references(properties)] : []));
  const keys = resources.filter(({ type }) => type === "AWS::KMS::Key" || type === "AWS::KMS::ReplicaKey");
  return keys.filter(({ id }) => !aliased.includes(id)).map(({ id }) => `${name}: ${id} has no alias`);
}

function unclear({ name, description }: Stack["outputs"][number]): readonly string[] {
  return description.length < 8 || description.includes("undefined") ? [`${name} is described as "${description}"`] : [];
}
