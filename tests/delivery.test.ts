import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { ContainerImage, FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { expect, it } from "vitest";
import { checkConfig } from "../lib/config/check.ts";
import type { ConfigInput } from "../lib/config/config.ts";
import { Delivery } from "../lib/delivery.ts";
import { templateOf } from "../lib/plan/as-template.ts";
import { buildPlan } from "../lib/plan/build.ts";
import "./engines/cdk/scratch.ts";

const shop: ConfigInput = {
  project: "shop",
  owner: "storefront",
  costCenter: "CC-1042",
  engine: "cdk",
  rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
  services: {
    web: {
      start: "node server.js",
      port: 8080,
      health: "/health",
      compute: { kind: "ecs", cpu: 512, memory: 1024, count: { min: 2, max: 4 } },
    },
  },
  environments: {
    production: {
      account: "444455556666",
      regions: ["eu-west-1"],
      cidr: "10.20.0.0/16",
      domain: "shop.example.com",
      zone: "Z0123456789ABCDEFGHIJ",
      certificate: "arn:aws:acm:eu-west-1:444455556666:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809",
    },
  },
};

/** A CDK app of somebody else, with a stack of its own beside the environment. */
function foreignApp() {
  const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false });
  const delivery = new Delivery(app, "Shop", { config: shop, environment: "production" });
  const own = new Stack(app, "Reports", { env: { account: "444455556666", region: "eu-west-1" } });
  return { app, delivery, own };
}

const baseOf = ({ delivery }: ReturnType<typeof foreignApp>): Stack => {
  const found = delivery.stacks.find(({ stackName }) => stackName.endsWith("-base"));
  if (!found) throw new Error("no base stack");
  return found;
};

it("a foreign CDK app gets every stack of the environment, as planned", () => {
  const { app, delivery } = foreignApp();
  const checked = checkConfig(shop);
  if (!("config" in checked)) throw new Error(JSON.stringify(checked.problems));
  const plan = buildPlan(checked.config, "production");
  const assembly = app.synth();
  expect(delivery.stacks.map(({ stackName }) => stackName)).toEqual(plan.stacks.map(({ name }) => name));
  for (const stack of plan.stacks) {
    expect(assembly.getStackByName(stack.name).template.Resources).toEqual(JSON.parse(JSON.stringify(templateOf(stack).Resources)));
  }
});

it("constructs of the app run in the environment's network and cluster", () => {
  const made = foreignApp();
  const { delivery, own } = made;
  const taskDefinition = new FargateTaskDefinition(own, "Task");
  taskDefinition.addContainer("reports", { image: ContainerImage.fromEcrRepository(delivery.repository, "1") });
  new FargateService(own, "Service", { cluster: delivery.cluster, taskDefinition });
  const [service] = Object.values(Template.fromStack(own).findResources("AWS::ECS::Service"));
  expect(baseOf(made).resolve(delivery.cluster.clusterName)).toEqual({ Ref: "ComputeCluster" });
  expect(service?.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets).toHaveLength(2);
  expect(JSON.stringify(service?.Properties)).toContain("ComputeCluster");
  expect(JSON.stringify(service?.Properties.NetworkConfiguration)).toMatch(/NetworkPrivateSubnet1.*NetworkPrivateSubnet2/);
});

it("the handles are the plan's own resources", () => {
  const made = foreignApp();
  const { delivery } = made;
  const base = baseOf(made);
  expect(base.resolve(delivery.vpc.vpcId)).toEqual({ Ref: "NetworkVpc" });
  expect(base.resolve(delivery.vpc.publicSubnets.map(({ subnetId }) => subnetId))).toEqual([
    { Ref: "NetworkPublicSubnet1" },
    { Ref: "NetworkPublicSubnet2" },
  ]);
  expect(delivery.vpc.availabilityZones).toEqual(["eu-west-1a", "eu-west-1b"]);
  expect(base.resolve(delivery.loadBalancer.loadBalancerArn)).toEqual({ Ref: "EdgeBalancer" });
  expect(base.resolve(delivery.loadBalancer.loadBalancerDnsName)).toEqual({ "Fn::GetAtt": ["EdgeBalancer", "DNSName"] });
  expect(base.resolve(delivery.loadBalancer.connections.securityGroups[0]?.securityGroupId)).toEqual({
    "Fn::GetAtt": ["GroupsBalancerGroup", "GroupId"],
  });
  expect(base.resolve(delivery.repository.repositoryName)).toEqual({ Ref: "ImagesWebRegistry" });
  expect(delivery.resource("web", "ServiceService").cfnResourceType).toBe("AWS::ECS::Service");
});

const { production } = shop.environments ?? {};
if (!production) throw new Error("the shop has no production");
const subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"];
const vpc = { id: "vpc-0a1b2c3d", publicSubnets: subnets, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] };
const arn = "arn:aws:elasticloadbalancing:eu-west-1:444455556666:loadbalancer/app/theirs/50dc6c495c0c9188";
const balancer = { arn, securityGroup: "sg-0a1b2c3d" };
const within = (existing: NonNullable<ConfigInput["environments"]>[string]["existing"]): ConfigInput => ({
  ...shop,
  environments: { production: { ...production, zone: undefined, existing } },
});
const fleets: ConfigInput = { ...shop, services: { web: { compute: { kind: "ec2" } } }, rollout: {} };

it.each<readonly [keyof Delivery & ("vpc" | "cluster" | "loadBalancer" | "repository"), ConfigInput, string]>([
  ["vpc", within({ vpc }), "existing.vpc leaves it out"],
  ["cluster", fleets, 'compute: { kind: "ecs" } makes it'],
  ["cluster", within({ cluster: { name: "theirs" } }), "existing.cluster leaves it out"],
  ["loadBalancer", within({ vpc, balancer }), "existing.balancer leaves it out"],
  ["repository", fleets, 'compute: { kind: "ecs" } makes it'],
  ["repository", within({ registry: "theirs" }), "existing.registry leaves it out"],
])("A17 E04 the handle %s on what an option leaves out throws, naming the option", (handle, config, because) => {
  const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false });
  const delivery = new Delivery(app, "Shop", { config, environment: "production" });
  expect(() => delivery[handle]).toThrow(because);
});

it("an unknown part, environment or mistake in the configuration is refused", () => {
  const { app, delivery } = foreignApp();
  expect(() => delivery.resource("nothing", "X")).toThrow('has ledger, base, web and no stack "nothing"');
  expect(() => delivery.resource("web", "ServiceBlueService")).toThrow(
    'no resource "ServiceBlueService": did you mean ServiceService or ServiceBlueTargets? sluice plan',
  );
  expect(() => delivery.resource("web", "X")).toThrow('shop-production-euw1-web has no resource "X": sluice plan --format table prints');
  expect(() => delivery.resource("data", "X")).toThrow('no stack "data": database makes it');
  expect(() => new Delivery(app, "Other", { config: shop, environment: "moon" })).toThrow("moon");
  expect(() => new Delivery(app, "Bad", { config: { ...shop, project: "Not A Name" }, environment: "production" })).toThrow(
    /mistakes:\n.*project/,
  );
});
