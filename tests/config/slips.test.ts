import path from "node:path";
import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { readGiven } from "../../lib/config/load.ts";
import { showPath } from "../../lib/config/problems.ts";
import { secretVariables } from "../../lib/plan/blocks/task-database.ts";

type Slip = readonly [at: string, wrong: unknown, fix: string];

const state = "s3://acme-pulumi-state/catalog";
const owner = "arn:aws:codeconnections:eu-central-1:111111111111";

/** Ten values that somebody could write into each of the five systems, all of which AWS would refuse, or would never do what is meant. */
const slips: Readonly<Record<string, readonly Slip[]>> = {
  "a-multi-region-containers": [
    ["database.instance", "db.m6g.huge", "an instance class of RDS"],
    ["database.instance", "m6g.large", "an instance class of RDS"],
    ["database.user", "user", "choose another user"],
    ["database.name", "order", "choose another name"],
    ["database.version", "19", "PostgreSQL that RDS has: 18"],
    ["database.replicas", 15, "at most 14 beside the replica in the second region"],
    ["workflow.repository", "acme/catalog.git", "as GitHub shows them"],
    ["workflow.branch", "refs/heads/main", "without refs/heads/"],
    ["edge.assets", ["assets/*"], "a path pattern of CloudFront"],
    ["environments.production.domain", "https://catalog.example.com", "a domain name"],
    ["environments.production.zone", "/hostedzone/Z0123456789ABCDEFGHIJ", "the id of a hosted zone"],
    ["services.web.env", { DATABASE_USER: "catalog" }, "from the secret of the database"],
  ],
  "b-dev-to-production": [
    ["services.shop.compute.blue.instanceType", "t3.mciro", "an EC2 instance type"],
    ["services.shop.compute.green.instanceType", "m6g.large", "choose a type of x86_64"],
    ["services.shop.compute.ami", "ami-0abcdef1234567890", "an SSM parameter that holds an AMI"],
    ["services.shop.compute.lifetime", "12h", "from 24h"],
    ["services.shop.grace", "2h", "up to 1h"],
    ["database.version", "9.9", "MySQL that RDS has: 8.4"],
    ["database.name", "groups", "choose another name"],
    ["storage.replica", "us-east-1", "write another region"],
    ["firewall.rate", 5, "from 10"],
    ["environments.production.migration.weight", 20, "one of rollout.weights: 10, 50, 100"],
    ["environments.production.migration.snapshot.identifier", "orders_2026", 'begins with "orders-"'],
    ["environments.production.link.transitGateway", "tgw-attach-0a1b2c3d4e5f60718", "the id of a transit gateway"],
  ],
  "c-pulumi-pipeline": [
    ["delivery.source.repository", "https://github.com/acme/catalog", "owner and repository"],
    ["delivery.source.branch", "release/*", "without patterns"],
    ["delivery.source.branch", "my branch", "the name of one branch"],
    ["delivery.source.branches", ["refs/heads/main"], "without refs/"],
    ["delivery.source.tags", ["refs/tags/v*"], "without refs/"],
    ["delivery.source.paths", ["./src/**"], "without refs/, / or ./"],
    ["delivery.source.connection", `${owner.replace("central", "west")}:repository-link/1b2c`, "that of a repository-link"],
    ["delivery.pulumi.directory", "../infrastructure", "within it"],
    ["delivery.pulumi.backend", state, "say where the bucket is"],
    ["delivery.stages", ["staging", "frankfort", "virginia"], "write one of"],
    ["rollout.keepWarm", "72h", "up to 48h"],
  ],
  "d-container-pipeline": [
    ["environments.production.certificate", "arn:aws:acm:eu-west-1:444455556666:certificate/", "no certificate in ACM"],
    ["environments.production.regions", ["eu-west-1a"], 'did you mean "eu-west-1"'],
    ["environments.staging.domain", "staging_shop.example.com", "a domain name"],
    ["environments.staging.account", "1111-2222-3333", "12 digits"],
    ["services.web.compute.memory", 3000, "in steps of 1024"],
    ["services.web.compute.scaleOn", { requests: 100 }, "CodeDeploy exchanges them"],
    ["delivery.dockerHub.token", "/aws/docker-hub", 'begin with "aws" or "ssm"'],
    ["delivery.source.branch", "refs/heads/main", "without refs/heads/"],
    ["delivery.buildTimeout", "37h", "up to 36h"],
    ["monitoring.logRetention", 45, "a number of days that CloudWatch Logs knows"],
  ],
  "e-cross-account-pipeline": [
    ["environments.production.existing.vpc.privateSubnets", ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60714"], "a private subnet"],
    ["environments.production.existing.vpc.publicSubnets", ["subnet-0a1b2c3d4e5f60711"], "at least two zones"],
    ["environments.production.existing.cluster.name", "arn:aws:ecs:eu-west-1:333333333333:cluster/platform", "it is in eu-west-1"],
    ["environments.production.existing.balancer.securityGroup", "sg-123", "the id of a security group"],
    ["environments.production.existing.balancer.dnsName", "https://platform.example.com", "its name in DNS"],
    ["environments.production.existing.balancer.zone", "eu-central-1", "CanonicalHostedZoneId"],
    ["environments.production.domain", undefined, "under it after a deploy"],
    ["environments.tools.domain", "billing.example.com", "which holds no service"],
    ["delivery.source.connection", `${owner}:host/1b2c`, "that of a host"],
    ["delivery.stages", ["tools", "production"], "the home of the pipeline"],
    ["rollout.weights", [25, 50, 80, 100], "what CodeDeploy knows"],
  ],
};

const examples = path.join(import.meta.dirname, "..", "..", "examples");

/** What an example says, with another value somewhere; what is on the way there is made. */
function slipped(given: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const holder = Object(given ?? {});
  return { ...holder, [key]: slipped(Reflect.get(holder, key), rest, to) };
}

const all = Object.entries(slips).flatMap(([example, own]) => own.map(([at, wrong, fix]) => ({ example, at, wrong, fix })));

it.each(all)("A17 in $example the value $wrong at $at is refused with what to write", async ({ example, at, wrong, fix }) => {
  const given = slipped(await readGiven(path.join(examples, example, "sluice.config.ts")), at.split("."), wrong);
  const checked = checkConfig(given);
  const problems = "problems" in checked ? checked.problems.map((one) => ({ at: showPath(one.path), fix: one.fix })) : [];
  expect(problems).toContainEqual({ at: expect.stringContaining(at), fix: expect.stringContaining(fix) });
});

const problemsWith = async (example: string, at: string, value: unknown): Promise<readonly string[]> => {
  const checked = checkConfig(slipped(await readGiven(path.join(examples, example, "sluice.config.ts")), at.split("."), value));
  return "problems" in checked ? checked.problems.map((one) => showPath(one.path)) : [];
};

it.each(["t2.nano", "m7i-flex.large", "c7i.metal-24xl", "u7i-12tb.224xlarge", "hpc7a.96xlarge", "mac2.metal"])(
  "A17 instances may be of the type %s",
  async (type) => {
    expect(await problemsWith("b-dev-to-production", "services.shop.compute.green.instanceType", type)).toEqual([]);
  },
);

it.each(["main", "release/2", "feature/JIRA-12_login", "1.x", "dependabot/npm_and_yarn/zod-4"])(
  "A17 a branch may be %s",
  async (branch) => {
    expect(await problemsWith("c-pulumi-pipeline", "delivery.source.branch", branch)).toEqual([]);
    expect(await problemsWith("a-multi-region-containers", "workflow.branch", branch)).toEqual([]);
  },
);

it.each(Object.keys(secretVariables))(
  "A10 A17 the app's %s comes from the secret of the database, so the configuration gives none",
  async (name) => {
    expect(await problemsWith("a-multi-region-containers", "services.web.env", { [name]: "orders" })).toContain(`services.web.env.${name}`);
  },
);
