import { expect, it } from "vitest";
import { slots } from "../../../lib/base/outcome.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { physicalName } from "../../../lib/plan/physical-name.ts";
import type { Plan, Type } from "../../../lib/plan/template.ts";
import { type Found, readTemplates } from "../template.ts";
import { admin, alone, api, beside, like, regions, severalConfig, stackIn, three } from "./plans.ts";

const domain = "catalog.example.com";

/** What one region of a plan has, with references followed into the other. */
interface Part {
  all(type: Type): readonly Found[];
  of(part: string, type: Type): readonly Found[];
  /** The one whose logical id ends so. */
  the(part: string, type: Type, end?: string): Found;
}

function inRegion(plan: Plan, region: string): Part {
  const whole = readTemplates({ ...plan, stacks: plan.stacks.map((stack) => ({ ...stack, part: `${stack.part} ${stack.region}` })) });
  const all = (type: Type) => whole.all(type).filter(({ stack }) => stack.endsWith(` ${region}`));
  const of = (part: string, type: Type) => all(type).filter(({ stack }) => stack === `${part} ${region}`);
  const the = (part: string, type: Type, end = ""): Found => {
    const [only, ...others] = of(part, type).filter(({ id }) => id.endsWith(end));
    if (!only || others.length > 0) throw new Error(`${only ? others.length + 1 : "no"} ${type} …${end} in ${part}`);
    return only;
  };
  return { all, of, the };
}

const rule = "AWS::ElasticLoadBalancingV2::ListenerRule";
const targetGroup = "AWS::ElasticLoadBalancingV2::TargetGroup";

it.each(regions)("A09 each further service has a stack of its own, with what a release of it needs (%s)", (region) => {
  const parts = three.stacks.filter((stack) => stack.region === region).map(({ part }) => part);
  expect(parts.filter((part) => ["web", "api", "Admin"].includes(part))).toEqual(["web", "api", "Admin"]);
  const templates = inRegion(three, region);
  for (const part of ["api", "Admin"]) {
    for (const slot of ["Blue", "Green"]) {
      const service = templates.the(part, "AWS::ECS::Service", `${slot}Service`);
      expect(service.at("LoadBalancers.0.TargetGroupArn")).toBe(templates.the(part, targetGroup, `${slot}Targets`).ref);
      expect(service.after.map(({ type }) => type)).toContain(rule);
      expect(service.at("TaskDefinition")).toBe(templates.the(part, "AWS::ECS::TaskDefinition").at("Family"));
    }
    const outputs = stackIn(three, region, part).outputs.map(({ name }) => name);
    expect(outputs).toEqual(
      expect.arrayContaining(
        stackIn(three, region, "web")
          .outputs.map(({ name }) => name)
          .filter((name) => !name.endsWith("ListenerArn")),
      ),
    );
    // As many scale, are watched and are drawn as of the first.
    const kinds = ["AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"] as const;
    for (const kind of kinds) expect([part, kind, templates.of(part, kind).length]).toEqual([part, kind, templates.of("web", kind).length]);
  }
});

it.each(regions)(
  "B04 one load balancer serves all, and each service has its rule for callers on the listener of callers (%s)",
  (region) => {
    const templates = inRegion(three, region);
    expect(templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer")).toHaveLength(1);
    const listeners = templates.all("AWS::ElasticLoadBalancingV2::Listener");
    expect(listeners.map(({ stack }) => stack)).toEqual([`web ${region}`, `web ${region}`]);
    const production = templates.the("web", "AWS::ElasticLoadBalancingV2::Listener", "ProductionListener");
    for (const part of ["web", "api", "Admin"]) {
      const split = templates.the(part, rule, "Split");
      expect(split.at("ListenerArn")).toBe(production.ref);
      const groups = ["Blue", "Green"].map((slot) => templates.the(part, targetGroup, `${slot}Targets`).ref);
      expect(split.parts("Actions.0.ForwardConfig.TargetGroups").map((one) => one.at("TargetGroupArn"))).toEqual(groups);
    }
  },
);

const conditionsOf = (found: Found): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    found
      .parts("Conditions")
      .map((one) => [
        one.text("Field"),
        ["HttpHeaderConfig", "HostHeaderConfig", "PathPatternConfig"].flatMap((kind) => (one.at(kind) ? one.texts(`${kind}.Values`) : [])),
      ]),
  );

it.each(regions)(
  "A09 services are told apart by a name below the domain, or by paths under it, and the first takes the rest last (%s)",
  (region) => {
    const templates = inRegion(three, region);
    const split = (part: string) => templates.the(part, rule, "Split");
    expect(conditionsOf(split("api"))).toEqual({ "host-header": [domain], "path-pattern": ["/api", "/api/*"] });
    expect(conditionsOf(split("Admin"))).toEqual({ "host-header": [`admin.${domain}`] });
    expect(conditionsOf(split("web"))).toEqual({ "path-pattern": ["/*"] });
    const last = split("web").number("Priority");
    // Elastic Load Balancing API reference, CreateRule: from 1 to 50,000, the lowest first.
    for (const part of ["api", "Admin"]) expect(split(part).number("Priority")).toBeLessThan(last);
    expect(last).toBe(50_000);
  },
);

it.each(regions)("A09 tests reach each slot of each service by naming both, before the first service takes them (%s)", (region) => {
  const templates = inRegion(three, region);
  const test = templates.the("web", "AWS::ElasticLoadBalancingV2::Listener", "TestListener");
  const tests = (part: string) => templates.of(part, rule).filter((one) => one.at("ListenerArn") === test.ref);
  for (const part of ["api", "Admin"]) {
    const callers = conditionsOf(templates.the(part, rule, "Split"));
    expect(tests(part).map(conditionsOf)).toEqual(slots.map((slot) => ({ "http-header": [slot], ...callers })));
    const [first, ...others] = tests("web").map((one) => one.number("Priority"));
    for (const one of tests(part)) expect(one.number("Priority")).toBeLessThan(Math.min(Number(first), ...others));
  }
  const places = templates.all(rule).map((one) => `${one.at("ListenerArn")} ${one.at("Priority")}`);
  expect(new Set(places).size).toBe(places.length);
  for (const one of templates.all(rule)) expect(one.number("Priority")).toBeLessThanOrEqual(50_000);
});

it("A09 the rules of a service stay, to the byte, when another comes, goes or moves", () => {
  const rulesOf = (plan: Plan, part: string) =>
    stackIn(plan, "eu-west-1", part)
      .resources.filter(({ type }) => type === rule)
      .map(({ properties }) => properties);
  const others = [
    buildPlan(beside(api), "production"),
    buildPlan(beside(like("search"), admin, api), "production"),
    buildPlan(beside(like("docs", { paths: ["/docs/*"] }), api, like("mail")), "production"),
  ];
  for (const plan of others) {
    expect(rulesOf(plan, "api")).toEqual(rulesOf(three, "api"));
    expect(rulesOf(plan, "web")).toEqual(rulesOf(alone, "web"));
  }
});

it("A08 what a project with one service has keeps its names and its contents when others come", () => {
  const before = alone.stacks.map((stack) => ({ ...stack, template: templateOf(stack) }));
  for (const { region, part, name, template } of before) {
    const after = stackIn(three, region, part);
    expect(after.name).toBe(name);
    const { Resources } = templateOf(after);
    // The certificate covers names below the domain, which is another one, and only the workflow's roles know of more.
    const same = Object.keys(template.Resources).filter((id) => !/Certificate$|Policy$/.test(id) || part === "web");
    for (const id of same) expect([part, id, Resources[id]]).toEqual([part, id, template.Resources[id]]);
  }
});

it.each(regions)("B12 the copies of each service are a group of their own, reached by the load balancer on their port (%s)", (region) => {
  const templates = inRegion(three, region);
  const balancer =
    templates.the("base", "AWS::ECS::Cluster") && templates.all("AWS::EC2::SecurityGroup").find(({ id }) => id === "GroupsBalancerGroup");
  for (const [part, port] of [
    ["api", 9090],
    ["Admin", 8080],
  ] as const) {
    const group = templates.the(part, "AWS::EC2::SecurityGroup").attribute("GroupId");
    for (const service of templates.of(part, "AWS::ECS::Service"))
      expect(service.at("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups")).toEqual([group]);
    const doors = templates.of(part, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group);
    expect(doors.map((one) => [one.at("SourceSecurityGroupId"), one.at("FromPort"), one.at("ToPort")])).toEqual([
      [balancer?.attribute("GroupId"), port, port],
    ]);
    const out = templates.of(part, "AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === balancer?.attribute("GroupId"));
    expect(out.map((one) => [one.at("DestinationSecurityGroupId"), one.at("FromPort")])).toEqual([[group, port]]);
  }
});

it("B12 A10 each service reaches the database by its proxy, with the secret, and in the region of the data alone", () => {
  const templates = inRegion(three, "eu-west-1");
  const proxy = templates
    .all("AWS::EC2::SecurityGroup")
    .find(({ id }) => id === "GroupsProxyGroup")
    ?.attribute("GroupId");
  for (const part of ["api", "Admin"]) {
    const group = templates.the(part, "AWS::EC2::SecurityGroup").attribute("GroupId");
    const ways = templates.of(part, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === proxy);
    expect(ways.map((one) => [one.at("SourceSecurityGroupId"), one.at("FromPort")])).toEqual([[group, 5432]]);
    const container = templates.the(part, "AWS::ECS::TaskDefinition").parts("ContainerDefinitions")[0];
    expect(container?.parts("Secrets").map((one) => one.at("Name"))).toEqual(["DATABASE_USER", "DATABASE_PASSWORD"]);
    const elsewhere = inRegion(three, "us-west-2");
    expect(elsewhere.the(part, "AWS::ECS::TaskDefinition").at("ContainerDefinitions.0.Secrets")).toBeUndefined();
    expect(elsewhere.of(part, "AWS::ECS::Service").map((one) => one.at("DesiredCount"))).toEqual([0, 0]);
  }
});

it.each(regions)("A14 each service has images of its own, encrypted by the key of images, and pulls no others (%s)", (region) => {
  const templates = inRegion(three, region);
  const key = templates.all("AWS::KMS::Key").find(({ id }) => id.endsWith("ImagesKey"));
  const registries = templates.all("AWS::ECR::Repository");
  expect(registries.map(({ stack }) => stack)).toEqual(["base", "api", "Admin"].map((part) => `${part} ${region}`));
  for (const one of registries) expect(one.at("EncryptionConfiguration.KmsKey")).toBe(key?.attribute("Arn"));
  for (const part of ["api", "Admin"]) {
    const images = templates.the(part, "AWS::ECR::Repository");
    expect(templates.the(part, "AWS::ECS::TaskDefinition").text("ContainerDefinitions.0.Image")).toContain(
      images.attribute("RepositoryUri"),
    );
    const pulls = templates
      .the(part, "AWS::IAM::RolePolicy", "ExecutionPolicy")
      .parts("PolicyDocument.Statement")
      .find((one) => one.at("Sid") === "PullsItsImage");
    expect(pulls?.at("Resource")).toBe(images.attribute("Arn"));
  }
});

it("B05 a name below the domain leads where the domain leads, from one record, and the certificate covers it", () => {
  const [primary, secondary] = regions.map((region) => inRegion(three, region));
  if (!primary || !secondary) throw new Error("two regions");
  const record = primary.the("Admin", "AWS::Route53::RecordSet");
  const [main] = primary.of("base", "AWS::Route53::RecordSet");
  expect(record.at("Name")).toBe(`admin.${domain}`);
  // Amazon Route 53 API reference, AliasTarget: for a record of the same zone, its name and the zone.
  expect(record.at("AliasTarget")).toEqual({
    DNSName: main?.at("Name"),
    HostedZoneId: main?.at("HostedZoneId"),
    EvaluateTargetHealth: true,
  });
  expect(record.at("HostedZoneId")).toBe(main?.at("HostedZoneId"));
  expect([...secondary.of("Admin", "AWS::Route53::RecordSet"), ...primary.of("api", "AWS::Route53::RecordSet")]).toEqual([]);
  for (const templates of [primary, secondary]) {
    const certificate = templates.the("base", "AWS::CertificateManager::Certificate");
    expect([certificate.at("DomainName"), certificate.at("SubjectAlternativeNames")]).toEqual([domain, [`*.${domain}`]]);
  }
});

it("B05 services under paths alone need no other certificate", () => {
  const templates = inRegion(buildPlan(beside(api), "production"), "eu-west-1");
  const certificate = templates.the("base", "AWS::CertificateManager::Certificate");
  expect(certificate.at("SubjectAlternativeNames")).toBeUndefined();
});

it("A15 behind CloudFront services under paths keep their rules, by the caller's own name", () => {
  const edge = { assets: ["/assets/*"], rate: 2000 };
  const plan = buildPlan({ ...severalConfig, services: beside(api).services, edge, firewall: undefined }, "production");
  const templates = inRegion(plan, "eu-west-1");
  expect(conditionsOf(templates.the("api", rule, "Split"))).toEqual({ "host-header": [domain], "path-pattern": ["/api", "/api/*"] });
});

it("A09 what a release moves in each service is set once", () => {
  const owned = (part: string) =>
    stackIn(three, "eu-west-1", part).resources.flatMap(({ id, releaseOwns }) => (releaseOwns ? [`${id} ${releaseOwns.join(" ")}`] : []));
  expect(owned("api")).toEqual(owned("web"));
  expect(owned("api").length).toBeGreaterThan(4);
});

it("A03 the longest names of as many services as a workflow may have fit into the policies of its role", () => {
  const long = (at: number) =>
    like(`a-service-with-a-long-name-no-${String(at).padStart(2, "0")}`, { paths: [`/${at}/*`], priority: at + 1 });
  const most = beside(...Array.from({ length: 11 }, (_, at) => long(at)));
  const [production] = most.environments.filter(({ name }) => name === "production");
  if (!production) throw new Error("no production");
  const plan = buildPlan(
    { ...most, project: "a-project-with-a-long-name-of-32", environments: [{ ...production, suffix: "abcdefghijkl" }] },
    "production",
  );
  for (const stack of plan.stacks) {
    const policies = stack.resources
      .filter(({ type }) => type === "AWS::IAM::RolePolicy")
      .map(({ properties }) => JSON.stringify(Reflect.get(properties, "PolicyDocument")));
    // IAM User Guide, "IAM and AWS STS quotas": inline policies of a role, without white space.
    for (const policy of policies) expect(policy.length).toBeLessThanOrEqual(10_240);
  }
  expect(
    plan.stacks.flatMap(({ resources }) => resources.map(physicalName)).filter((name) => name?.includes("no-10")).length,
  ).toBeGreaterThan(10);
});

it("two plans of one configuration are the same bytes, with several services", () => {
  expect(JSON.stringify(buildPlan(severalConfig, "production"))).toBe(JSON.stringify(three));
});

it("B12 E02 behind a load balancer that exists each service is reached by its group, on the listeners of the first", () => {
  const [environment] = severalConfig.environments;
  if (!environment) throw new Error("an environment");
  const { region, account } = { region: "eu-west-1", account: environment.account } as const;
  const balancer = {
    arn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/shared/50dc6c495c0c9188`,
    securityGroup: "sg-0123456789abcdef0",
    dnsName: "shared.eu-west-1.elb.amazonaws.com",
    zone: "Z32O12XQLNTSW2",
  };
  const vpc = { id: "vpc-0123", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets: ["subnet-3", "subnet-4"], natAddresses: [] };
  const environments = [{ ...environment, regions: [region], existing: { balancer, vpc } }];
  const templates = inRegion(buildPlan({ ...severalConfig, database: undefined, environments }, environment.name), region);
  const ways = templates.of("api", "AWS::EC2::SecurityGroupIngress").map((one) => one.at("SourceSecurityGroupId"));
  expect(ways).toEqual([balancer.securityGroup]);
  const production = templates.the("web", "AWS::ElasticLoadBalancingV2::Listener", "ProductionListener");
  expect(production.at("LoadBalancerArn")).toBe(balancer.arn);
  expect(templates.the("api", rule, "Split").at("ListenerArn")).toBe(production.ref);
});

it.each(regions)(
  "B04 a firewall stands before the containers of each region, refuses who asks too often, and keeps what it judged (%s)",
  (region) => {
    const templates = inRegion(three, region);
    const acl = templates.the("base", "AWS::WAFv2::WebACL");
    expect(acl.at("Scope")).toBe("REGIONAL");
    expect(acl.parts("Rules").map((one) => one.at("Statement.RateBasedStatement.Limit"))).toContain(1000);
    const balancers = templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer");
    expect(balancers).toHaveLength(1);
    const guarded = templates.of("base", "AWS::WAFv2::WebACLAssociation");
    expect(guarded.map((one) => one.at("ResourceArn"))).toEqual(balancers.map((one) => one.ref));
    expect(guarded.map((one) => one.at("WebACLArn"))).toEqual([acl.attribute("Arn")]);
    // AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group": its name, and a key that may be used for it.
    const [log] = templates.of("base", "AWS::Logs::LogGroup").filter((one) => one.text("LogGroupName").startsWith("aws-waf-logs-"));
    if (!log) throw new Error("no log of the firewall");
    const recorder = templates.the("base", "AWS::WAFv2::LoggingConfiguration");
    expect(recorder.at("ResourceArn")).toEqual(acl.attribute("Arn"));
    expect(recorder.texts("LogDestinationConfigs")).toEqual([expect.stringContaining(log.ref)]);
    const [key] = templates.of("base", "AWS::KMS::Key").filter((one) => one.attribute("Arn") === log.at("KmsKeyId"));
    expect(JSON.stringify(key?.at("KeyPolicy"))).toContain(`log-group:${log.at("LogGroupName")}`);
    // Without the option there is none.
    const without = inRegion(buildPlan({ ...severalConfig, firewall: undefined }, "production"), region);
    expect([...without.all("AWS::WAFv2::WebACL"), ...without.all("AWS::WAFv2::WebACLAssociation")]).toEqual([]);
  },
);
