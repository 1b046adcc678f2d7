import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const account = "111122223333";
const zone = "Z0123456789ABCDEFGHIJ";
const production = { account, regions: ["eu-west-1"], cidr: "10.0.0.0/16", domain: "shop.example.com", zone };
const staging = { ...production, cidr: "10.1.0.0/16", domain: "staging.example.com" };
const compute = { kind: "ecs", cpu: 512, memory: 1024 };
const connection = `arn:aws:codeconnections:eu-west-1:${account}:connection/1b2c`;
const github = { kind: "github", connection, repository: "acme/shop" };
const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:`;
const certificate = `arn:aws:acm:eu-west-1:${account}:certificate/1b2c3d4e`;

const given = (changes: object): object => ({ project: "shop", services: { web: { compute } }, environments: { production }, ...changes });
const beside = (changes: object, rest: object = {}): object =>
  given({ environments: { production, staging: { ...staging, ...changes } }, ...rest });
const inService = (changes: object): object => given({ services: { web: { compute, ...changes } } });
const inProduction = (changes: object): object => given({ environments: { production: { ...production, ...changes } } });
const fromSource = (source: object, rest: object = {}): object =>
  given({ delivery: { source }, rollout: { weightHolder: "codedeploy", weights: [10, 100] }, ...rest });

/** 63 letters at most stand between two dots. */
const domainOf = (length: number): string => `${"a".repeat(30)}.${"b".repeat(length - 43)}.example.com`;
const patterns = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `release/${at}`);
const repository = (region: string, owner: string): object => ({
  kind: "codecommit",
  repository: `arn:aws:codecommit:${region}:${owner}:shop`,
});

interface Case {
  readonly title: string;
  readonly wrong: object;
  readonly path: string;
  /** What the fix says of this very value. */
  readonly fix: string;
  readonly right: object;
}

const cases: readonly Case[] = [
  {
    title: "two environments with one name in one zone",
    wrong: beside({ domain: "shop.example.com" }),
    path: "environments.staging.domain",
    fix: `"production" has shop.example.com in the zone ${zone}`,
    right: beside({ domain: "shop.example.com", zone: "Z9876543210ABCDEFGHIJ" }),
  },
  {
    title: "two environments with one name, of which each makes a zone",
    wrong: given({
      environments: { production: { ...production, zone: "new" }, staging: { ...staging, domain: "shop.example.com", zone: "new" } },
    }),
    path: "environments.staging.domain",
    fix: '"production" makes a zone of shop.example.com too',
    right: beside({ domain: "shop.example.com", zone: undefined, certificate }),
  },
  {
    title: "an environment under the name of another's service",
    wrong: beside({ domain: "api.shop.example.com" }, { services: { web: { compute }, api: { compute } } }),
    path: "environments.staging.domain",
    fix: `"production" has api.shop.example.com in the zone ${zone}`,
    right: beside({ domain: "api.shop.example.com" }, { services: { web: { compute }, api: { compute, paths: ["/api"] } } }),
  },
  {
    title: "two environments with one name at CloudFront, whatever their zones",
    wrong: beside({ domain: "shop.example.com", zone: "Z9876543210ABCDEFGHIJ" }, { edge: {} }),
    path: "environments.staging.domain",
    fix: "CloudFront takes a name once",
    right: beside({}, { edge: {} }),
  },
  {
    title: "a domain that is too long for the certificate that is made",
    wrong: inProduction({ domain: domainOf(65) }),
    path: "environments.production.domain",
    fix: "at most 64 characters (this has 65), or give the ARN of a certificate",
    right: inProduction({ domain: domainOf(64) }),
  },
  {
    title: "a domain that is too long for CloudFront's certificate, which is made beside one that exists",
    wrong: given({ environments: { production: { ...production, domain: domainOf(65), certificate } }, edge: {} }),
    path: "environments.production.domain",
    fix: "at most 64 characters (this has 65)",
    right: inProduction({ domain: domainOf(65), certificate }),
  },
  {
    title: "a repository of another region than the pipeline's",
    wrong: fromSource(repository("us-east-1", account)),
    path: "delivery.source.repository",
    fix: `write the name of one in eu-west-1 of ${account}, where the pipeline in "production" is: this is in us-east-1`,
    right: fromSource(repository("eu-west-1", account)),
  },
  {
    title: "a repository of another account than the pipeline's",
    wrong: fromSource(repository("eu-west-1", "444455556666")),
    path: "delivery.source.repository",
    fix: "this is in eu-west-1 of 444455556666",
    right: fromSource({ kind: "codecommit", repository: "shop" }),
  },
  {
    title: "a repository of the home's account where it is a stage's",
    wrong: fromSource(repository("eu-west-1", "444455556666"), {
      environments: { tools: { account, regions: ["eu-west-1"] }, staging: { ...staging, account: "444455556666" } },
      delivery: { source: repository("eu-west-1", "444455556666"), home: "tools", stages: ["staging"] },
    }),
    path: "delivery.source.repository",
    fix: 'where the pipeline in "tools" is',
    right: fromSource(repository("eu-west-1", account), {
      environments: { tools: { account, regions: ["eu-west-1"] }, staging: { ...staging, account: "444455556666" } },
      delivery: { source: repository("eu-west-1", account), home: "tools", stages: ["staging"] },
    }),
  },
  {
    title: "a repository with a name that CodeCommit gives none",
    wrong: fromSource({ kind: "codecommit", repository: "acme/shop" }),
    path: "delivery.source.repository",
    fix: '"acme/shop" is none',
    right: fromSource({ kind: "codecommit", repository: "acme.shop_2" }),
  },
  {
    title: "a repository link in the place of a connection",
    wrong: fromSource({ ...github, connection: connection.replace("connection/", "repository-link/") }),
    path: "delivery.source.connection",
    fix: "this is that of a repository-link",
    right: fromSource({ ...github, connection: connection.replace("codeconnections", "codestar-connections") }),
  },
  {
    title: "a connection without an id",
    wrong: fromSource({ ...github, connection: connection.replace("1b2c", "") }),
    path: "delivery.source.connection",
    fix: "it names none",
    right: fromSource(github),
  },
  ...(["branches", "paths", "tags"] as const).map((of) => ({
    title: `nine ${of}`,
    wrong: fromSource({ ...github, [of]: patterns(9) }),
    path: `delivery.source.${of}`,
    fix: `write at most 8 ${of}: a trigger of CodePipeline takes no more`,
    right: fromSource({ ...github, [of]: patterns(8) }),
  })),
  {
    title: "a pattern of 256 characters",
    wrong: fromSource({ ...github, tags: ["v*", "v".repeat(256)] }),
    path: "delivery.source.tags[1]",
    fix: "at most 255 characters",
    right: fromSource({ ...github, tags: ["v*", "v".repeat(255)] }),
  },
  {
    title: "a key of 1001 characters, which CodePipeline does not take",
    wrong: fromSource({ kind: "s3", key: "a".repeat(1001) }),
    path: "delivery.source.key",
    fix: "at most 1000 characters",
    right: fromSource({ kind: "s3", key: "a".repeat(1000) }),
  },
  {
    title: "a key of 1026 bytes, which S3 does not take",
    wrong: fromSource({ kind: "s3", key: "ä".repeat(513) }),
    path: "delivery.source.key",
    fix: "none of more than 1024 bytes",
    right: fromSource({ kind: "s3", key: "ä".repeat(512) }),
  },
  {
    title: "a copy that drains for longer than a load balancer waits",
    wrong: inService({ grace: "61m" }),
    path: "services.web.grace",
    fix: "up to 1h",
    right: inService({ grace: "1h" }),
  },
  {
    title: "a health path that is longer than a load balancer takes",
    wrong: inService({ health: `/${"h".repeat(1024)}` }),
    path: "services.web.health",
    fix: "at most 1024 characters",
    right: inService({ health: `/${"h".repeat(1023)}` }),
  },
  {
    title: "a health path that is longer than Route 53 takes, where it asks for failover",
    wrong: given({
      environments: { production: { ...production, regions: ["eu-west-1", "us-east-1"] } },
      services: { web: { compute, health: `/${"h".repeat(255)}` } },
    }),
    path: "services.web.health",
    fix: "at most 255 characters: Route 53 asks",
    right: given({
      environments: { production: { ...production, regions: ["eu-west-1", "us-east-1"] } },
      services: { web: { compute, health: `/${"h".repeat(254)}` } },
    }),
  },
  {
    title: "a health path that is longer than Route 53 takes, where weights are records",
    wrong: given({ services: { web: { compute: { kind: "ec2" }, health: `/${"h".repeat(255)}` } }, rollout: { router: "dns" } }),
    path: "services.web.health",
    fix: "at most 255 characters: Route 53 asks",
    right: given({ services: { web: { compute: { kind: "ec2" }, health: `/${"h".repeat(255)}` } } }),
  },
  ...[
    ["/aws/docker-hub/token", 'begin with "aws" or "ssm"', "/shop/aws/token"],
    ["SSM-token", 'begin with "aws" or "ssm"', "token.ssm"],
    ["shop/token", 'write "/shop/token"', "/shop/token"],
    ["/a".repeat(16), "at most 15 levels: this has 16", "/a".repeat(15)],
    [`/${"a".repeat(955)}`, "at most 955 characters", `/${"a".repeat(954)}`],
    [`${secret}hub`, "with the hyphen and six characters", `${secret}hub-AbCdEf`],
    [`${secret}hub-AbCdEf:token::`, "no key after it", `${secret}shop/hub-AbCdEf`],
  ].map(([wrong = "", fix = "", right = ""]) => ({
    title: `the credential ${wrong.slice(-24)}`,
    wrong: fromSource({ kind: "codecommit" }, { delivery: { dockerHub: { username: "/hub/name", token: wrong } } }),
    path: "delivery.dockerHub.token",
    fix,
    right: fromSource({ kind: "codecommit" }, { delivery: { dockerHub: { username: "/hub/name", token: right } } }),
  })),
];

function problemsIn(config: object): readonly { readonly path: string; readonly fix: string }[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => ({ path: showPath(path), fix })) : [];
}

it.each(cases)("A17: $title is refused, at $path", ({ wrong, path, fix }) => {
  expect(problemsIn(wrong)).toEqual([{ path, fix: expect.stringContaining(fix) }]);
});

it.each(cases)("A17: beside $title, what AWS takes passes", ({ right }) => {
  expect(problemsIn(right)).toEqual([]);
});
