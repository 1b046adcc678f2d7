import { describe, expect, it } from "vitest";
import { checkConfig } from "../../../lib/config/check.ts";
import type { Config } from "../../../lib/config/config.ts";
import { externalIdOf } from "../../../lib/plan/blocks/deployer.ts";
import { homeOf } from "../../../lib/plan/settings.ts";
import { evaluate } from "../../iam/evaluate.ts";
import { resolve } from "../../iam/resolve.ts";
import { rolesOf } from "../../iam/roles.ts";
import { allows, grantsOf } from "../policies.ts";
import { readTemplates } from "../template.ts";
import { actionOf, config, planOf, regionOf, stages, tools, variablesOf } from "./plans.ts";

describe.each(stages)("the way to %s", (stage) => {
  const plan = planOf(stage);
  const access = { ...plan, stacks: plan.stacks.filter(({ part }) => part.startsWith("access")) };
  const [target] = rolesOf(resolve(access));
  const action = actionOf(tools, `Deploy-${stage}`);
  const project = tools.follow(action.at("Configuration.ProjectName"));
  const builder = tools.follow(project.at("ServiceRole"));
  const builderArn = `arn:aws:iam::111111111111:role/${builder.text("RoleName")}`;
  if (!target) throw new Error(`${stage} lets nobody in`);

  it("C10 the build takes on exactly the role of its stage", () => {
    const others = stages.map((one) => variablesOf(tools, actionOf(tools, `Deploy-${one}`)).DEPLOY_ROLE_ARN);
    const may = others.filter((arn) => grantsOf(tools, builder).some((one) => allows(one, "sts:AssumeRole", String(arn))));
    expect(may).toEqual([target.arn]);
    expect(variablesOf(tools, action).DEPLOY_ROLE_ARN).toBe(target.arn);
  });

  it("C10 the role is taken on by that build alone, and only with the external id that the build says", () => {
    const externalId = String(variablesOf(tools, action).DEPLOY_EXTERNAL_ID);
    // What the caller's own account lets it do is not the question: here it may do everything.
    const identity = [{ Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }] }];
    const take = (arn: string, told: Readonly<Record<string, string>>) => {
      const context = { "aws:PrincipalArn": arn, ...told };
      const request = { caller: { arn }, action: "sts:AssumeRole", resource: target.arn, context };
      return evaluate(request, { identity, resource: target.trust, ruledByResource: true });
    };
    expect(take(builderArn, { "sts:ExternalId": externalId })).toBe("allowed");
    expect(take(builderArn, {})).toBe("not allowed");
    expect(take(builderArn, { "sts:ExternalId": "another" })).toBe("not allowed");
    const others = tools.all("AWS::IAM::Role").map((one) => `arn:aws:iam::111111111111:role/${one.text("RoleName")}`);
    for (const arn of [...others, "arn:aws:iam::111111111111:user/ann", builderArn.replace("111111111111", "999999999999")])
      if (arn !== builderArn) expect(take(arn, { "sts:ExternalId": externalId }), arn).toBe("not allowed");
    const home = homeOf(config, stage);
    expect(home && externalIdOf(home)).toBe(externalId);
  });

  it("C04 C10 the role makes what the plan has in its region, passes roles only of this environment and on, and reads no data", () => {
    const ask = (what: string, resource: string, context: Readonly<Record<string, string>> = {}) =>
      evaluate({ caller: { arn: target.arn }, action: what, resource, context }, { identity: target.policies });
    const region = regionOf[stage];
    const account = stage === "staging" ? "222222222222" : "333333333333";
    const here = { "aws:RequestedRegion": region };
    expect(ask("ecs:CreateService", `arn:aws:ecs:${region}:${account}:service/a/b`, here)).toBe("allowed");
    expect(ask("ecs:CreateService", `arn:aws:ecs:${region}:${account}:service/a/b`, { "aws:RequestedRegion": "ap-south-1" })).toBe(
      "not allowed",
    );
    expect(ask("organizations:LeaveOrganization", "*", here)).toBe("not allowed");
    expect(ask("iam:CreateUser", `arn:aws:iam::${account}:user/a`, here)).toBe("not allowed");
    const templates = readTemplates(plan);
    const own = templates.all("AWS::IAM::Role").find((one) => one.text("RoleName").endsWith("-web-task"));
    const role = `arn:aws:iam::${account}:role/${own?.text("RoleName")}`;
    expect(ask("iam:PassRole", role, { "iam:PassedToService": "ecs-tasks.amazonaws.com" })).toBe("allowed");
    expect(ask("iam:PassRole", role, { "iam:PassedToService": "ec2.amazonaws.com" })).toBe("not allowed");
    expect(ask("iam:PassRole", `arn:aws:iam::${account}:role/administrator`, { "iam:PassedToService": "ecs-tasks.amazonaws.com" })).toBe(
      "not allowed",
    );
    expect(ask("iam:PutRolePolicy", target.arn, here)).toBe("denied by a statement");
    expect(ask("s3:GetObject", "arn:aws:s3:::any/a", here)).toBe("denied by a statement");
    expect(ask("dynamodb:GetItem", `arn:aws:dynamodb:${region}:${account}:table/a`, here)).toBe("denied by a statement");
  });

  it("C19 no credential is in the build: the state is opened by its role, below the prefix and with its key", () => {
    const grants = grantsOf(tools, builder);
    for (const what of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      expect(grants.some((one) => allows(one, what, "arn:aws:s3:::acme-pulumi-state/catalog/.pulumi/stacks/a.json"))).toBe(true);
      expect(grants.some((one) => allows(one, what, "arn:aws:s3:::acme-pulumi-state/other/.pulumi/stacks/a.json"))).toBe(false);
    }
    const names = project.parts("Environment.EnvironmentVariables").map((one) => one.text("Name"));
    expect(names.filter((name) => /TOKEN|SECRET(?!S_PROVIDER)|PASSWORD|ACCESS_KEY/.test(name))).toEqual([]);
  });
});

describe("the state", () => {
  const given = (pulumi: object | undefined, more: object = {}) => {
    const environment = { account: "111111111111", regions: ["eu-central-1"] };
    const stage = { account: "222222222222", regions: ["eu-central-1"], cidr: "10.1.0.0/16", domain: "a.example.com", zone: "new" };
    const checked = checkConfig({
      project: "shop",
      engine: "pulumi",
      services: { web: { compute: { kind: "ecs" } } },
      environments: { tools: environment, staging: stage },
      delivery: { source: { kind: "s3" }, home: "tools", stages: ["staging"], ...(pulumi && { pulumi }) },
      rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
      ...more,
    });
    return "problems" in checked ? checked.problems.map(({ path, fix }) => `${path.join(".")}: ${fix}`) : [];
  };
  const key = "arn:aws:kms:eu-central-1:111111111111:key/1a2b3c4d-5e6f-4708-8192-a3b4c5d6e7f8";

  it("A07 of a pipeline that runs Pulumi says its region", () => {
    expect(given({ backend: "s3://acme-state/shop?region=eu-central-1", key })).toEqual([]);
    expect(given({ backend: "s3://acme-state?awssdk=v2&region=eu-central-1", key })).toEqual([]);
  });

  it.each([
    ["s3://acme-state/shop", "s3://acme-state/shop?region=eu-central-1"],
    ["s3://acme-state/shop?awssdk=v2", "s3://acme-state/shop?awssdk=v2&region=eu-central-1"],
    ["s3://acme-state?myregion=x", "s3://acme-state?myregion=x&region=eu-central-1"],
  ])("A07 %s is refused with the corrected URL", (backend, corrected) => {
    expect(given({ backend, key })).toEqual([expect.stringMatching(/^delivery\.pulumi\.backend: /)]);
    expect(given({ backend, key })[0]).toContain(`"${corrected}"`);
  });

  it("A07 is a bucket, with a key by its ARN, and not forgotten", () => {
    expect(given({ backend: "https://api.pulumi.com", key })[0]).toContain("s3://");
    expect(given({ backend: "s3://acme-state?region=eu-central-1", key: key.replace(/key\/.*/, "alias/state") })[0]).toContain("alias");
    expect(given(undefined)[0]).toMatch(/^delivery\.pulumi: say where the state is/);
    expect(given({ backend: "s3://acme-state?region=eu-central-1", key }, { engine: "cdk" })[0]).toMatch(/^delivery\.pulumi: leave it out/);
  });
});

it("A03 a workflow finds the provider of its tokens also in the account of the pipeline, whose home makes none", () => {
  const account = "111111111111";
  const workflow: Config["workflow"] = {
    repository: "acme/catalog",
    branch: "main",
    provider: "make",
    backend: "s3://acme-pulumi-state/catalog?region=eu-west-1",
    key: `arn:aws:kms:eu-west-1:${account}:key/1a2b3c4d-5e6f-4708-8192-a3b4c5d6e7f8`,
  };
  const environments = config.environments.map((one) => ({ ...one, account }));
  const made = environments.flatMap(({ name }) =>
    planOf(name, { environments, workflow }).stacks.flatMap(({ part, resources }) =>
      resources.some(({ type }) => type === "AWS::IAM::OIDCProvider") ? [`${name} ${part}`] : [],
    ),
  );
  expect(made).toEqual(["staging github@eu-west-1"]);
});
