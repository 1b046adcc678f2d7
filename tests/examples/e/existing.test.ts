import { expect, it } from "vitest";
import { checkConfig } from "../../../lib/config/check.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Type } from "../../../lib/plan/template.ts";
import type { Templates } from "../template.ts";
import { actionOf, config, environmentOf, planOf, production, roleOf, staging, tools, withEnvironment } from "./plans.ts";

const { existing } = environmentOf("production");
const { vpc, cluster, balancer } = existing;
if (!vpc || !cluster || !balancer) throw new Error("production uses what exists");

const madeTypes: Readonly<Record<"vpc" | "cluster" | "balancer", readonly Type[]>> = {
  vpc: ["AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::NatGateway", "AWS::EC2::InternetGateway", "AWS::EC2::FlowLog"],
  cluster: ["AWS::ECS::Cluster", "AWS::ECS::ClusterCapacityProviderAssociations"],
  balancer: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
};
const makes = (templates: Templates, part: keyof typeof madeTypes): readonly boolean[] =>
  madeTypes[part].map((type) => templates.all(type).length > 0);

const networkOf = (templates: Templates) => templates.one("AWS::ECS::Service").parts("NetworkConfiguration.AwsvpcConfiguration")[0];
const parts = ["vpc", "cluster", "balancer"] as const;

it.each(parts)("E01 staging makes its %s, and production makes none of it", (part) => {
  expect(makes(staging, part)).not.toContain(false);
  expect(makes(production, part)).not.toContain(true);
});

it("E01 the service runs in the cluster that exists, in the named private subnets, and joins the named groups besides its own", () => {
  expect(production.one("AWS::ECS::Service").at("Cluster")).toBe("platform");
  expect(networkOf(production)?.texts("Subnets")).toEqual(vpc.privateSubnets);
  const [own, ...joined] = networkOf(production)?.texts("SecurityGroups") ?? [];
  expect(joined).toEqual(cluster.securityGroups);
  const group = production.follow(own);
  expect([group.type, group.at("VpcId")]).toEqual(["AWS::EC2::SecurityGroup", vpc.id]);
  for (const one of production.all("AWS::ElasticLoadBalancingV2::TargetGroup")) expect(one.at("VpcId")).toBe(vpc.id);
});

it("E01 the service that is made runs in the cluster and the network that are made", () => {
  expect(staging.one("AWS::ECS::Service").at("Cluster")).toBe(staging.one("AWS::ECS::Cluster").ref);
  const subnets = networkOf(staging)?.texts("Subnets") ?? [];
  for (const one of subnets) expect(staging.follow(one).at("VpcId")).toBe(staging.one("AWS::EC2::VPC").ref);
  expect(networkOf(staging)?.texts("SecurityGroups")).toHaveLength(1);
});

it("E01 the balancer that exists takes the two listeners, and is named by all that measures it", () => {
  for (const one of production.all("AWS::ElasticLoadBalancingV2::Listener")) expect(one.at("LoadBalancerArn")).toBe(balancer.arn);
  // Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": the end of the ARN is the dimension's value.
  const fullName = "app/platform/50dc6c495c0c9188";
  const watched = production
    .all("AWS::CloudWatch::Alarm")
    .flatMap((alarm) => [alarm, ...alarm.parts("Metrics").flatMap((one) => one.parts("MetricStat.Metric"))])
    .flatMap((one) => one.parts("Dimensions"))
    .filter((one) => one.at("Name") === "LoadBalancer");
  expect(watched.length).toBeGreaterThan(4);
  expect(new Set(watched.map((one) => one.at("Value")))).toEqual(new Set([fullName]));
  expect(production.one("AWS::CloudWatch::Dashboard").text("DashboardBody")).toContain(fullName);
});

it.each([
  ["production", production, balancer.securityGroup],
  [
    "staging",
    staging,
    staging.follow(staging.one("AWS::ElasticLoadBalancingV2::LoadBalancer").texts("SecurityGroups")[0]).attribute("GroupId"),
  ],
] as const)("E01 there is a way from the balancer to the copies on their port, and both sides allow it (%s)", (_name, templates, edge) => {
  const [app = ""] = networkOf(templates)?.texts("SecurityGroups") ?? [];
  const port = templates.one("AWS::ECS::Service").at("LoadBalancers.0.ContainerPort");
  const way = { IpProtocol: "tcp", FromPort: port, ToPort: port };
  const entering = templates.all("AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === app);
  const leaving = templates.all("AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === edge);
  expect(entering.map((one) => one.value)).toMatchObject([{ ...way, SourceSecurityGroupId: edge }]);
  expect(leaving.map((one) => one.value)).toMatchObject([{ ...way, DestinationSecurityGroupId: app }]);
});

it("E01 what exists is changed in nothing but the way to the copies and the two listeners", () => {
  const existingIds = [vpc.id, ...vpc.publicSubnets, ...cluster.securityGroups];
  const owned = production.found.filter((one) => ["GroupId", "VPC", "SubnetId"].some((key) => existingIds.includes(String(one.at(key)))));
  expect(owned).toEqual([]);
  const onEdge = production.found.filter((one) => one.at("GroupId") === balancer.securityGroup);
  expect(onEdge.map(({ type }) => type)).toEqual(["AWS::EC2::SecurityGroupEgress"]);
});

const bytesOf = (change: Parameters<typeof withEnvironment>[1]): string => {
  const environments = config.environments.map((one) => (one.name === "production" ? { ...one, ...change } : one));
  return JSON.stringify(buildPlan({ ...config, environments }, "production").stacks.map(templateOf));
};

it("E02 a cluster by its name and by its ARN are one plan, to the byte", () => {
  expect(cluster.name).toMatch(/^arn:/);
  const byName = bytesOf({ existing: { ...existing, cluster: { ...cluster, name: "platform" } } });
  expect(byName).toBe(bytesOf({}));
  expect(bytesOf({ existing: { ...existing, cluster: { ...cluster, name: "other" } } })).not.toBe(byName);
});

it("E02 a repository by its name and by its ARN are one plan, to the byte", () => {
  const planned = (registry: string) => {
    const environments = config.environments.map((one) => (one.name === "tools" ? { ...one, existing: { registry } } : one));
    return ["tools", "staging", "production"].map((name) =>
      JSON.stringify(buildPlan({ ...config, environments }, name).stacks.map(templateOf)),
    );
  };
  expect(planned("arn:aws:ecr:eu-central-1:111111111111:repository/platform/billing")).toEqual(planned("platform/billing"));
});

/** Every combination of what may exist. */
const flags = Array.from({ length: 8 }, (_, bits) => parts.filter((_part, at) => bits & (1 << at)));

it.each(flags)("E04 any of VPC, cluster and balancer may exist or be made (%s %s %s)", (...given) => {
  const used = given.filter((part) => part !== undefined);
  const chosen = {
    ...(used.includes("vpc") && { vpc }),
    ...(used.includes("cluster") && { cluster: { ...cluster, securityGroups: used.includes("vpc") ? cluster.securityGroups : [] } }),
    ...(used.includes("balancer") && { balancer }),
  };
  if (used.includes("balancer") && !used.includes("vpc")) {
    // A target group in another network than its balancer's gets no traffic.
    expect(problemsWith(chosen)).toEqual(["environments.production.existing.vpc"]);
    return;
  }
  expect(problemsWith(chosen)).toEqual([]);
  const templates = withEnvironment("production", { existing: chosen });
  for (const part of parts) expect([part, ...makes(templates, part)]).toEqual([part, ...madeTypes[part].map(() => !used.includes(part))]);
  expect(networkOf(templates)?.texts("SecurityGroups")).toHaveLength(chosen.cluster?.securityGroups.length ? 2 : 1);
});

function problemsWith(chosen: object): readonly string[] {
  const checked = checkConfig({
    project: config.project,
    services: { api: { compute: { kind: "ecs", cpu: 256, memory: 512 } } },
    environments: {
      production: {
        account: "333333333333",
        regions: ["eu-central-1"],
        certificate: environmentOf("production").certificate,
        existing: chosen,
      },
    },
    rollout: { weightHolder: "codedeploy", weights: [10, 100] },
  });
  return "problems" in checked ? checked.problems.map(({ path }) => path.join(".")) : [];
}

const imageOf = (templates: Templates): string => templates.one("AWS::ECS::TaskDefinition").text("ContainerDefinitions.0.Image");

it("E04 the registry is made in the home, and all stages pull from it", () => {
  const name = tools.one("AWS::ECR::Repository").text("RepositoryName");
  for (const stage of [staging, production]) {
    expect(stage.all("AWS::ECR::Repository")).toEqual([]);
    expect(imageOf(stage)).toBe(`${tools.account}.dkr.ecr.${tools.region}.amazonaws.com/${name}:seed`);
  }
});

it("E04 a registry that exists is pushed to by the home and pulled from by all stages", () => {
  const change = { existing: { registry: "platform/billing" } };
  const home = withEnvironment("tools", change);
  expect(home.all("AWS::ECR::Repository")).toEqual([]);
  const project = home.follow(actionOf(home, "Image").at("Configuration.ProjectName"));
  const given = project.parts("Environment.EnvironmentVariables").find((one) => one.at("Name") === "IMAGE_REPOSITORY");
  const uri = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/platform/billing";
  expect(given?.at("Value")).toBe(uri);
  for (const name of ["staging", "production"]) expect(imageOf(withEnvironment("tools", change, name))).toBe(`${uri}:seed`);
});

it("E04 zone and certificate may exist or be made, and an approval is a choice", () => {
  expect(staging.all("AWS::CertificateManager::Certificate")).toHaveLength(1);
  expect(staging.all("AWS::Route53::HostedZone")).toEqual([]);
  expect(withEnvironment("staging", { zone: "new" }).all("AWS::Route53::HostedZone")).toHaveLength(1);
  for (const type of ["AWS::CertificateManager::Certificate", "AWS::Route53::RecordSet"] as const) expect(production.all(type)).toEqual([]);
  const eager = planOf("tools", { delivery: config.delivery && { ...config.delivery, approval: false } });
  expect(eager.one("AWS::CodePipeline::Pipeline").parts("Stages")).toHaveLength(5);
  expect(() => roleOf(eager, "pipeline-approve-production")).toThrow();
});
