import { expect, it } from "vitest";
import type { Resource } from "../../../lib/plan/template.ts";
import { recordsSplit } from "../../../lib/plan/weighted-records.ts";
import type { Found, Templates } from "../template.ts";
import { both, byName, byReleases, development, planned, production, service } from "./plans.ts";

const attribute = (found: Found, list: string, key: string): unknown =>
  found
    .parts(list)
    .find((one) => one.at("Key") === key)
    ?.at("Value");

/** One record of the domain, whatever splits the callers. */
const isName = (found: Found): boolean => found.at("SetIdentifier") !== "green" && found.at("Type") === "A";

/** What IPv4 and IPv6 have each. */
const families = ["A", "AAAA"] as const;

it.each([...both, ["production, by name", byName] as const])(
  "B04 callers come by HTTPS on 443 only, with a certificate and TLS 1.2 or newer (%s)",
  (_name, templates) => {
    for (const listener of templates.all("AWS::ElasticLoadBalancingV2::Listener")) {
      expect(listener.at("Protocol")).toBe("HTTPS");
      // Elastic Load Balancing, "Security policies for your Application Load Balancer".
      expect(listener.at("SslPolicy")).toMatch(/^ELBSecurityPolicy-TLS13-1-[23]-/);
      const certificate = templates.follow(listener.at("Certificates.0.CertificateArn"));
      expect([certificate.type, certificate.at("ValidationMethod")]).toEqual(["AWS::CertificateManager::Certificate", "DNS"]);
      // CloudFormation writes the record that proves the domain only where it is told the zone.
      expect(certificate.at("DomainValidationOptions.0.HostedZoneId")).toBe(
        templates.one("AWS::Route53::RecordSet", isName).at("HostedZoneId"),
      );
    }
    for (const balancer of templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer")) {
      const listeners = templates.all("AWS::ElasticLoadBalancingV2::Listener").filter((one) => one.at("LoadBalancerArn") === balancer.ref);
      expect(listeners.map((one) => one.at("Port"))).toContain(443);
      expect(attribute(balancer, "LoadBalancerAttributes", "access_logs.s3.enabled")).toBe("true");
      const logs = templates.follow(attribute(balancer, "LoadBalancerAttributes", "access_logs.s3.bucket"));
      expect([logs.type, logs.id]).toEqual(["AWS::S3::Bucket", "StorageLogsBucket"]);
      expect(attribute(balancer, "LoadBalancerAttributes", "deletion_protection.enabled")).toBe(String(templates !== development));
    }
  },
);

it.each([...both, ["production, by name", byName] as const])(
  "B04 B18 a load balancer faces the internet in the public subnets of all zones, once the way out and the right to log are there (%s)",
  (_name, templates) => {
    const routes = templates.all("AWS::EC2::Route").filter((one) => one.at("GatewayId") !== undefined);
    const open = templates
      .all("AWS::EC2::SubnetRouteTableAssociation")
      .filter((one) => routes.some((route) => route.at("RouteTableId") === one.at("RouteTableId")))
      .map((one) => one.at("SubnetId"));
    for (const balancer of templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer")) {
      expect([balancer.at("Scheme"), balancer.texts("Subnets")]).toEqual(["internet-facing", open]);
      // Elastic Load Balancing, "Enable access logs": it writes a test file at once, so the bucket must let it already.
      expect(balancer.after.map((one) => one.type).sort()).toEqual(["AWS::EC2::VPCGatewayAttachment", "AWS::S3::BucketPolicy"]);
      const guard = balancer.after.find((one) => one.type === "AWS::S3::BucketPolicy");
      expect(guard?.at("Bucket")).toBe(attribute(balancer, "LoadBalancerAttributes", "access_logs.s3.bucket"));
    }
  },
);

it("B05 where DNS splits the callers, a connection lasts a minute, so that they follow a shift", () => {
  const lasts = (templates: Templates) =>
    templates
      .all("AWS::ElasticLoadBalancingV2::LoadBalancer")
      .map((one) => attribute(one, "LoadBalancerAttributes", "client_keep_alive.seconds"));
  expect([lasts(byName), lasts(production)]).toEqual([["60", "60"], [undefined]]);
});

it.each(both)("B04 health is asked for on /health, and an instance that leaves may finish its requests (%s)", (_name, templates) => {
  for (const group of templates.all("AWS::ElasticLoadBalancingV2::TargetGroup")) {
    expect([group.at("HealthCheckPath"), group.at("Port"), group.at("TargetType")]).toEqual(["/health", 8080, "instance"]);
    expect(attribute(group, "TargetGroupAttributes", "deregistration_delay.timeout_seconds")).toBe(String(service.grace / 1000));
  }
});

it.each([...both, ["production, by name", byName] as const])(
  "B04 a firewall stands before each load balancer, refuses who asks too often, and writes down what it judged (%s)",
  (_name, templates) => {
    const acl = templates.one("AWS::WAFv2::WebACL");
    expect(acl.at("Scope")).toBe("REGIONAL");
    const guarded = templates.all("AWS::WAFv2::WebACLAssociation").map((one) => {
      expect(templates.follow(one.at("WebACLArn"))).toBe(acl);
      return templates.follow(one.at("ResourceArn"));
    });
    expect(guarded).toEqual(templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer"));
    expect(acl.parts("Rules").map((one) => one.at("Statement.RateBasedStatement.Limit"))).toContain(2000);
    const recorder = templates.one("AWS::WAFv2::LoggingConfiguration");
    expect(templates.follow(recorder.at("ResourceArn"))).toBe(acl);
    const log = templates.one("AWS::Logs::LogGroup", (one) => one.text("LogGroupName").startsWith("aws-waf-logs-"));
    expect(recorder.texts("LogDestinationConfigs")).toEqual([`arn:aws:logs:us-east-1:${templates.account}:log-group:${log.ref}`]);
    // AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group": the group's policy lets them come.
    const writes = templates.one("AWS::Logs::ResourcePolicy");
    expect(recorder.after).toEqual([writes]);
    expect(writes.at("PolicyDocument.Statement.0")).toMatchObject({
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Resource: [`arn:aws:logs:us-east-1:${templates.account}:log-group:${log.ref}:log-stream:*`],
    });
    // Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS": the key's policy names the group.
    const key = templates.follow(log.at("KmsKeyId"));
    expect(JSON.stringify(key.at("KeyPolicy"))).toContain(`log-group:${log.at("LogGroupName")}`);
  },
);

it.each(families)("B05 with the listener as the router there is one load balancer, one name and no weighted record (%s)", (family) => {
  const balancer = production.one("AWS::ElasticLoadBalancingV2::LoadBalancer");
  const record = production.one("AWS::Route53::RecordSet", (one) => one.at("Type") === family);
  expect(record.at("Weight")).toBeUndefined();
  expect(record.at("AliasTarget.DNSName")).toBe(balancer.attribute("DNSName"));
  expect(record.at("AliasTarget.EvaluateTargetHealth")).toBe(true);
  const check = production.one("AWS::Route53::HealthCheck");
  expect(check.at("HealthCheckConfig.FullyQualifiedDomainName")).toBe(balancer.attribute("DNSName"));
  expect(record.at("HostedZoneId")).toBe("Z0123456789ABCDEFGHIJ");
});

// Amazon Route 53 Developer Guide, "Values that you specify when you create or update health checks": Enable SNI, which a load balancer asks for.
it("B05 health is asked for by TLS with the name of the host, at the path of the service", () => {
  for (const templates of [production, byName])
    for (const check of templates.all("AWS::Route53::HealthCheck"))
      expect(check.at("HealthCheckConfig")).toMatchObject({ Type: "HTTPS", Port: 443, EnableSNI: true, ResourcePath: "/health" });
});

it.each(families)(
  "B05 B18 with DNS as the router each colour has a load balancer, a listener, a record and a health check (%s)",
  (family) => {
    const records = byName.all("AWS::Route53::RecordSet").filter((one) => one.at("Type") === family);
    expect(records.map((one) => [one.at("Name"), one.at("SetIdentifier")])).toEqual([
      ["orders.example.com", "blue"],
      ["orders.example.com", "green"],
    ]);
    for (const record of records) {
      const balancer = byName.follow(record.at("AliasTarget.DNSName"));
      expect(record.at("AliasTarget.HostedZoneId")).toBe(balancer.attribute("CanonicalHostedZoneID"));
      const listener = byName.one("AWS::ElasticLoadBalancingV2::Listener", (one) => one.at("LoadBalancerArn") === balancer.ref);
      expect(byName.follow(listener.at("DefaultActions.0.TargetGroupArn")).id.toLowerCase()).toContain(record.text("SetIdentifier"));
      expect(record.at("AliasTarget.EvaluateTargetHealth")).toBe(true);
      const check = byName.follow(record.at("HealthCheckId"));
      // CloudFormation, AWS::Route53::RecordSet, HealthCheckId: the host that is asked is the target's own and never the record's name.
      expect(check.at("HealthCheckConfig.FullyQualifiedDomainName")).toBe(balancer.attribute("DNSName"));
      expect([check.at("HealthCheckConfig.Type"), check.at("HealthCheckConfig.ResourcePath")]).toEqual(["HTTPS", "/health"]);
      expect(record.after.map((one) => one.type)).toEqual([
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::Listener",
      ]);
    }
    expect(new Set(records.map((one) => one.at("AliasTarget.DNSName"))).size).toBe(2);
    // Amazon Route 53 API reference, ResourceRecordSet: a weight is a whole number from 0 to 255.
    for (const record of records) expect(Number.isInteger(record.number("Weight")) && record.number("Weight") <= 255).toBe(true);
  },
);

it("B05 B06 where releases move records, blue's listener answers 500 to who asks by the header for what is bad, and to nobody else", () => {
  const moved = planned(byReleases);
  const rule = moved.one("AWS::ElasticLoadBalancingV2::ListenerRule");
  const blue = moved.one("AWS::Route53::RecordSet", (one) => one.at("SetIdentifier") === "blue" && one.at("Type") === "A");
  expect(moved.follow(rule.at("ListenerArn")).at("LoadBalancerArn")).toBe(moved.follow(blue.at("AliasTarget.DNSName")).ref);
  expect(rule.at("Conditions")).toEqual([
    { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "x-sluice-slot", Values: ["known-bad"] } },
  ]);
  expect([rule.at("Actions.0.Type"), rule.at("Actions.0.FixedResponseConfig.StatusCode")]).toEqual(["fixed-response", "500"]);
  expect(byName.all("AWS::ElasticLoadBalancingV2::ListenerRule")).toEqual([]);
});

it("B05 two weighted records of one name with one target are refused", () => {
  const record = (id: string, target: string, name = "a.example.com"): Resource => ({
    id,
    block: "Entry",
    type: "AWS::Route53::RecordSet",
    properties: { Name: name, Type: "A", SetIdentifier: id, Weight: 1, AliasTarget: { DNSName: target, HostedZoneId: "Z1" } },
  });
  expect(recordsSplit({ resources: [record("Blue", "one"), record("Green", "one")] })).toEqual([
    "Blue and Green have the same target: their weights split nothing",
  ]);
  expect(recordsSplit({ resources: [record("Blue", "one"), record("Green", "two"), record("Other", "one", "b.example.com")] })).toEqual([]);
});

/** The addresses of IPv6 that the network has. */
const ipv6Of = (templates: Templates): string =>
  JSON.stringify({ "Fn::Select": ["0", templates.one("AWS::EC2::VPC").attribute("Ipv6CidrBlocks")] });

const doorsOf = (templates: Templates, direction: "Ingress" | "Egress") =>
  templates.all(`AWS::EC2::SecurityGroup${direction}`).map((one) => ({
    group: templates.follow(one.at("GroupId")).id,
    other:
      [one.at("SourceSecurityGroupId"), one.at("DestinationSecurityGroupId")].flatMap((id) => (id ? [templates.follow(id).id] : []))[0] ??
      one.at("CidrIp") ??
      one.at("CidrIpv6"),
    port: one.at("FromPort"),
    to: one.at("ToPort"),
    said: one.at("Description"),
  }));

it.each([...both, ["production, by name", byName] as const])(
  "B12 each group is entered only from the one before it, on one port (%s)",
  (_name, templates) => {
    const into = (group: string) => doorsOf(templates, "Ingress").filter((one) => one.group === group);
    const ways = (group: string) => into(group).map(({ other, port }) => [other, port]);
    const [open, openByIpv6, ...tests] = ways("GroupsBalancerGroup");
    expect([open, openByIpv6]).toEqual([
      ["0.0.0.0/0", 443],
      ["::/0", 443],
    ]);
    // Tests come from one address of NAT, or by IPv6 from inside the network, whose block only AWS knows.
    const inside = ipv6Of(templates);
    for (const [from, port] of tests) expect([String(from).endsWith("/32") || JSON.stringify(from) === inside, port]).toEqual([true, 8443]);
    expect(tests.filter(([from]) => JSON.stringify(from) === inside)).toHaveLength(templates === byName ? 0 : 1);
    expect(ways("GroupsShopGroup")).toEqual([
      ["GroupsBalancerGroup", 8080],
      ["GroupsShopGroup", 7946],
    ]);
    expect(ways("GroupsProxyGroup")).toEqual([["GroupsShopGroup", 3306]]);
    const linked = templates === development ? [["10.60.0.0/16", 3306]] : [];
    expect(ways("GroupsDatabaseGroup")).toEqual([["GroupsProxyGroup", 3306], ...linked]);
  },
);

it.each(both)("B12 every way is said on both sides, with a reason, and each group starts with no way out (%s)", (_name, templates) => {
  const inside = doorsOf(templates, "Ingress").filter(({ other }) => /^Groups/.test(String(other)));
  const outside = doorsOf(templates, "Egress");
  for (const { group, other, port } of inside)
    expect(outside).toContainEqual(expect.objectContaining({ group: other, other: group, port }));
  for (const { said, port, to } of [...doorsOf(templates, "Ingress"), ...outside])
    expect([typeof said === "string" && said.length > 5, port]).toEqual([true, to]);
  for (const group of templates.all("AWS::EC2::SecurityGroup"))
    expect(group.parts("SecurityGroupEgress").map((one) => one.at("CidrIp"))).toEqual(["255.255.255.255/32"]);
});

it.each(both)("B12 instances are in the group of the service, which reaches AWS and others by HTTPS (%s)", (_name, templates) => {
  for (const template of templates.all("AWS::EC2::LaunchTemplate"))
    expect(template.texts("LaunchTemplateData.SecurityGroupIds").map((id) => templates.follow(id).id)).toEqual(["GroupsShopGroup"]);
  const beyond = doorsOf(templates, "Egress").filter(({ other }) => other === "0.0.0.0/0" || other === "::/0");
  expect(beyond.map(({ group, other, port, to }) => [group, other, port, to]).sort()).toEqual([
    ["GroupsShopGroup", "0.0.0.0/0", 443, 443],
    ["GroupsShopGroup", "::/0", 443, 443],
  ]);
});

it.each(both)("B12 load balancer, database and proxy are each in the group that is theirs (%s)", (_name, templates) => {
  const groupsOf = (ids: readonly string[]) => ids.map((id) => templates.follow(id).id);
  for (const balancer of templates.all("AWS::ElasticLoadBalancingV2::LoadBalancer"))
    expect(groupsOf(balancer.texts("SecurityGroups"))).toEqual(["GroupsBalancerGroup"]);
  expect(groupsOf(templates.one("AWS::RDS::DBInstance").texts("VPCSecurityGroups"))).toEqual(["GroupsDatabaseGroup"]);
  expect(groupsOf(templates.one("AWS::RDS::DBProxy").texts("VpcSecurityGroupIds"))).toEqual(["GroupsProxyGroup"]);
});

it("B12 instances reach the database before the migration in its own network alone", () => {
  expect(doorsOf(production, "Egress")).toContainEqual(
    expect.objectContaining({ group: "GroupsShopGroup", other: "10.50.0.0/16", port: 3306 }),
  );
  expect(doorsOf(development, "Egress").filter(({ other, port }) => port === 3306 && String(other).includes("/"))).toEqual([]);
});
