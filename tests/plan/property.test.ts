import fc from "fast-check";
import { expect, it } from "vitest";
import { overlaps, parseCidr } from "../../lib/aws/cidr.ts";
import { limits, type Named } from "../../lib/aws/names.ts";
import { checkConfig } from "../../lib/config/check.ts";
import type { Config } from "../../lib/config/config.ts";
import { templateOf } from "../../lib/plan/as-template.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { physicalName } from "../../lib/plan/physical-name.ts";
import type { Plan, Resource, Type } from "../../lib/plan/template.ts";
import { configurations } from "./configurations.ts";
import { untold } from "./untold.ts";

const runs = 30;

/** The plans of all environments of a configuration that the rules must let pass. */
function plansOf(given: unknown): readonly Plan[] {
  return configOf(given).environments.map(({ name }) => buildPlan(configOf(given), name));
}

function configOf(given: unknown): Config {
  const checked = checkConfig(given);
  if ("config" in checked) return checked.config;
  throw new Error(`the rules refuse it: ${JSON.stringify(checked.problems)}`);
}

function holds(check: (plans: readonly Plan[], given: unknown) => void): void {
  fc.assert(
    fc.property(configurations, (given) => check(plansOf(given), given)),
    { numRuns: runs },
  );
}

const resourcesOf = (plans: readonly Plan[]): readonly Resource[] =>
  plans.flatMap(({ stacks }) => stacks.flatMap(({ resources }) => resources));

const repeated = (texts: readonly string[]): readonly string[] => texts.filter((text, at) => texts.indexOf(text) !== at);

/** Every name in AWS with its kind. AWS tells those of roles, buckets and groups apart without regard to case. */
const namesIn = (plans: readonly Plan[]): readonly string[] => [
  ...plans.flatMap(({ stacks }) => stacks.map(({ name }) => `stack ${name}`)),
  ...resourcesOf(plans).flatMap((resource) => {
    const name = physicalName(resource);
    return name === undefined ? [] : [`${resource.type} ${name.toLowerCase()}`];
  }),
];

/** The kind whose limit holds for a type's names. */
const kinds: { readonly [type in Type]?: Named } = {
  "AWS::AutoScaling::AutoScalingGroup": "auto-scaling-group",
  "AWS::CloudWatch::Alarm": "alarm",
  "AWS::CloudWatch::Dashboard": "dashboard",
  "AWS::CodeBuild::Project": "build-project",
  "AWS::CodeCommit::Repository": "code-repository",
  "AWS::CodeDeploy::Application": "deploy-application",
  "AWS::CodeDeploy::DeploymentConfig": "deploy-group",
  "AWS::CodeDeploy::DeploymentGroup": "deploy-group",
  "AWS::CodePipeline::Pipeline": "pipeline",
  "AWS::DynamoDB::Table": "table",
  "AWS::EC2::LaunchTemplate": "launch-template",
  "AWS::EC2::SecurityGroup": "security-group",
  "AWS::ECR::Repository": "repository",
  "AWS::ECS::Cluster": "cluster",
  "AWS::ECS::Service": "service",
  "AWS::ECS::TaskDefinition": "task-family",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "load-balancer",
  "AWS::ElasticLoadBalancingV2::TargetGroup": "target-group",
  "AWS::Events::Rule": "event-rule",
  "AWS::IAM::InstanceProfile": "instance-profile",
  "AWS::IAM::Role": "role",
  "AWS::Backup::BackupVault": "backup-vault",
  "AWS::CloudTrail::Trail": "trail",
  "AWS::KMS::Alias": "key-alias",
  "AWS::RDS::DBProxy": "db-proxy",
  "AWS::SSM::Parameter": "parameter",
  "AWS::WAFv2::WebACL": "web-acl",
  "AWS::Lambda::Function": "function",
  "AWS::Logs::LogGroup": "log-group",
  "AWS::Logs::MetricFilter": "alarm",
  "AWS::RDS::DBInstance": "db-instance",
  "AWS::S3::Bucket": "bucket",
  "AWS::SNS::Topic": "topic",
  "AWS::SQS::Queue": "queue",
  "AWS::SecretsManager::Secret": "secret",
};

it("B22 B19: any valid configuration plans, within what CloudFormation takes, and tells of what is in it", () => {
  holds((plans) => {
    expect(plans.flatMap(untold)).toEqual([]);
    for (const stack of plans.flatMap(({ stacks }) => stacks)) {
      expect(stack.resources.length).toBeLessThanOrEqual(500);
      expect(stack.outputs.length).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(JSON.stringify(templateOf(stack)))).toBeLessThanOrEqual(1024 * 1024);
      expect(repeated(stack.resources.map(({ id }) => id))).toEqual([]);
    }
  });
});

it("A08: nothing in any environment has the name of something else, and AWS takes every name", () => {
  holds((plans) => {
    expect(repeated(namesIn(plans))).toEqual([]);
    for (const resource of resourcesOf(plans)) {
      const name = physicalName(resource);
      if (name === undefined) continue;
      const kind = kinds[resource.type];
      expect({ type: resource.type, fits: kind !== undefined && name.length <= limits[kind].max }).toEqual({
        type: resource.type,
        fits: true,
      });
    }
  });
});

it("A08: a service may have any name but those of other parts of its system", () => {
  const given = (name: string) => ({
    project: "shop",
    services: { [name]: { compute: { kind: "ecs" } } },
    environments: { prod: { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "new" } },
    delivery: {},
    network: { endpoints: ["kms"] },
    rollout: { weightHolder: "codedeploy", weights: [10, 100] },
  });
  const inUse = plansOf(given("web")).flatMap(({ stacks }) =>
    stacks.flatMap(({ part, resources }) => [part, ...resources.flatMap(wordsOf)]),
  );
  const isFree = (name: string): boolean => {
    try {
      return repeated(namesIn(plansOf(given(name)))).length === 0;
    } catch {
      return false;
    }
  };
  const refused = [...new Set(inUse)].filter((name) => "problems" in checkConfig(given(name)));
  const taken = [...new Set(inUse)].filter((name) => !isFree(name));
  expect(refused.sort()).toEqual(taken.sort());
  expect(refused).toContain("pipeline");
});

/** What a service of the same name could clash with: the start of a physical name after the environment, and words of a logical id. */
function wordsOf(resource: Resource): readonly string[] {
  const words =
    physicalName(resource)
      ?.replace(/^.*euw1[-/]/, "")
      .replace(/-\d{12}$/, "")
      .split(/[-/]/) ?? [];
  const starts = words.map((_, at) => words.slice(0, at + 1).join("-"));
  const inId = resource.id.match(/[A-Z][a-z]+/g) ?? [];
  return [...starts, ...inId.map((word) => word.toLowerCase())].filter((word) => /^[a-z]/.test(word));
}

it("B22: no two networks overlap, and no two subnets of a network", () => {
  holds((plans) => {
    const stacks = plans.flatMap((plan) => plan.stacks);
    const blocksOf = (resources: readonly Resource[], type: "AWS::EC2::VPC" | "AWS::EC2::Subnet") =>
      resources.flatMap((resource) =>
        resource.type === type && "CidrBlock" in resource.properties ? [String(resource.properties.CidrBlock)] : [],
      );
    expect(clashes(stacks.flatMap(({ resources }) => blocksOf(resources, "AWS::EC2::VPC")))).toEqual([]);
    for (const { resources } of stacks) expect(clashes(blocksOf(resources, "AWS::EC2::Subnet"))).toEqual([]);
  });
});

function clashes(cidrs: readonly string[]): readonly string[] {
  const blocks = cidrs.map((text) => {
    const parsed = parseCidr(text);
    if ("problem" in parsed) throw new Error(parsed.problem);
    return { text, block: parsed.block };
  });
  return blocks.flatMap((one, at) =>
    blocks.slice(0, at).flatMap((other) => (overlaps(one.block, other.block) ? [`${one.text} ${other.text}`] : [])),
  );
}

it("two runs over one configuration give the same bytes", () => {
  holds((plans, given) => {
    expect(JSON.stringify(plansOf(given))).toBe(JSON.stringify(plans));
  });
});

it("B13: every log group of an environment is one that a key of its logs may encrypt", () => {
  holds((plans) => {
    for (const { stacks } of plans) {
      const resources = stacks.flatMap((stack) => stack.resources);
      const keys = JSON.stringify(resources.filter(({ type }) => type === "AWS::KMS::Key").map(({ properties }) => properties));
      const patterns = [...keys.matchAll(/"kms:EncryptionContext:aws:logs:arn":"[^"]+:log-group:([^"*]+)\*?"/g)];
      const starts = patterns.map(([, start = "none"]) => start);
      const names = resources.flatMap((resource) => (resource.type === "AWS::Logs::LogGroup" ? [physicalName(resource) ?? ""] : []));
      expect(names.filter((name) => !starts.some((start) => name.startsWith(start)))).toEqual([]);
      expect(names.length).toBeGreaterThan(0);
    }
  });
});
