import { readdirSync, readFileSync } from "node:fs";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { expect, it } from "vitest";
import { nameProperty } from "../../../lib/plan/physical-name.ts";
import type { Found, Templates } from "../template.ts";
import { both, changed, config, production, staging, withService } from "./plans.ts";

const named = new Map<string, string>(Object.entries(nameProperty));
// Found by an alias or a path of the service's own.
named
  .set("AWS::KMS::Alias", "AliasName")
  .set("AWS::CodeCommit::Repository", "RepositoryName")
  .set("AWS::Logs::ResourcePolicy", "PolicyName");

const nameOf = (one: Found): string | undefined => {
  const property = named.get(one.type);
  return property === undefined ? undefined : one.text(property);
};

const namesOf = (templates: Templates): readonly { readonly type: string; readonly name: string }[] =>
  templates.found.flatMap((one) => {
    const name = nameOf(one);
    return name === undefined ? [] : [{ type: one.type, name }];
  });

/** How long a name may be, and how it may look, from the API reference of each service. */
const limits: Readonly<Record<string, readonly [most: number, looks: RegExp]>> = {
  "AWS::CloudWatch::Alarm": [255, /^.+$/],
  "AWS::CloudWatch::Dashboard": [255, /^[\w-]+$/],
  "AWS::CodeBuild::Project": [150, /^[A-Za-z0-9][A-Za-z0-9_-]+$/],
  "AWS::CodeCommit::Repository": [100, /^[\w.-]+$/],
  "AWS::CodeDeploy::Application": [100, /^[\w.-]+$/],
  "AWS::CodeDeploy::DeploymentConfig": [100, /^[\w.-]+$/],
  "AWS::CodeDeploy::DeploymentGroup": [100, /^[\w.-]+$/],
  "AWS::CodePipeline::Pipeline": [100, /^[A-Za-z0-9.@_-]+$/],
  "AWS::DynamoDB::Table": [255, /^[\w.-]{3,}$/],
  "AWS::EC2::SecurityGroup": [255, /^(?!sg-)[a-zA-Z0-9 ._:/()#,@[\]+=&;{}!$*-]+$/],
  "AWS::ECR::Repository": [256, /^[a-z0-9]+([._/-][a-z0-9]+)*$/],
  "AWS::ECS::Cluster": [255, /^[\w-]+$/],
  "AWS::ECS::Service": [255, /^[\w-]+$/],
  "AWS::ECS::TaskDefinition": [255, /^[\w-]+$/],
  "AWS::ElasticLoadBalancingV2::LoadBalancer": [32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  "AWS::ElasticLoadBalancingV2::TargetGroup": [32, /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/],
  "AWS::Events::Rule": [64, /^[\w.-]+$/],
  "AWS::IAM::Role": [64, /^[\w+=,.@-]+$/],
  "AWS::KMS::Alias": [256, /^alias\/(?!aws\/)[\w/-]+$/],
  "AWS::Logs::LogGroup": [512, /^(?!aws\/)[\w./#-]+$/],
  "AWS::Logs::ResourcePolicy": [256, /^.+$/],
  "AWS::S3::Bucket": [63, /^[a-z0-9][a-z0-9-]+[a-z0-9]$/],
  "AWS::SNS::Topic": [256, /^[\w-]+$/],
};

const inUse = (name: string): RegExp => new RegExp(`(^|[-/])${name}([-/]|$)`);

it.each(both)("A08 every physical name has the environment's suffix (%s)", (environment, templates) => {
  expect(namesOf(templates).length).toBeGreaterThan(60);
  for (const { name } of namesOf(templates)) expect(name).toMatch(inUse(environment));
});

it.each(both)("D04 everything that AWS lets us name is named by the plan, with the suffix (%s)", (environment, templates) => {
  for (const one of templates.found) {
    const name = nameOf(one);
    if (named.has(one.type)) expect([one.id, name]).toEqual([one.id, expect.stringMatching(inUse(environment))]);
  }
  expect(staging.one("AWS::ECS::Service").at("ServiceName")).not.toBe(production.one("AWS::ECS::Service").at("ServiceName"));
});

const long = { project: "the-longest-project-name-of-all1" };

it("A08 names keep AWS's limits, also where project and service are as long as they may be", () => {
  const [service] = config.services;
  const wordy = changed({ ...long, services: [{ ...service, name: "the-longest-service-name-of-all1" }] });
  for (const { type, name } of [...namesOf(production), ...namesOf(staging), ...namesOf(wordy)]) {
    const [most, looks] = limits[type] ?? [0, /^$/];
    expect([type, name, name.length <= most, looks.test(name)]).toEqual([type, name, true, true]);
  }
});

it("A08 no two environments, and no two regions of one, have a name in common", () => {
  const [first, ...others] = config.environments;
  if (!first) throw new Error("D has environments");
  const regions: typeof first.regions = ["eu-west-1", "eu-central-1"];
  const { zone: _zone, ...twice } = { ...first, regions };
  const certified = { ...twice, certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809" };
  const inTwo = changed({ ...long, environments: [certified, ...others] }, first.name);
  const elsewhere = changed(long);
  const all = [...namesOf(inTwo), ...namesOf(elsewhere)].map(({ type, name }) => `${type} ${name}`);
  expect(all.filter((one, at) => all.indexOf(one) !== at)).toEqual([]);
});

const specified = loadAwsServiceSpecSync();

/** The property that carries a type's tags, or undefined where it cannot have any (AWS's own resource schemas). */
function tagsOf(type: string): string | undefined {
  return specified.lookup("resource", "cloudFormationType", "equals", type).only().tagInformation?.tagPropertyName;
}

it.each(both)("C14 everything that can carry tags has those of the configuration (%s)", (environment, templates) => {
  const wanted = {
    Environment: environment,
    Owner: config.owner,
    Project: config.project,
    CostCenter: config.costCenter,
    ManagedBy: "sluice",
  };
  const taggable = templates.found.filter((one) => tagsOf(one.type) !== undefined);
  expect(taggable.length).toBeGreaterThan(70);
  for (const one of taggable) {
    const tags = Object.fromEntries(one.parts(tagsOf(one.type) ?? "").map((tag) => [tag.text("Key"), tag.at("Value")]));
    const { Name: _name, ...common } = tags;
    expect([one.id, common]).toEqual([one.id, wanted]);
  }
});

it("C14 a commit changes nothing but what a release builds", () => {
  const at = (commit: string) => withService({ env: { COMMIT: commit } }).found;
  const [one, other] = [at("0f1e2d3c"), at("4b5a6978")];
  const differing = one.filter((found, index) => JSON.stringify(found.value) !== JSON.stringify(other[index]?.value));
  expect(differing.map(({ type }) => type)).toEqual(["AWS::ECS::TaskDefinition"]);
});

it("C14 tasks carry the tags of their task definition", () => {
  expect(production.one("AWS::ECS::Service").at("PropagateTags")).toBe("TASK_DEFINITION");
});

it("D09 every type of resource that D is made of is looked at by a test of D", () => {
  const own = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".test.ts") && file !== "names.test.ts");
  const texts = [...own, "../tiers.ts"].map((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8")).join("\n");
  const types = new Set([...production.found, ...staging.found].map(({ type }) => type));
  expect([...types].filter((type) => !texts.includes(`"${type}"`))).toEqual([]);
});

it("D09 no resource stands alone: it names another, is named by another, or is an entry or an end that AWS knows by itself", () => {
  const alone = production.found.filter((one) => {
    const named = JSON.stringify(one.value).includes("‹");
    const self = one.ref.slice(1, -1);
    const namedBy = production.found.some((other) => {
      const text = other === one ? "" : JSON.stringify(other.value);
      return text.includes(`‹${self}›`) || text.includes(`‹${self}.`) || other.after.includes(one);
    });
    return !named && !namedBy;
  });
  expect(alone.map(({ id }) => id)).toEqual([]);
});
