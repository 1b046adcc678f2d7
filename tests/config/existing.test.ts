import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const place = { account: "333333333333", regions: ["eu-central-1"] };
const arn = (service: string, resource: string, { account = place.account, region = "eu-central-1" } = {}): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
const certificate = arn("acm", "certificate/1b2c3d4e");
const vpc = {
  id: "vpc-0a1b2c3d4e5f60718",
  publicSubnets: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
  privateSubnets: ["subnet-0a1b2c3d4e5f60713", "subnet-0a1b2c3d4e5f60714"],
};
const group = (last: number): string => `sg-0a1b2c3d4e5f6071${last}`;
const balancer = { arn: arn("elasticloadbalancing", "loadbalancer/app/platform/50dc6c495c0c9188"), securityGroup: group(0) };

const given = (existing: object, more: object = {}): object => ({
  project: "billing",
  services: { api: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: { ...place, certificate, existing, ...more } },
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
});

function problemsIn(config: object): readonly { readonly path: string; readonly fix: string }[] {
  const checked = checkConfig(config);
  return "problems" in checked
    ? checked.problems.map(({ path, fix }) => ({ path: showPath(path).replace("environments.production.existing.", ""), fix }))
    : [];
}

const cluster = (name: string) => ({ cluster: { name } });
const inVpc = (changes: object) => ({ vpc: { ...vpc, ...changes } });
const withBalancer = (text: string) => ({ vpc, balancer: { ...balancer, arn: text } });

it.each([
  ["a cluster by name", cluster("platform")],
  ["a cluster by ARN", cluster(arn("ecs", "cluster/platform"))],
  ["a repository by name", { registry: "platform/billing" }],
  ["a repository by ARN, of another account", { registry: arn("ecr", "repository/platform/billing", { account: "111111111111" }) }],
  ["a network", { vpc }],
  ["a network by the short ids of old accounts", inVpc({ id: "vpc-0a1b2c3d" })],
  ["a load balancer in its network", { vpc, balancer }],
  ["groups to join", { vpc, cluster: { name: "platform", securityGroups: [1, 2, 3, 4].map(group) } }],
])("E02 lets pass %s", (_what, existing) => {
  expect(problemsIn(given(existing))).toEqual([]);
});

it.each([
  ["cluster.name", cluster("arn:aws:ecs:eu-central-1:333333333333"), "this has 5"],
  ["cluster.name", cluster("arn:aws:ecs:eu-centrl-1:333333333333:cluster/platform"), '"eu-centrl-1" is no region'],
  ["cluster.name", cluster("arn:aws:ecs:eu-central-1:33333:cluster/platform"), '"33333" is no account: 12 digits'],
  ["cluster.name", cluster("arn:amazon:ecs:eu-central-1:333333333333:cluster/platform"), '"amazon" is no partition'],
  ["cluster.name", cluster("arn:aws-cn:ecs:eu-central-1:333333333333:cluster/platform"), "eu-central-1 is in aws, not in aws-cn"],
  ["cluster.name", cluster(arn("ecs", "service/platform/api")), 'the resource "service/platform/api" is no cluster'],
  ["cluster.name", cluster(arn("eks", "cluster/platform")), "this is an ARN of eks, not of ecs"],
  ["cluster.name", cluster(arn("ecs", "cluster/")), 'the resource "cluster/" is no cluster'],
  ["cluster.name", cluster(arn("ecs", "cluster/plat/form")), '"plat/form" is no name of letters'],
  ["cluster.name", cluster("cluster/platform"), '"cluster/platform" is no name of letters'],
  ["cluster.name", cluster("our platform"), "a name has no spaces"],
  ["cluster.name", cluster(arn("ecs", "cluster/platform", { account: "222222222222" })), "belongs to the account 222222222222"],
  ["cluster.name", cluster(arn("ecs", "cluster/platform", { region: "eu-west-1" })), "it is in eu-west-1"],
  ["registry", { registry: arn("ecr-public", "repository/billing") }, "an ARN of ecr-public, not of ecr"],
  ["registry", { registry: arn("ecr", "registry") }, 'the resource "registry" is no repository'],
  ["registry", { registry: "333333333333.dkr.ecr.eu-central-1.amazonaws.com/Billing" }, "is no name of small letters"],
  ["registry", { registry: "billing/" }, '"billing/" is no name of small letters'],
  ["balancer.arn", withBalancer(arn("elasticloadbalancing", "loadbalancer/net/platform/50dc6c495c0c9188")), "none of an Application Load"],
  ["balancer.arn", withBalancer(arn("elasticloadbalancing", "loadbalancer/app/platform")), "none of an Application Load Balancer"],
  ["balancer.arn", withBalancer(arn("elasticloadbalancing", "listener/app/platform/50dc6c495c0c9188/0")), "none of an Application Load"],
  ["balancer.arn", withBalancer(balancer.arn.replace("333333333333", "111111111111")), "belongs to the account 111111111111"],
  ["vpc", { balancer }, "the network of the load balancer: its targets must be there"],
  ["vpc", { cluster: { name: "platform", securityGroups: [group(1)] } }, "the network of the security groups"],
  ["cluster.securityGroups", { vpc, cluster: { name: "platform", securityGroups: [1, 2, 3, 4, 5].map(group) } }, "at most 4"],
  ["vpc.id", inVpc({ id: "vpc-1" }), "the id of a VPC"],
  ["vpc.privateSubnets", inVpc({ privateSubnets: vpc.privateSubnets.slice(1) }), "at least two zones"],
  ["vpc.publicSubnets[0]", inVpc({ publicSubnets: ["10.0.0.0/24", vpc.publicSubnets[0]] }), "the id of a subnet"],
  ["vpc.natAddresses[0]", inVpc({ natAddresses: ["198.51.100.7/32"] }), "an IPv4 address"],
  ["cluster.securityGroups[0]", { vpc, cluster: { name: "platform", securityGroups: ["default"] } }, "the id of a security group"],
])("E02 refuses %s, saying what is wrong (%#)", (path, existing, fix) => {
  expect(problemsIn(given(existing))).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});

const service = {
  name: arn("ecs", "service/platform/billing"),
  taskFamily: "billing",
  executionRole: `arn:aws:iam::${place.account}:role/starts`,
};
const codeDeploy = { application: "Billing", group: "production" };

/** Production has a service already, and a pipeline to deploy it. */
const having = (existing: object, more: object = {}, sections: object = {}) => ({
  project: "billing",
  services: { api: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: { ...place, existing, ...more } },
  delivery: {},
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
  ...sections,
});
const withService = (changes: object) => ({ service: { ...service, ...changes }, codeDeploy });
const elb = (resource: string): string => arn("elasticloadbalancing", resource);
const traffic = {
  callers: elb("listener/app/platform/50dc6c495c0c9188/f2f7dc8efc522ab2"),
  blue: elb("targetgroup/billing-one/73e2d6bc24d8a067"),
  green: elb("targetgroup/billing-two/943f017f100becff"),
};
const withTraffic = (changes: object) => withService({ traffic: { ...traffic, ...changes } });
const withGroup = (changes: object) => ({ service, codeDeploy: { ...codeDeploy, ...changes } });

it.each([
  ["by ARN", { service, codeDeploy }],
  ["by name, in a cluster that is named", { ...withService({ name: "billing", taskFamily: "billing:7" }), cluster: { name: "platform" } }],
  [
    "by ARN, in the same cluster",
    { ...withService({ taskFamily: arn("ecs", "task-definition/billing:7") }), cluster: { name: "platform" } },
  ],
  [
    "with the ARNs of what deploys it",
    withGroup({ application: arn("codedeploy", "application:Billing"), group: arn("codedeploy", "deploymentgroup:Billing/production") }),
  ],
  ["with its traffic, by a listener", withTraffic({})],
  ["with its traffic, by a rule", withTraffic({ callers: elb("listener-rule/app/platform/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d0") })],
  ["with the steps of its group", withGroup({ steps: arn("codedeploy", "deploymentconfig:Slow") })],
])("E02 E04 lets pass a service %s", (_what, existing) => {
  expect(problemsIn(having(existing))).toEqual([]);
});

it.each([
  ["service.name", withService({ name: "billing" }), "name its cluster in existing.cluster"],
  ["service.name", withService({ name: arn("ecs", "service/billing") }), "name its cluster in existing.cluster"],
  ["service.name", { ...withService({}), cluster: { name: "other" } }, 'it is in the cluster "platform", and existing.cluster is "other"'],
  ["service.name", withService({ name: arn("ecs", "cluster/platform") }), 'the resource "cluster/platform" is no service'],
  ["service.name", withService({ name: arn("ecs", "service/a/b/c") }), "is no service/<cluster>/<name>"],
  [
    "service.name",
    withService({ name: arn("ecs", "service/platform/billing", { account: "111111111111" }) }),
    "belongs to the account 111111111111",
  ],
  ["service.name", withService({ name: arn("ecs", "service/platform/billing", { region: "eu-west-1" }) }), "it is in eu-west-1"],
  ["service.name", withService({ name: "our billing" }), "a name has no spaces"],
  ["service.taskFamily", withService({ taskFamily: "billing/api" }), '"billing/api" is no name of letters'],
  ["service.taskFamily", withService({ taskFamily: arn("ecs", "task/platform/0a1b") }), "is no task-definition"],
  ["service.executionRole", withService({ executionRole: "starts" }), 'an ARN starts with "arn:"'],
  ["service.executionRole", withService({ executionRole: "arn:aws:iam::111111111111:role/starts" }), "belongs to the account 111111111111"],
  ["service.taskRole", withService({ taskRole: `arn:aws:iam::${place.account}:user/app` }), "it is none of a role in IAM"],
  ["service.traffic.callers", withTraffic({ callers: traffic.blue }), "none of a listener of an Application Load Balancer"],
  [
    "service.traffic.callers",
    withTraffic({ callers: elb("listener/net/platform/50dc6c495c0c9188/f2f7dc8efc522ab2") }),
    "none of a listener of an Application Load Balancer",
  ],
  ["service.traffic.blue", withTraffic({ blue: "billing-one" }), 'an ARN starts with "arn:"'],
  ["service.traffic.green", withTraffic({ green: traffic.green.replace("eu-central-1", "eu-west-1") }), "it is in eu-west-1"],
  ["service.traffic.green", withTraffic({ green: traffic.blue }), "name the other target group"],
  ["codeDeploy.application", withGroup({ application: arn("codedeploy", "deploymentgroup:Billing/production") }), "is no application"],
  ["codeDeploy.application", withGroup({ application: "Our Billing" }), "a name has no spaces"],
  ["codeDeploy.group", withGroup({ group: arn("codedeploy", "deploymentgroup:Other/production") }), 'a group of the application "Billing"'],
  ["codeDeploy.group", withGroup({ group: "a/b/c" }), '"a/b/c" is no name of up to 100'],
  ["codeDeploy.steps", withGroup({ steps: arn("codedeploy", "deploymentconfig:Slow", { region: "eu-west-1" }) }), "it is in eu-west-1"],
  ["codeDeploy", { service }, "name the application and the deployment group"],
  ["codeDeploy.group", { service, codeDeploy: { application: "Billing" } }, "name the application and the deployment group"],
  ["vpc", { service, codeDeploy, vpc }, "nothing is made that stands on it"],
])("E02 E04 refuses %s of a service that exists, saying what is wrong (%#)", (path, existing, fix) => {
  expect(problemsIn(having(existing))).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});

it("E04 a deployment group is of a service, and an application alone takes the group of one that is made", () => {
  expect(problemsIn(having({ codeDeploy }, { certificate }))).toEqual([
    { path: "service", fix: expect.stringContaining("leave the group out") },
  ]);
  expect(problemsIn(having({ codeDeploy: { application: "Billing" } }, { certificate }))).toEqual([]);
});

it.each([
  ["service", {}, { delivery: undefined }, "or write the section delivery"],
  ["service", {}, { database: { engine: "postgres", version: "17" } }, "or leave database out"],
  ["service", {}, { firewall: {} }, "or leave firewall out"],
  ["environments.production.certificate", { certificate }, {}, "nothing is made that stands on it"],
  [
    "environments.production.zone",
    { zone: "Z0123456789ABCDEFGHIJ", domain: "billing.example.com" },
    {},
    "nothing is made that stands on it",
  ],
])("E04 what only a service that is made could have is refused beside one that exists: %s (%#)", (path, more, sections, fix) => {
  expect(problemsIn(having({ service, codeDeploy }, more, sections))).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});

it("E04 without a section delivery a service that exists is released by `sluice release`, where its traffic is named", () => {
  expect(problemsIn(having(withTraffic({}), {}, { delivery: undefined }))).toEqual([]);
});

it("E04 who shifts the traffic of a service that exists is CodeDeploy", () => {
  const rollout = { weightHolder: "ecs", weights: [10, 100] };
  expect(problemsIn(having({ service, codeDeploy }, {}, { rollout }))).toEqual([
    { path: "service", fix: expect.stringContaining('rollout.weightHolder "codedeploy"') },
  ]);
});

it("E02 a record in a zone needs the name and the zone of the load balancer that it points to", () => {
  const dns = { domain: "billing.example.com", zone: "Z0123456789ABCDEFGHIJ" };
  expect(problemsIn(given({ vpc, balancer }, dns))).toEqual([
    { path: "balancer.dnsName", fix: expect.stringContaining("dnsName and zone of the load balancer") },
  ]);
  const named = { ...balancer, dnsName: "platform-1.eu-central-1.elb.amazonaws.com", zone: "Z215JYRZR1TBD5" };
  expect(problemsIn(given({ vpc, balancer: named }, dns))).toEqual([]);
});

it("E04 the name of a load balancer that no record points to is refused", () => {
  const named = { ...balancer, dnsName: "platform-1.eu-central-1.elb.amazonaws.com" };
  expect(problemsIn(given({ vpc, balancer: named }))).toEqual([
    { path: "balancer.dnsName", fix: expect.stringContaining("leave dnsName and zone out") },
  ]);
});

it("E02 every wrong name is told at once", () => {
  const wrong = {
    cluster: { name: "cluster/platform", securityGroups: [group(1)] },
    registry: "Billing",
    balancer: { ...balancer, arn: certificate },
  };
  expect(problemsIn(given(wrong)).map(({ path }) => path)).toEqual(["vpc", "cluster.name", "registry", "balancer.arn"]);
});
