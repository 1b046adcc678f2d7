import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { contains, overlaps, parseCidr } from "../../../lib/aws/cidr.ts";
import { globalRegion } from "../../../lib/aws/regions.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { physicalName } from "../../../lib/plan/physical-name.ts";
import { changed, config, inRegion, primary, production, regions, root, secondary, theOne, whole } from "./plans.ts";

const block = (text: string) => {
  const parsed = parseCidr(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.block;
};

it("A06 each region has addresses of its own, all of its subnets in them", () => {
  const [one, other] = regions.map((region) => {
    const vpc = block(theOne(region, "AWS::EC2::VPC").text("CidrBlock"));
    for (const subnet of inRegion(region, "AWS::EC2::Subnet")) {
      expect(contains(vpc, block(subnet.text("CidrBlock")))).toBe(true);
      expect(subnet.text("AvailabilityZone").startsWith(region)).toBe(true);
    }
    return vpc;
  });
  if (!one || !other) throw new Error("production has two regions");
  expect(overlaps(one, other)).toBe(false);
});

it("A06 each region has keys, buckets, images and a certificate of its own, and reads none of the other's", () => {
  for (const type of ["AWS::KMS::Key", "AWS::S3::Bucket", "AWS::ECR::Repository", "AWS::CertificateManager::Certificate"] as const)
    for (const region of regions) expect(inRegion(region, type).length).toBeGreaterThan(0);
  for (const region of regions) {
    const other = region === primary ? secondary : primary;
    for (const one of production.found.filter(({ stack }) => [`base ${region}`, `web ${region}`].includes(stack)))
      expect(JSON.stringify(one.value)).not.toContain(other);
  }
});

it("A06 what an environment has once is planned once: the ledger, the trail, CloudFront", () => {
  const once = ["AWS::CloudTrail::Trail", "AWS::CloudFront::Distribution", "AWS::WAFv2::WebACL"] as const;
  for (const type of once) expect(production.all(type)).toHaveLength(1);
  expect(whole.stacks.filter(({ region }) => region === globalRegion).map(({ part }) => part)).toEqual(["edge"]);
  expect(inRegion(primary, "AWS::DynamoDB::Table")).toHaveLength(1);
});

it("A12 what moves the environment to its other region is written down there, for whoever loses the primary region loses its ledger", () => {
  const table = theOne(secondary, "AWS::DynamoDB::Table");
  expect(production.output("RecoveryTable")).toBe(table.ref);
  expect([table.at("DeletionProtectionEnabled"), table.at("SSESpecification.SSEType")]).toEqual([true, "KMS"]);
  expect(table.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled")).toBe(true);
});

it("A06 the plan follows the regions of the configuration, and the code names none but AWS's global one", () => {
  const environments = config.environments.map((one) => ({ ...one, regions: ["ap-southeast-2" as const, "sa-east-1" as const] }));
  expect(new Set(changed({ environments }).found.map(({ stack }) => stack.split(" ")[1]))).toEqual(
    new Set(["ap-southeast-2", "sa-east-1", globalRegion]),
  );
  const folder = path.join(root, "lib/plan");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".gen.ts"),
  );
  const literal = /["'`](us|eu|ap|sa|ca|af|me|il|mx|cn)-[a-z]+-\d["'`]/;
  expect(files.filter((file) => literal.test(withoutHints(readFileSync(path.join(folder, file), "utf8"))))).toEqual([]);
});

/** What people are told to write, and comments, may name regions. */
const withoutHints = (text: string): string => text.replaceAll(/'[^'\n]*'|\/\*[\s\S]*?\*\/|\/\/.*/g, "");

it("A08 every name carries the environment, and no two of any environment or region are alike", () => {
  const named = config.environments.flatMap(({ name, suffix }) =>
    buildPlan(config, name).stacks.flatMap(({ account, region, resources }) =>
      resources.flatMap((resource) => {
        const own = physicalName(resource);
        return own === undefined
          ? []
          : [{ suffix, global: `${resource.type} ${own}`, local: `${account} ${region} ${resource.type} ${own}`, own }];
      }),
    ),
  );
  for (const { own, suffix } of named) expect(own).toContain(suffix);
  expect(new Set(named.map(({ local }) => local)).size).toBe(named.length);
  // IAM and S3 know no regions, and S3 no accounts.
  const everywhere = named.filter(({ global }) => /^AWS::(IAM|S3)::/.test(global));
  expect(new Set(everywhere.map(({ global }) => global)).size).toBe(everywhere.length);
});

it("C14 everything that can carry tags says whose it is", () => {
  const tagged = production.found.filter((one) => Array.isArray(one.at("Tags")));
  expect(tagged.length).toBeGreaterThan(100);
  for (const one of tagged) {
    const keys = one.parts("Tags").map((tag) => tag.at("Key"));
    expect(keys).toEqual(expect.arrayContaining(["CostCenter", "Environment", "ManagedBy", "Owner", "Project"]));
  }
});

it("A05 the outputs that people, tests and releases read are there in each region", () => {
  const wanted = [
    "VpcId",
    "PublicSubnet1Id",
    "PrivateSubnet1Id",
    "IsolatedSubnet1Id",
    "ClusterName",
    "BlueServiceName",
    "GreenServiceName",
    "BalancerDnsName",
    "RegistryUri",
    "LogBucketName",
    "LogsKeyArn",
    "TopicArn",
    "SplitRuleArn",
    "TaskFamily",
  ];
  for (const region of regions) {
    const offered = whole.stacks.filter((stack) => stack.region === region).flatMap(({ outputs }) => outputs.map(({ name }) => name));
    expect(offered).toEqual(expect.arrayContaining(wanted));
  }
  const once = whole.stacks.flatMap(({ outputs }) => outputs.map(({ name }) => name));
  expect(once).toEqual(expect.arrayContaining(["DistributionDomainName", "FilesBucketName", "FilesKeyArn", "TrailArn", "LedgerTable"]));
});
