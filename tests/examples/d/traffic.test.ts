import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Found, Templates } from "../template.ts";
import { both, config, production, staging, withService } from "./plans.ts";

const balancerOf = (templates: Templates): Found => templates.one("AWS::ElasticLoadBalancingV2::LoadBalancer");
const listenersOf = (templates: Templates): readonly Found[] => templates.all("AWS::ElasticLoadBalancingV2::Listener");

const attributesOf = (balancer: Found): Readonly<Record<string, unknown>> =>
  Object.fromEntries(balancer.parts("LoadBalancerAttributes").map((one) => [one.text("Key"), one.at("Value")]));

it.each(both)("B04 callers are taken on 443 only by TLS 1.2 and 1.3, with the certificate of the environment (%s)", (name, templates) => {
  expect(
    listenersOf(templates)
      .map((one) => one.at("Port"))
      .sort(),
  ).toEqual([443, 8443]);
  for (const listener of listenersOf(templates)) {
    expect(listener.at("LoadBalancerArn")).toBe(balancerOf(templates).ref);
    expect(listener.at("Protocol")).toBe("HTTPS");
    // Elastic Load Balancing, "Security policies for your Application Load Balancer": TLS 1.3 and 1.2, no CBC ciphers without ECDHE.
    expect(listener.at("SslPolicy")).toMatch(/^ELBSecurityPolicy-TLS13-1-[23]-/);
    const [certificate] = listener.parts("Certificates").map((one) => one.at("CertificateArn"));
    const given = config.environments.find((one) => one.name === name)?.certificate;
    if (given) expect(certificate).toBe(given);
    else expect(templates.follow(certificate).type).toBe("AWS::CertificateManager::Certificate");
  }
});

it.each(both)("B04 the balancer is public, over the public subnets, and takes no malformed headers (%s)", (_name, templates) => {
  const balancer = balancerOf(templates);
  expect([balancer.at("Type"), balancer.at("Scheme")]).toEqual(["application", "internet-facing"]);
  const open = templates.all("AWS::EC2::Route").filter((one) => one.at("GatewayId"));
  const tables = templates.all("AWS::EC2::SubnetRouteTableAssociation");
  const routed = balancer.texts("Subnets").map((subnet) => tables.find((one) => one.at("SubnetId") === subnet)?.at("RouteTableId"));
  expect(routed).toEqual(open.map((one) => one.at("RouteTableId")));
  expect(attributesOf(balancer)["routing.http.drop_invalid_header_fields.enabled"]).toBe("true");
});

it.each(both)("B18 the balancer comes after what lets it write its log, and after the way to the internet (%s)", (_name, templates) => {
  const balancer = balancerOf(templates);
  const { after } = balancer;
  const log = attributesOf(balancer)["access_logs.s3.bucket"];
  expect(after.find(({ type }) => type === "AWS::S3::BucketPolicy")?.at("Bucket")).toBe(log);
  expect(after.map(({ type }) => type)).toContain("AWS::EC2::VPCGatewayAttachment");
});

it.each(both)("B04 health is asked for on /health, and a copy that leaves may finish its requests (%s)", (_name, templates) => {
  const groups = templates.all("AWS::ElasticLoadBalancingV2::TargetGroup");
  expect(groups).toHaveLength(2);
  for (const group of groups) {
    expect(group.at("HealthCheckPath")).toBe("/health");
    // Elastic Load Balancing API reference, CreateTargetGroup: the timeout must be below the interval.
    expect(group.number("HealthCheckTimeoutSeconds")).toBeLessThan(group.number("HealthCheckIntervalSeconds"));
    expect(group.at("VpcId")).toBe(templates.one("AWS::EC2::VPC").ref);
  }
  const delays = withService({ grace: duration(45_000) })
    .all("AWS::ElasticLoadBalancingV2::TargetGroup")
    .map((one) =>
      one
        .parts("TargetGroupAttributes")
        .find((is) => is.at("Key") === "deregistration_delay.timeout_seconds")
        ?.at("Value"),
    );
  expect(delays).toEqual(["45", "45"]);
});

it.each(both)("B04 the access log goes where the balancer may write (%s)", (_name, templates) => {
  const attributes = attributesOf(balancerOf(templates));
  const bucket = templates.follow(attributes["access_logs.s3.bucket"]);
  expect(attributes["access_logs.s3.enabled"]).toBe("true");
  const policy = templates.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === bucket.ref);
  // Elastic Load Balancing, "Enable access logs for your Application Load Balancer": the principal, and the prefix in the path.
  const writer = policy
    .parts("PolicyDocument.Statement")
    .find((one) => one.at("Principal.Service") === "logdelivery.elasticloadbalancing.amazonaws.com");
  expect(writer?.value).toMatchObject({
    Effect: "Allow",
    Action: "s3:PutObject",
    Resource: `${bucket.attribute("Arn")}/${attributes["access_logs.s3.prefix"]}/AWSLogs/${templates.account}/*`,
  });
  // The same page: of the encryptions only Amazon S3's own.
  expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault")).toEqual({
    SSEAlgorithm: "AES256",
  });
});

it("B04 only in production the balancer cannot be deleted", () => {
  expect(attributesOf(balancerOf(production))["deletion_protection.enabled"]).toBe("true");
  expect(attributesOf(balancerOf(staging))["deletion_protection.enabled"]).toBe("false");
});

it.each(both)("B05 the domain is an alias of the balancer, in the zone that was made or given (%s)", (name, templates) => {
  const record = templates.one("AWS::Route53::RecordSet");
  const wanted = config.environments.find((one) => one.name === name);
  const balancer = balancerOf(templates);
  expect(record.value).toMatchObject({
    Name: wanted?.domain,
    Type: "A",
    AliasTarget: {
      DNSName: balancer.attribute("DNSName"),
      HostedZoneId: balancer.attribute("CanonicalHostedZoneID"),
      EvaluateTargetHealth: true,
    },
  });
  if (wanted?.zone === "new") expect(templates.follow(record.at("HostedZoneId")).at("Name")).toBe(wanted.domain);
  else expect(record.at("HostedZoneId")).toBe(wanted?.zone);
});

it("B05 a certificate that is made here is validated in the zone of its domain", () => {
  const certificate = staging.one("AWS::CertificateManager::Certificate");
  const zone = staging.one("AWS::Route53::HostedZone");
  expect(certificate.value).toMatchObject({
    DomainName: zone.at("Name"),
    ValidationMethod: "DNS",
    DomainValidationOptions: [{ DomainName: zone.at("Name"), HostedZoneId: zone.attribute("Id") }],
  });
});

/** A way in or out of a security group, whoever may go it. */
const doorsOf = (templates: Templates, type: "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress", group: unknown) =>
  templates
    .all(type)
    .filter((one) => one.at("GroupId") === group)
    .map((one) => ({
      ports: [one.at("FromPort"), one.at("ToPort")],
      protocol: one.at("IpProtocol"),
      peer: one.at("CidrIp") ?? one.at("SourceSecurityGroupId") ?? one.at("DestinationSecurityGroupId"),
    }));

const balancerGroup = (templates: Templates): string => String(balancerOf(templates).texts("SecurityGroups")[0]);

/** The one group of the service's copies. */
function appGroup(templates: Templates): string {
  const [only, ...others] = templates.one("AWS::ECS::Service").texts("NetworkConfiguration.AwsvpcConfiguration.SecurityGroups");
  if (only === undefined || others.length > 0) throw new Error("the service has one security group");
  return only;
}

it.each(both)(
  "B12 anyone reaches the balancer on 443, only our own NAT addresses on the test port, nobody else anything (%s)",
  (_name, templates) => {
    const doors = doorsOf(templates, "AWS::EC2::SecurityGroupIngress", balancerGroup(templates));
    const addresses = templates.all("AWS::EC2::EIP").map((one) => `${one.attribute("PublicIp")}/32`);
    expect(doors).toHaveLength(1 + addresses.length);
    expect(doors).toEqual(
      expect.arrayContaining([
        { ports: [443, 443], protocol: "tcp", peer: "0.0.0.0/0" },
        ...addresses.map((peer) => ({ ports: [8443, 8443], protocol: "tcp", peer })),
      ]),
    );
  },
);

it.each(both)("B12 only the balancer reaches the app, on 8080 and on nothing else; both sides say so (%s)", (_name, templates) => {
  const [edge, app] = [balancerGroup(templates), appGroup(templates)];
  expect(templates.one("AWS::ECS::Service").at("LoadBalancers.0.ContainerPort")).toBe(8080);
  const way = { ports: [8080, 8080], protocol: "tcp" };
  expect(doorsOf(templates, "AWS::EC2::SecurityGroupIngress", app)).toEqual([{ ...way, peer: edge }]);
  expect(doorsOf(templates, "AWS::EC2::SecurityGroupEgress", edge)).toEqual([{ ...way, peer: app }]);
});

it.each(both)("B12 the app reaches HTTPS and nothing else (%s)", (_name, templates) => {
  const out = doorsOf(templates, "AWS::EC2::SecurityGroupEgress", appGroup(templates));
  expect(out).toEqual([{ ports: [443, 443], protocol: "tcp", peer: "0.0.0.0/0" }]);
});

it.each(both)(
  "B12 no group is left to AWS's default of letting everything out, and every rule says why it is there (%s)",
  (_name, templates) => {
    const groups = templates.all("AWS::EC2::SecurityGroup");
    expect(groups.length).toBeGreaterThan(1);
    for (const group of groups) {
      // A rule of its own takes the default's place (CloudFormation, AWS::EC2::SecurityGroup); this one reaches nobody.
      expect(group.parts("SecurityGroupEgress").map((one) => one.at("CidrIp"))).toEqual(["255.255.255.255/32"]);
      expect(group.at("VpcId")).toBe(templates.one("AWS::EC2::VPC").ref);
      // Amazon EC2 API reference, CreateSecurityGroup and IpRange: at most 255 of these characters.
      expect(group.text("GroupDescription")).toMatch(sayable);
    }
    const rules = [...templates.all("AWS::EC2::SecurityGroupIngress"), ...templates.all("AWS::EC2::SecurityGroupEgress")];

    for (const rule of rules) expect(rule.text("Description")).toMatch(sayable);
  },
);

it.each(both)("B12 copies have no public address and run in the private subnets (%s)", (_name, templates) => {
  const wanted = templates.one("AWS::ECS::Service").parts("NetworkConfiguration.AwsvpcConfiguration")[0];
  expect(wanted?.at("AssignPublicIp")).toBe("DISABLED");
  const tables = templates.all("AWS::EC2::SubnetRouteTableAssociation");
  const routes = templates.all("AWS::EC2::Route");
  for (const subnet of wanted?.texts("Subnets") ?? []) {
    const table = tables.find((one) => one.at("SubnetId") === subnet)?.at("RouteTableId");
    expect(routes.filter((one) => one.at("RouteTableId") === table && one.at("GatewayId"))).toEqual([]);
  }
});

const sayable = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{10,255}$/;
