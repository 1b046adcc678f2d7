import type { Type } from "./template.ts";

// Which option of the configuration makes something, or leaves it out, for whoever looks for what a plan does not have.

/** Stacks that not every environment has, by their part. */
export const partSwitches: Readonly<Record<string, string>> = {
  access: "delivery.pulumi makes it, in the environments of delivery.stages",
  audit: "audit makes it",
  data: "database makes it, in an environment with migration.source from the phase snapshot on",
  deploys: "delivery.pulumi makes it, in delivery.home",
  dns: 'compute: { kind: "ec2" } makes it',
  edge: "edge makes it",
  files: "edge makes it",
  functions: 'database.rotation makes it, and rollout.host "lambda"',
  github: "workflow makes it",
  keys: "services.<name>.encrypts makes it",
  logger: "delivery.pulumi makes it, in delivery.home",
  pipeline: "delivery makes it; with delivery.home only that environment has it",
  recovery: "database makes it, in an environment with a second region",
  recoveries: 'database.recovery "replica" makes it',
  release: 'rollout.host "lambda" makes it',
  replica: "storage.replica makes it",
  rotation: "database.rotation makes it",
  standby: 'database.recovery "replica" makes it',
};

/** Outputs that not every stack of their part has. */
const outputSwitches: readonly (readonly [output: RegExp, because: string])[] = [
  [/^Balancer(DnsName|ZoneId|GroupId)$/, 'existing.balancer leaves it out, and rollout.router "dns", which makes one for each colour'],
  [/^(Blue|Green)Balancer/, 'rollout.router "dns" makes it'],
  [/^(Public|Isolated)Subnet\d+Id$/, "existing.vpc leaves it out"],
  [/^NatAddress\d+$/, "network.nat makes it, and existing.vpc leaves it out"],
  [/^ZoneId$/, "zone makes it"],
  [/^Proxy/, "database.proxy makes it"],
  [/^Reader\d+/, "database.replicas makes it"],
  [/^(Master|App\d?)SecretArn$/, "database.rotation makes it"],
  [/^Deploy(Application|Group|Config)$/, 'rollout.weightHolder "codedeploy" makes it'],
  [/^ReleaseHostArn$/, 'rollout.host "lambda" makes it'],
  [/^(Blue|Green)ServiceName$|^SplitRuleArn$/, 'rollout.weightHolder "release" makes it'],
];

/** Resources that people take a handle of. */
const typeSwitches: Partial<Record<Type, string>> = {
  "AWS::EC2::VPC": "existing.vpc leaves it out, and delivery.home has none",
  "AWS::ECS::Cluster": 'compute: { kind: "ecs" } makes it, existing.cluster leaves it out, and delivery.home has none',
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "existing.balancer leaves it out, and delivery.home has none",
  "AWS::ECR::Repository": 'compute: { kind: "ecs" } makes it, existing.registry leaves it out, and stages take that of delivery.home',
};

/** What is missing: a stack by its name or part, an output of one that is there, or a resource of a type. */
export type Missing = { readonly stack: string } | { readonly output: string } | { readonly type: Type };

/** Why something is missing, as the end of a sentence, or nothing where no option explains it. */
export function whyMissing(missing: Missing): string {
  const because =
    "stack" in missing
      ? Object.entries(partSwitches).find(([part]) => missing.stack === part || missing.stack.endsWith(`-${part}`))?.[1]
      : "output" in missing
        ? outputSwitches.find(([output]) => output.test(missing.output))?.[1]
        : typeSwitches[missing.type];
  return because === undefined ? "" : `: ${because}`;
}
