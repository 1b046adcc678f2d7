import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";
import { priorityOf } from "../../lib/config/routes.ts";

const compute = { kind: "ecs", cpu: 512, memory: 1024 };
const zoned = { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e";
const nameless = { account: "111122223333", regions: ["eu-west-1"], certificate };

/** Services beside the first, "web". */
const beside = (others: Readonly<Record<string, object>>, changes: object = {}): object => ({
  project: "shop",
  services: { web: { compute }, ...Object.fromEntries(Object.entries(others).map(([name, one]) => [name, { compute, ...one }])) },
  environments: { production: zoned },
  ...changes,
});

function problemsIn(config: object): readonly (readonly [path: string, fix: string])[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => [showPath(path), fix]) : [];
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count - 1 }, (_, at) => [`s${at}`, { priority: at + 1 }]));

it.each([
  ["names and paths", { api: { paths: ["/api", "/api/*"] }, admin: {}, Docs: { subdomain: "help" } }, {}],
  ["paths where no environment has a domain", { api: { paths: ["/api/*"] } }, { environments: { production: nameless } }],
  ["paths behind CloudFront", { api: { paths: ["/api/*"] } }, { edge: {} }],
  ["a longer path inside a shorter one", { api: { paths: ["/api/*"] }, orders: { paths: ["/api/orders/*"] } }, {}],
  ["as many as a load balancer has rules for", many(33), {}],
  ["a database", { api: {} }, { database: { engine: "postgres", version: "17" } }],
  ["no environment, where each may be anything", { api: { compute: undefined } }, { environments: {} }],
])("A17 several services with %s are right", (_what, others, changes) => {
  expect(problemsIn(beside(others, changes))).toEqual([]);
});

const workflow = {
  repository: "acme/shop",
  backend: "s3://acme-state/shop?region=eu-west-1",
  key: "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
};
const same = { priority: 7 };

it.each([
  ["CodeDeploy", { api: {} }, { rollout: { weightHolder: "codedeploy", weights: [10, 100] } }, "rollout.weightHolder", 'write "release"'],
  ["ECS as holder", { api: {} }, { rollout: { weightHolder: "ecs", weights: [10, 100] } }, "rollout.weightHolder", 'write "release"'],
  [
    "an existing registry",
    { api: {} },
    { environments: { production: { ...zoned, existing: { registry: "shop" } } } },
    "environments.production.existing.registry",
    "registry of its own",
  ],
  ["more than a load balancer has rules for", many(34), {}, "services", "at most 33"],
  ["more than a workflow's role can name", many(13), { engine: "pulumi", workflow }, "workflow", "at most 12"],
  ["one name twice", { api: {}, other: { subdomain: "api" } }, {}, "services.other.subdomain", '"api" has this name'],
  ["names that differ in case", { api: {}, Api: { subdomain: "other" } }, {}, "services.Api", 'not always tell it from "api"'],
  ["one priority twice", { api: same, admin: same }, {}, "services.admin.priority", 'such as 8: "api" has the same one'],
  ["a name that DNS cannot have", { "api-": {} }, {}, "services.api-.subdomain", '"api-" is no part of a domain name'],
  [
    "names where there is no domain",
    { api: {} },
    { environments: { production: nameless } },
    "services.api.paths",
    'or a domain to "production"',
  ],
  ["names behind CloudFront", { api: {} }, { edge: {} }, "services.api.paths", "under the domain alone"],
  ["a name and paths for one", { api: { paths: ["/api/*"], subdomain: "api" } }, {}, "services.api.subdomain", "one or the other"],
  ["more wildcards than a rule takes", { api: { paths: ["/a/*/b/*", "/c/*/d/*", "/e/*/f/*"] } }, {}, "services.api.paths", "at most 5"],
  [
    "a path that another takes before",
    { api: { paths: ["/api/*"], priority: 5 }, orders: { paths: ["/api/orders/*"] } },
    {},
    "services.orders.paths[0]",
    'a priority below 5: "api" takes',
  ],
  [
    "a path twice",
    { api: { paths: ["/api"] }, other: { paths: ["/api"] } },
    {},
    /services\.(api|other)\.paths\[0\]/,
    "takes these requests before it",
  ],
  ["a PORT", { api: { env: { PORT: "80" } } }, {}, "services.api.env.PORT", "leave it out"],
  ["a size that Fargate has not", { api: { compute: { ...compute, memory: 8192 } } }, {}, "services.api.compute.memory", "512 CPU units"],
  ["one that runs on nothing", { api: { compute: undefined } }, {}, "services.api.compute", "say what it runs on"],
  ["a name of another part", { pipeline: {} }, {}, "services.pipeline", "choose another name"],
])("A17 several services with %s are refused", (_what, others, changes, path, fix) => {
  expect(problemsIn(beside(others, changes))).toEqual([
    [typeof path === "string" ? path : expect.stringMatching(path), expect.stringContaining(fix)],
  ]);
});

it("A17 several services are refused beside a pipeline, and on machines", () => {
  const delivered = problemsIn(beside({ api: {} }, { delivery: {}, rollout: { weightHolder: "codedeploy", weights: [10, 100] } }));
  expect(delivered.map(([path]) => path)).toEqual(["rollout.weightHolder", "delivery"]);
  const machines = problemsIn(beside({ api: { compute: { kind: "ec2" } } }));
  expect(machines).toEqual([["services.api.compute", expect.stringContaining("fleets of EC2 have one")]]);
});

it.each(["paths", "subdomain", "priority"])("A17 the first service, which takes the rest, has no %s", (field) => {
  const value = { paths: ["/*"], subdomain: "www", priority: 1 }[field];
  const alone = { project: "shop", services: { web: { compute, [field]: value } }, environments: { production: zoned } };
  expect(problemsIn(alone)).toEqual([[`services.web.${field}`, expect.stringContaining("takes what no other does")]]);
});

it("A09 a priority follows from the service alone: paths before names, the longer before the shorter", () => {
  const checked = checkConfig(
    beside({ api: { paths: ["/api/*"] }, orders: { paths: ["/api/orders/*"] }, admin: {}, mail: { priority: 24_999 } }),
  );
  if (!("config" in checked)) throw new Error("right");
  const of = (name: string) => {
    const found = checked.config.services.find((one) => one.name === name);
    return found ? priorityOf(found) : Number.NaN;
  };
  expect(of("orders")).toBeLessThan(of("api"));
  expect(of("api")).toBeLessThan(of("admin"));
  // Frozen: a priority that changed would send the weights of running services again.
  expect([of("api"), of("orders"), of("admin"), of("mail")]).toMatchInlineSnapshot(`
    [
      11045,
      10368,
      16181,
      24999,
    ]
  `);
});
