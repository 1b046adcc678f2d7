import { expect, it } from "vitest";
import { globalRegion } from "../../../lib/aws/regions.ts";
import { chosenOrigin } from "../../../lib/plan/blocks/region-choice.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { changed, config, inRegion, primary, production, regions, secondary, staging, theOne } from "./plans.ts";

const distribution = production.one("AWS::CloudFront::Distribution");
const behaviours = [
  distribution.at("DistributionConfig.DefaultCacheBehavior"),
  ...distribution.parts("DistributionConfig.CacheBehaviors").map(({ value }) => value),
];

it("A15 callers come by TLS 1.2 and later under the domain, and those who come without it are sent to it", () => {
  expect(distribution.texts("DistributionConfig.Aliases")).toEqual(["catalog.example.com"]);
  // Amazon CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront".
  expect(distribution.text("DistributionConfig.ViewerCertificate.MinimumProtocolVersion")).toMatch(/^TLSv1\.[23]_20(2[1-9]|[3-9]\d)$/);
  expect(distribution.at("DistributionConfig.ViewerCertificate.SslSupportMethod")).toBe("sni-only");
  for (const one of behaviours) expect(one).toMatchObject({ ViewerProtocolPolicy: "redirect-to-https" });
});

it("A15 CloudFront's certificate and firewall are in the one region where it takes them, in a stack of their own", () => {
  const certificate = production.follow(distribution.at("DistributionConfig.ViewerCertificate.AcmCertificateArn"));
  const acl = production.follow(distribution.at("DistributionConfig.WebACLId"));
  expect([certificate.stack, acl.stack]).toEqual([`edge ${globalRegion}`, `edge ${globalRegion}`]);
  expect(certificate.at("DomainName")).toBe("catalog.example.com");
  // AWS WAF API reference, CreateWebACL: a web ACL for CloudFront is given by its ARN.
  expect(distribution.at("DistributionConfig.WebACLId")).toBe(acl.attribute("Arn"));
});

it("A15 the firewall refuses floods first, then what AWS's own rules know, and counts none of them only", () => {
  const acl = production.one("AWS::WAFv2::WebACL");
  expect(acl.at("Scope")).toBe("CLOUDFRONT");
  const rules = acl.parts("Rules");
  expect(rules[0]?.value).toMatchObject({
    Action: { Block: {} },
    // What the configuration's rate counts: requests in five minutes.
    Statement: { RateBasedStatement: { AggregateKeyType: "IP", Limit: 2000, EvaluationWindowSec: 300 } },
  });
  expect(rules.slice(1).map((one) => one.at("OverrideAction"))).toEqual(rules.slice(1).map(() => ({ None: {} })));
  expect(rules.map((one) => one.at("Statement.ManagedRuleGroupStatement.Name"))).toEqual(
    expect.arrayContaining([
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
    ]),
  );
  for (const one of [acl, ...rules])
    expect(one.at("VisibilityConfig")).toMatchObject({ CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true });
  expect(new Set(rules.map((one) => one.at("Priority"))).size).toBe(rules.length);
});

it.each(regions)("A15 the load balancer has no public address, and only CloudFront's addresses reach its port 443 (%s)", (region) => {
  const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer");
  expect(balancer.at("Scheme")).toBe("internal");
  expect(balancer.texts("Subnets")).toEqual(
    inRegion(region, "AWS::EC2::Subnet")
      .filter(({ id }) => id.includes("Private"))
      .map(({ ref }) => ref),
  );
  const [group] = balancer.texts("SecurityGroups");
  const doors = inRegion(region, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group);
  const cidr = theOne(region, "AWS::EC2::VPC").at("CidrBlock");
  // The managed prefix list com.amazonaws.global.cloudfront.origin-facing of each region.
  const list = { [primary]: "pl-4fa04526", [secondary]: "pl-82a045eb" }[region];
  expect(doors.map((one) => [one.at("FromPort"), one.at("ToPort"), one.at("SourcePrefixListId") ?? one.at("CidrIp")])).toEqual([
    [443, 443, list],
    [8443, 8443, cidr],
  ]);
});

it.each(regions)("A15 CloudFront reaches the load balancer of each region by a VPC origin, by TLS only (%s)", (region) => {
  const origin = distribution.parts("DistributionConfig.Origins").find((one) => one.at("Id") === `app-${region}`);
  if (!origin) throw new Error(`no origin in ${region}`);
  const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer");
  const vpcOrigin = production.follow(origin.at("VpcOriginConfig.VpcOriginId"));
  expect(origin.at("DomainName")).toBe(balancer.attribute("DNSName"));
  expect(vpcOrigin.at("VpcOriginEndpointConfig")).toMatchObject({
    Arn: balancer.ref,
    HTTPSPort: 443,
    OriginProtocolPolicy: "https-only",
    OriginSSLProtocols: ["TLSv1.2"],
  });
  // The private tier's network ACL lets CloudFront in as well.
  const acl = theOne(region, "AWS::EC2::NetworkAcl", "PrivateAcl").ref;
  const entries = inRegion(region, "AWS::EC2::NetworkAclEntry").filter(
    (one) => one.at("NetworkAclId") === acl && one.at("Egress") === false,
  );
  expect(entries.map((one) => one.at("PortRange.From"))).toContain(443);
});

it("A15 requests that change something reach the app, uncached, with the caller's own host name", () => {
  expect(distribution.at("DistributionConfig.DefaultCacheBehavior")).toMatchObject({
    TargetOriginId: `app-${primary}`,
    AllowedMethods: expect.arrayContaining(["POST", "PUT", "PATCH", "DELETE"]),
    // Managed policies: CachingDisabled and AllViewer.
    CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    OriginRequestPolicyId: "216adef6-5c7f-47e4-b989-5492eafa07d3",
  });
});

it("A15 browsers are told to keep to HTTPS, on every path", () => {
  const headers = production.one("AWS::CloudFront::ResponseHeadersPolicy");
  for (const one of behaviours) expect(one).toMatchObject({ ResponseHeadersPolicyId: headers.ref });
  expect(headers.at("ResponseHeadersPolicyConfig.SecurityHeadersConfig")).toMatchObject({
    StrictTransportSecurity: { IncludeSubdomains: true, Override: true, Preload: true },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: "SAMEORIGIN" },
    ReferrerPolicy: { ReferrerPolicy: "strict-origin-when-cross-origin" },
  });
  // hstspreload.org, "Submission Requirements": a year at least.
  const age = headers.number("ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.AccessControlMaxAgeSec");
  expect(age).toBeGreaterThanOrEqual(31_536_000);
});

it("A15 what CloudFront answers and what the firewall judges is logged, encrypted, without what tells who someone is", () => {
  const source = production.one("AWS::Logs::DeliverySource");
  expect(source.at("ResourceArn")).toBe(`arn:aws:cloudfront::222222222222:distribution/${distribution.ref}`);
  expect(source.at("LogType")).toBe("ACCESS_LOGS");
  // Amazon CloudFront Developer Guide, "Configure standard logging (v2)": the source is in us-east-1, and so is a log group that it writes to.
  expect(source.stack).toBe(`edge ${globalRegion}`);
  const delivery = production.one("AWS::Logs::Delivery");
  const destination = production.follow(delivery.at("DeliveryDestinationArn"));
  expect(delivery.at("DeliverySourceName")).toBe(source.ref);
  expect(delivery.after.map(({ type }) => type)).toEqual(["AWS::Logs::ResourcePolicy"]);
  const firewall = production.one("AWS::WAFv2::LoggingConfiguration");
  const groups = inRegion(globalRegion, "AWS::Logs::LogGroup");
  const writes = JSON.stringify(production.one("AWS::Logs::ResourcePolicy").value);
  for (const arn of [destination.text("DestinationResourceArn"), ...firewall.texts("LogDestinationConfigs")]) {
    const group = groups.find(({ ref }) => arn === `arn:aws:logs:${globalRegion}:222222222222:log-group:${ref}`);
    expect(production.follow(group?.at("KmsKeyId")).type).toBe("AWS::KMS::Key");
    expect(writes).toContain(`${arn}:log-stream:*`);
  }
  // AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group": the name begins so.
  expect(groups.map((one) => one.text("LogGroupName")).filter((name) => name.startsWith("aws-waf-logs-"))).toHaveLength(1);
  // AWS WAF and CloudFront try the log when they are told of it.
  expect(firewall.after.map(({ type }) => type)).toEqual(["AWS::Logs::ResourcePolicy"]);
  for (const group of groups) expect(group.number("RetentionInDays")).toBe(365);
  expect(firewall.parts("RedactedFields").map((one) => one.at("SingleHeader.Name"))).toEqual(["authorization", "cookie"]);
});

it("A15 the domain leads to CloudFront and to nothing else, by IPv4 and IPv6", () => {
  const records = production.all("AWS::Route53::RecordSet");
  expect(records.map((one) => [one.at("Type"), one.at("Name")])).toEqual(["A", "AAAA"].map((type) => [type, "catalog.example.com"]));
  for (const one of records)
    expect(one.at("AliasTarget")).toEqual({
      DNSName: distribution.attribute("DomainName"),
      // Amazon Route 53 API reference, AliasTarget: the zone of every distribution.
      HostedZoneId: "Z2FDTNDATAQYW2",
      EvaluateTargetHealth: false,
    });
});

/** The function of CloudFront that chooses the region, with what it imports stood in for. */
async function choose(stored: string | undefined): Promise<readonly string[]> {
  const asked: string[] = [];
  const cf = {
    kvs: () => ({
      get: async (key: string) => (stored !== undefined && key === chosenOrigin ? stored : Promise.reject(new Error("no such key"))),
    }),
    selectRequestOriginById: (id: string) => asked.push(id),
  };
  Object.assign(globalThis, { standIn: cf });
  const code = production
    .one("AWS::CloudFront::Function")
    .text("FunctionCode")
    .replace('import cf from "cloudfront";', "const cf = globalThis.standIn;");
  const { handler } = await import(`data:text/javascript,${encodeURIComponent(`${code}export { handler }; // ${stored}`)}`);
  expect(await handler({ request: { uri: "/" } })).toEqual({ uri: "/" });
  return asked;
}

it("A12 a failover is one value outside every template: without it the primary region answers, with it the one that it names", async () => {
  expect(await choose(undefined)).toEqual([]);
  expect(await choose(`app-${secondary}`)).toEqual([`app-${secondary}`]);
  const chooser = production.one("AWS::CloudFront::Function");
  const stores = chooser.parts("FunctionConfig.KeyValueStoreAssociations").map((one) => production.follow(one.at("KeyValueStoreARN")).type);
  expect(stores).toEqual(["AWS::CloudFront::KeyValueStore"]);
  // A choice that a mistaken delete took away would send everybody back to a region that is lost.
  expect(production.follow(chooser.at("FunctionConfig.KeyValueStoreAssociations.0.KeyValueStoreARN")).deletion).toBe(
    "RetainExceptOnCreate",
  );
  // Amazon CloudFront Developer Guide, "Amazon CloudFront KeyValueStore": only this runtime has it, and only what is published answers.
  expect([chooser.at("FunctionConfig.Runtime"), chooser.at("AutoPublish")]).toEqual(["cloudfront-js-2.0", true]);
  expect(distribution.at("DistributionConfig.DefaultCacheBehavior.FunctionAssociations")).toEqual([
    { EventType: "viewer-request", FunctionARN: chooser.attribute("FunctionARN") },
  ]);
  expect(staging.all("AWS::CloudFront::Function")).toEqual([]);
});

it("A12 without CloudFront, DNS answers with the primary region while it is healthy, asked as callers would", () => {
  const bare = changed({ edge: undefined });
  for (const [region, role] of [
    [primary, "PRIMARY"],
    [secondary, "SECONDARY"],
  ] as const) {
    const record = theOne(region, "AWS::Route53::RecordSet", "", bare);
    const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer", "", bare);
    expect(balancer.at("Scheme")).toBe("internet-facing");
    expect(record.value).toMatchObject({ Name: "catalog.example.com", Type: "A", Failover: role, SetIdentifier: region });
    expect(record.at("AliasTarget")).toMatchObject({ DNSName: balancer.attribute("DNSName"), EvaluateTargetHealth: true });
    expect(bare.follow(record.at("HealthCheckId")).at("HealthCheckConfig")).toMatchObject({
      Type: "HTTPS",
      FullyQualifiedDomainName: balancer.attribute("DNSName"),
      Port: 443,
      // Without it the balancer shows no certificate for the name that is asked.
      EnableSNI: true,
      ResourcePath: "/health",
    });
  }
});

it("B05 a zone that is made is made once, and the certificates of all regions are validated in it", () => {
  const environments = config.environments.map((one) => ({ ...one, zone: "new" }));
  const made = changed({ environments });
  const zone = made.one("AWS::Route53::HostedZone");
  const certificates = made.all("AWS::CertificateManager::Certificate");
  expect(certificates.map(({ stack }) => stack)).toEqual([`base ${primary}`, `base ${secondary}`, `edge ${globalRegion}`]);
  for (const one of certificates) expect(one.at("DomainValidationOptions.0.HostedZoneId")).toBe(zone.attribute("Id"));
});

it("A08 an environment that is in CloudFront's own region too keeps the names of both apart", () => {
  const [one, ...others] = config.environments.filter(({ name }) => name === "production");
  if (!one || others.length > 0) throw new Error("one production");
  const environments = [{ ...one, regions: [...one.regions.slice(0, 1), globalRegion] }];
  const { stacks } = buildPlan({ ...config, environments }, "production");
  expect(stacks.filter(({ region }) => region === globalRegion).map(({ part }) => part)).toEqual(expect.arrayContaining(["base", "edge"]));
});
