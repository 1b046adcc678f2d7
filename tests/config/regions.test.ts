import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const environment = {
  account: "111122223333",
  regions: ["eu-west-1", "us-west-2"],
  domain: "shop.example.com",
  zone: "Z0123456789ABCDEFGHIJ",
};
const arnStart = "arn:aws:acm:eu-west-1:111122223333:certificate";
const key = "arn:aws:kms:eu-west-1:111122223333:key/1b2c3d4e";
const balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
const ids = ["subnet-0a1b2c3d", "subnet-0a1b2c3e"];
const network = { id: "vpc-0a1b2c3d", publicSubnets: ids, privateSubnets: ["subnet-2b3c4d5e", "subnet-3c4d5e6f"] };
const workflow = { repository: "acme/shop", backend: "s3://acme-state/shop?region=eu-west-1", key };
const given = (changes: object, other: object = {}) => ({
  project: "shop",
  services: { web: { compute: { kind: "ecs" } } },
  environments: { production: { ...environment, ...changes } },
  ...other,
});

const problemsIn = (wrong: object) => {
  const checked = checkConfig(wrong);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => `${showPath(path)}: ${fix}`) : [];
};

it.each([
  ["one environment in two regions", given({})],
  ["CloudFront before both", given({}, { edge: {} })],
  ["CloudFront before three", given({ regions: ["eu-west-1", "us-west-2", "sa-east-1"] }, { edge: {} })],
  ["a workflow that knows its state", given({}, { engine: "pulumi", workflow })],
])("A17: %s is let pass", (_what, right) => {
  expect(problemsIn(right)).toEqual([]);
});

it.each([
  [
    "a certificate of one of them",
    given({ certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c" }),
    "environments.production.certificate",
    "each region needs its own",
  ],
  [
    "no zone for their certificates",
    given({ zone: undefined, domain: undefined, certificate: undefined }),
    "environments.production.zone",
    "certificate is validated in it",
  ],
  [
    "what exists in one of them",
    given({ existing: { registry: "shop" } }),
    "environments.production.existing.registry",
    "is in one region",
  ],
  [
    "a database in the first, and CodeDeploy starting copies in all",
    given({}, { database: { engine: "postgres", version: "17" }, rollout: { weightHolder: "codedeploy", weights: [10, 100] } }),
    "rollout.weightHolder",
    "the database is in the first region",
  ],
  ["a second firewall behind CloudFront", given({}, { edge: {}, firewall: {} }), "firewall", "edge.rate"],
  [
    "a firewall before what exists, which may have one",
    given(
      {
        regions: ["eu-west-1"],
        existing: {
          vpc: network,
          balancer: { arn: balancer, securityGroup: "sg-0a1b2c3d", dnsName: "shop.example.net", zone: "Z0123456789ABC" },
        },
      },
      { firewall: {} },
    ),
    "environments.production.existing.balancer",
    "leave firewall out",
  ],
  [
    "a third region without CloudFront",
    given({ regions: ["eu-west-1", "us-west-2", "sa-east-1"] }),
    "environments.production.regions",
    "keep two regions",
  ],
])("A06 A17: several regions with %s are refused", (_what, wrong, path, fix) => {
  expect(problemsIn(wrong)).toContainEqual(expect.stringContaining(`${path}: `));
  expect(problemsIn(wrong).join("\n")).toContain(fix);
});

it.each([
  [
    "without a zone",
    given(
      { regions: ["eu-west-1"], zone: undefined, domain: undefined, certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c" },
      { edge: {} },
    ),
    "environments.production.domain",
  ],
  [
    "where its addresses are not known",
    given({ regions: ["eu-west-1", "me-south-1"] }, { edge: {} }),
    "environments.production.regions[1]",
  ],
])("A15 A17: CloudFront %s is refused", (_what, wrong, path) => {
  expect(problemsIn(wrong)).toContainEqual(expect.stringContaining(`${path}: `));
});

const ec2 = { services: { web: { compute: { kind: "ec2" } } } };
const china = { ...environment, regions: ["cn-north-1"], cidr: "10.1.0.0/16" };
const delivery = { home: "tools", stages: ["production"] };
const inChina = (changes: object, other: object = {}) => ({
  ...given({}, other),
  environments: {
    tools: { account: "111122223333", regions: ["eu-west-1"], cidr: "10.3.0.0/16", certificate: `${arnStart}/1b2c3d4e` },
    production: { ...china, ...changes },
  },
});

it.each([
  [
    "regions",
    given({ regions: ["eu-west-1", "cn-north-1"] }),
    "environments.production.regions[1]",
    "no account is in eu-west-1 and in cn-north-1",
  ],
  [
    "a pipeline",
    inChina({}, { delivery, rollout: { weightHolder: "codedeploy", weights: [100] } }),
    "environments.production.regions",
    "no role there reaches",
  ],
  [
    "the source of a migration",
    inChina({ migration: { source: { environment: "tools", host: "db.example.com", cidr: "10.9.0.0/16" } } }),
    "environments.production.migration.source.environment",
    "no key in eu-west-1",
  ],
  ["copies", inChina({}, { ...ec2, storage: { replica: "us-east-1" } }), "storage.replica", "a region beside cn-north-1"],
  ["the health of the names of fleets", inChina({}, ec2), "environments.production.regions", "fleets outside AWS's own partition"],
])("A06 A17: %s in another partition are refused, for nothing reaches there", (_what, wrong, path, fix) => {
  expect(problemsIn(wrong)).toContainEqual(expect.stringContaining(`${path}: `));
  expect(problemsIn(wrong).join("\n")).toContain(fix);
});

it("A06: an environment of another partition is let pass, beside those of AWS's own, with regions and copies of its own", () => {
  expect(problemsIn(inChina({ regions: ["cn-north-1", "cn-northwest-1"] }))).toEqual([]);
  expect(problemsIn(given({ regions: ["eu-west-1"] }, { ...ec2, storage: { replica: "us-east-1" } }))).toEqual([]);
  const pipelineElsewhere = inChina({}, { delivery: { ...delivery, stages: ["tools"] } });
  expect(problemsIn(pipelineElsewhere).join()).not.toContain("no role there reaches");
});

it.each([
  ["workflow.backend", { ...workflow, backend: "s3://acme-state/shop" }, 'write "s3://acme-state/shop?region=eu-west-1"'],
  ["workflow.backend", { ...workflow, backend: "https://example.com" }, "URL of a bucket"],
  ["workflow.key", { ...workflow, key: "arn:aws:kms:eu-west-1:111122223333:alias/state" }, "an alias may be missing"],
])("A07: a workflow whose %s says not where the state is, is refused with the corrected one", (path, wrong, fix) => {
  expect(problemsIn(given({}, { engine: "pulumi", workflow: wrong }))).toEqual([expect.stringMatching(new RegExp(`^${path}: `))]);
  expect(problemsIn(given({}, { engine: "pulumi", workflow: wrong })).join()).toContain(fix);
});

it("A07: a workflow runs Pulumi, so it needs that engine", () => {
  expect(problemsIn(given({}, { workflow }))).toEqual([expect.stringMatching(/^workflow: leave it out, or take the engine "pulumi"/)]);
});

it("B13, A17: a key of the service beside fleets of EC2 is refused, not left out in silence", () => {
  const wrong = { ...given({ regions: ["eu-west-1"] }), services: { web: { compute: { kind: "ec2" }, encrypts: true } } };
  expect(problemsIn(wrong)).toEqual([expect.stringMatching(/^services\.web\.encrypts: leave it out/)]);
});

it.each(["edge", "audit"])("A17: %s beside fleets of EC2 is refused, not left out in silence", (field) => {
  const wrong = { ...given({ regions: ["eu-west-1"] }), services: { web: { compute: { kind: "ec2" } } }, [field]: {} };
  expect(problemsIn(wrong)).toEqual([expect.stringMatching(new RegExp(`^${field}: leave it out`))]);
});
