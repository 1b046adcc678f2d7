import { expect, it } from "vitest";
import { checkConfig } from "../../lib/config/check.ts";
import { showPath } from "../../lib/config/problems.ts";

const regions = ["eu-central-1"];
const connection = "arn:aws:codeconnections:eu-central-1:111111111111:connection/5f0e1d2c";
const source = { kind: "github", connection, repository: "acme/billing" };
const staging = { account: "222222222222", regions, cidr: "10.30.0.0/16", domain: "staging.example.com", zone: "new" };
const production = {
  account: "333333333333",
  regions,
  domain: "billing.example.com",
  certificate: "arn:aws:acm:eu-central-1:333333333333:certificate/0a1b2c3d",
};
const environments = { tools: { account: "111111111111", regions }, staging, production };
const across = { source, home: "tools", stages: ["staging", "production"] };

const given = (delivery: object, changed: object = {}): object => ({
  project: "billing",
  services: { api: { compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { ...environments, ...changed },
  delivery: { ...across, ...delivery },
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
});

function problemsIn(config: object): readonly { readonly path: string; readonly fix: string }[] {
  const checked = checkConfig(config);
  return "problems" in checked ? checked.problems.map(({ path, fix }) => ({ path: showPath(path), fix })) : [];
}

it("E03 a home and stages that are complete pass, and the home needs no domain, no certificate and no network", () => {
  expect(problemsIn(given({}))).toEqual([]);
});

it.each([
  ["delivery.home", given({ home: undefined }), "name the environment that holds the pipeline"],
  ["delivery.home", given({ home: "tool" }), "write one of: tools, staging, production"],
  ["delivery.stages", given({ stages: [] }), "in their order"],
  ["delivery.stages[1]", given({ stages: ["staging", "prod"] }), "write one of: tools, staging, production"],
  ["delivery.stages[0]", given({ stages: ["tools", "production"] }), "the home of the pipeline holds no service"],
  ["delivery.stages[2]", given({ stages: ["staging", "production", "staging"] }), "it is a stage already"],
  [
    "environments.staging.domain",
    given(
      {},
      {
        staging: {
          ...staging,
          domain: undefined,
          zone: undefined,
          certificate: production.certificate.replace("333333333333", staging.account),
        },
      },
    ),
    "under it after a deploy",
  ],
  [
    "environments.production.certificate",
    given({}, { production: { ...production, certificate: undefined } }),
    "callers come by HTTPS only",
  ],
  [
    "environments.production.certificate",
    given({}, { production: { ...production, certificate: production.certificate.replace("333333333333", staging.account) } }),
    "it belongs to the account 222222222222",
  ],
  [
    "environments.staging.regions",
    given({}, { staging: { ...staging, regions: ["eu-west-1"] } }),
    "write eu-central-1, where the pipeline is",
  ],
  [
    "environments.staging.existing.registry",
    given({}, { staging: { ...staging, existing: { registry: "billing" } } }),
    'name it in "tools", where the images of all stages are pushed to',
  ],
  ["delivery.source.connection", given({ source: { ...source, connection: undefined } }), "connection in CodeConnections"],
  ["delivery.source.connection", given({ source: { ...source, connection: connection.replace("codeconnections", "s3") } }), "an ARN of s3"],
  ["environments.production.account", given({}, { production: { ...production, account: undefined } }), "12 digits"],
  ["environments.tools.account", given({}, { tools: { account: "1111", regions } }), "12 digits"],
])("E03 refuses %s that is missing or wrong, saying what to write (%#)", (path, config, fix) => {
  expect(problemsIn(config)).toContainEqual({ path, fix: expect.stringContaining(fix) });
});

it("E03 of connection, cluster, accounts and certificate all that is missing or malformed is told at once, before anything is planned", () => {
  const wrong = given(
    { source: { ...source, connection: "github" } },
    {
      staging: { ...staging, account: "2222" },
      production: { ...production, certificate: "certificate/1", existing: { cluster: { name: "arn:aws:ecs:eu-central-1" } } },
    },
  );
  expect(problemsIn(wrong).map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "delivery.source.connection",
      "environments.production.certificate",
      "environments.production.existing.cluster.name",
      "environments.staging.account",
    ]),
  );
});

it.each(["tools", "staging"])("E03 %s that is wrong is not called unknown where it is named", (name) => {
  const wrong = given({}, { [name]: { ...(name === "tools" ? environments.tools : environments.staging), account: "2222" } });
  expect(problemsIn(wrong).map(({ path }) => path)).toEqual([`environments.${name}.account`]);
});

it("E03 a registry that exists is named in the home", () => {
  expect(problemsIn(given({}, { tools: { ...environments.tools, existing: { registry: "billing" } } }))).toEqual([]);
});

it("C01 C23 a pipeline that runs Pulumi releases by builds of some hours, and asks people itself", () => {
  const pulumi = { backend: "s3://acme-state?region=eu-central-1", key: "arn:aws:kms:eu-central-1:111111111111:key/5f0e1d2c" };
  const rolledOut = (rollout: object) => ({
    ...given({ pulumi }, { production: { ...production, cidr: "10.31.0.0/16" } }),
    engine: "pulumi",
    rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "1h", keepWarm: "6h", ...rollout },
  });
  expect(problemsIn(rolledOut({}))).toEqual([]);
  expect(problemsIn(rolledOut({ keepWarm: "361m" }))).toEqual([
    { path: "rollout.keepWarm", fix: expect.stringContaining("take 7h at most in all") },
  ]);
  expect(problemsIn(rolledOut({ approval: "before-first-shift" }))).toEqual([
    { path: "rollout.approval", fix: expect.stringContaining("delivery.approval") },
  ]);
  expect(problemsIn(rolledOut({ builtBy: "billing-image" }))).toEqual([
    { path: "rollout.builtBy", fix: expect.stringContaining("leave it out") },
  ]);
  // Without a pipeline that releases, all of this is nobody's business.
  expect(problemsIn({ ...given({}), rollout: { weightHolder: "codedeploy", weights: [10, 100], keepWarm: "48h" } })).toEqual([]);
});
