import { expect, it } from "vitest";
import { type Block, contains, overlaps, parseCidr } from "../../lib/aws/cidr.ts";
import { limits, type Named } from "../../lib/aws/names.ts";
import { partitionOf, regions } from "../../lib/aws/regions.ts";
import { checkConfig } from "../../lib/config/check.ts";
import { templateOf } from "../../lib/plan/as-template.ts";
import { physicalName } from "../../lib/plan/physical-name.ts";
import type { Plan, Resource, Type } from "../../lib/plan/template.ts";
import { type Acknowledgement, acknowledged, settle } from "../acknowledged.ts";
import { diagnosticsOf } from "../judges/cloudformation.ts";
import { impossible } from "./order.ts";
import { holds, holdsOfSome, patience, plansOf, resourcesOf } from "./sample.ts";
import { withoutLimit, wronglyMet } from "./stages.ts";
import { tooLong, tooWide } from "./statements.ts";
import { untagged } from "./untagged.ts";
import { untold } from "./untold.ts";

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
  "AWS::RDS::DBParameterGroup": "db-parameter-group",
  "AWS::RDS::DBSubnetGroup": "db-subnet-group",
  "AWS::S3::Bucket": "bucket",
  "AWS::SNS::Topic": "topic",
  "AWS::SQS::Queue": "queue",
  "AWS::SecretsManager::Secret": "secret",
};

it("B22 B19: any valid configuration plans, within what CloudFormation takes, and tells of what is in it", { timeout: patience }, () => {
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

it("A08: nothing in any environment has the name of something else, and AWS takes every name", { timeout: patience }, () => {
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

it("B22: no two networks overlap, and no two subnets of a network, which are all in it", { timeout: patience }, () => {
  holds((plans) => {
    const stacks = plans.flatMap((plan) => plan.stacks);
    const of = (resources: readonly Resource[], type: Type, property: string): readonly unknown[] =>
      resources.flatMap((one) => (one.type === type && property in one.properties ? [Reflect.get(one.properties, property)] : []));
    const networks = stacks.flatMap(({ resources }) => of(resources, "AWS::EC2::VPC", "CidrBlock"));
    expect(clashes(networks.map(String))).toEqual([]);
    for (const { resources } of stacks) {
      const subnets = of(resources, "AWS::EC2::Subnet", "CidrBlock").map(String);
      const outer = of(resources, "AWS::EC2::VPC", "CidrBlock").map((text) => blockOf(String(text)));
      expect(clashes(subnets)).toEqual([]);
      expect(subnets.filter((text) => !outer.some((one) => contains(one, blockOf(text))))).toEqual([]);
      // By IPv6 each subnet has one of the equal blocks in what AWS gives the network.
      const shares = of(resources, "AWS::EC2::Subnet", "Ipv6CidrBlock").map((value) => JSON.stringify(value));
      expect(repeated(shares)).toEqual([]);
      expect([0, subnets.length]).toContain(shares.length);
    }
  });
});

function blockOf(text: string): Block {
  const parsed = parseCidr(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.block;
}

function clashes(cidrs: readonly string[]): readonly string[] {
  const blocks = cidrs.map((text) => ({ text, block: blockOf(text) }));
  return blocks.flatMap((one, at) =>
    blocks.slice(0, at).flatMap((other) => (overlaps(one.block, other.block) ? [`${one.text} ${other.text}`] : [])),
  );
}

it("two runs over one configuration give the same bytes", { timeout: patience }, () => {
  holds((plans, given) => {
    expect(JSON.stringify(plansOf(given))).toBe(JSON.stringify(plans));
  });
});

it("B13: every log group of an environment is one that a key of its logs may encrypt", { timeout: patience }, () => {
  holds((plans) => {
    for (const { stacks } of plans) {
      const resources = stacks.flatMap((stack) => stack.resources);
      const keys = JSON.stringify(resources.filter(({ type }) => type === "AWS::KMS::Key").map(({ properties }) => properties));
      const patterns = [...keys.matchAll(/"kms:EncryptionContext:aws:logs:arn":"[^"]+:log-group:([^"*]+)\*?"/g)];
      const starts = patterns.map(([, start = "none"]) => start);
      const names = resources.flatMap((resource) => (resource.type === "AWS::Logs::LogGroup" ? [physicalName(resource) ?? ""] : []));
      expect(names.filter((name) => !starts.some((start) => name.startsWith(start)))).toEqual([]);
    }
    expect(resourcesOf(plans).some(({ type }) => type === "AWS::Logs::LogGroup")).toBe(true);
  });
});

it("B18: everything that is waited for exists, and there is an order in which all of it can be made, across stacks too", {
  timeout: patience,
}, () => {
  holdsOfSome((plan) => {
    expect(impossible(plan)).toEqual([]);
  }, 20);
});

it("C14: everything that can carry tags says whose it is", { timeout: patience }, () => {
  holds((plans) => {
    expect(plans.flatMap(untagged)).toEqual([]);
  });
});

it("B14: no policy allows every action, every resource without a reason, or everyone without a condition", { timeout: patience }, () => {
  holds((plans) => {
    expect(plans.flatMap(tooWide)).toEqual([]);
  });
});

it("B14: no policy is longer than AWS takes", { timeout: patience }, () => {
  holds((plans) => {
    expect(plans.flatMap(tooLong)).toEqual([]);
  });
});

it("X10: in every pipeline what changes something turns back, what only looks is tried again, and nothing waits for ever", {
  timeout: patience,
}, () => {
  let pipelines = 0;
  holds((plans) => {
    pipelines += resourcesOf(plans).filter(({ type }) => type === "AWS::CodePipeline::Pipeline").length;
    expect(plans.flatMap(wronglyMet)).toEqual([]);
    expect(plans.flatMap(withoutLimit)).toEqual([]);
  });
  expect(pipelines).toBeGreaterThan(0);
});

it("A03: an account that a workflow deploys to has GitHub's provider once, unless it was there", { timeout: patience }, () => {
  holds((plans, { workflow }) => {
    const stacks = plans.flatMap((plan) => plan.stacks);
    for (const account of new Set(stacks.filter(({ part }) => part === "github").map((stack) => stack.account))) {
      const own = stacks.filter((stack) => stack.account === account).flatMap(({ resources }) => resources);
      const made = own.filter(({ type }) => type === "AWS::IAM::OIDCProvider");
      expect(made.length).toBe(workflow?.provider === "existing" ? 0 : 1);
    }
  });
});

it("A06: an environment is in one partition, and all ARNs in it are of that", { timeout: patience }, () => {
  holds((plans) => {
    for (const { stacks } of plans) {
      const own = new Set(regions.filter((region) => stacks.some((stack) => stack.region === region)).map(partitionOf));
      expect(own.size).toBe(1);
      const written = JSON.stringify(stacks.map(templateOf)).matchAll(/\barn:(aws[\w-]*):[\w-]+:[^"]*/g);
      expect([...written].filter(([, partition]) => ![...own].some((one) => one === partition)).map(([arn]) => arn)).toEqual([]);
    }
  });
});

/** No example names a snapshot by its ARN. */
const restoredByArn: Acknowledgement = {
  judge: "cloudformation-validate",
  rule: "W9013",
  resource: /^data\/DatabaseInstance$/,
  reason:
    "The rule fears a template that is taken to another account. Here each account has a template of its own, and a team may name the snapshot by its ARN, which must stay as it is: another text would replace the database.",
};

it("D09: AWS's own validator finds nothing in any plan but what is acknowledged", { timeout: patience }, () => {
  holdsOfSome(({ stacks }) => {
    const found = stacks.flatMap((stack) =>
      diagnosticsOf(templateOf(stack), stack.name).map(({ ruleId, message, entity }) => ({
        judge: "cloudformation-validate" as const,
        rule: ruleId,
        resource: `${stack.part}/${entity?.logicalId ?? ""}`,
        said: message,
      })),
    );
    expect(settle("cloudformation-validate", found, [...acknowledged, restoredByArn]).open).toEqual([]);
  }, 4);
});
