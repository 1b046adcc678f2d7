import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { templateOf } from "../../../lib/plan/as-template.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { fromStack } from "../../../lib/plan/template.ts";
import { systems } from "../../judges/systems.ts";
import { consumer, everyLeaf, network, planOf, resource, stackOf } from "./plans.ts";
import { appOf, leftovers, nagFindings, synthesised } from "./scratch.ts";

it("what CDK synthesises is the plan's own template, nothing more and nothing less", () => {
  const assembly = synthesised(everyLeaf);
  for (const stack of everyLeaf.stacks) {
    // Through text, so that order counts as well where it means something and absent properties are absent.
    const template: unknown = JSON.parse(JSON.stringify(templateOf(stack)));
    expect(assembly.getStackByName(stack.name).template).toEqual(template);
  }
});

it("X10 C11 goes up under its own name alone, whatever plan was rendered before it in the same process", () => {
  const uploads = (CidrBlock: string) => {
    const assembly = synthesised(planOf(stackOf("network", [resource("Vpc", "AWS::EC2::VPC", { CidrBlock })])));
    return readFileSync(path.join(assembly.directory, "shop-test-network.assets.json"), "utf8").match(/"objectKey"/g);
  };
  expect(uploads("10.0.0.0/16")).toHaveLength(1);
  expect(uploads("10.1.0.0/16")).toHaveLength(1);
});

it("an output of another stack stays a reference to it, plain and inside a text", () => {
  const text = JSON.stringify(synthesised(everyLeaf).getStackByName(consumer.name).template);
  expect(text.split("Fn::GetStackOutput")).toHaveLength(5);
  expect(text).not.toContain("stack-output");
});

it("a stack keeps its name, account, region and protection", () => {
  const stack = synthesised(everyLeaf).getStackByName(consumer.name);
  expect(stack.environment).toMatchObject({ account: "111111111111", region: "eu-central-1" });
  expect(stack.terminationProtection).toBe(true);
  expect(synthesised(everyLeaf).getStackByName(network.name).terminationProtection).toBe(false);
});

it("stacks are deployed after those whose outputs they read, whatever their order in the plan", () => {
  const needed = synthesised(everyLeaf)
    .getStackByName(consumer.name)
    .dependencies.map(({ id }) => id);
  expect(needed).toEqual(expect.arrayContaining(["shop-test-network", "shop-test-ledger"]));
});

it("X05 the ledger is the first stack up and the last down: every other waits for it, though none reads it", async () => {
  const { config } = await loadConfig("examples/d-container-pipeline");
  const plan = buildPlan(config, "production");
  const assembly = synthesised(plan);
  const waits = plan.stacks.map(({ name, part }) => {
    const { dependencies } = assembly.getStackByName(name);
    return [part, dependencies.some(({ id }) => id === "shop-production-euw1-ledger")];
  });
  expect(waits).toEqual([
    ["ledger", false],
    ["base", true],
    ["web", true],
    ["pipeline", true],
  ]);
});

it("an output of a stack that is not in the plan is refused, naming who reads it", () => {
  const stray = stackOf("stray", [], {
    outputs: [{ name: "X", value: fromStack({ name: "gone", region: "eu-west-1" }, "VpcId"), description: "x" }],
  });
  expect(() => appOf(planOf(stray))).toThrow("shop-test-stray reads VpcId of gone in eu-west-1, which is no stack of the plan");
});

it("nothing is looked up in an account", () => {
  expect(synthesised(everyLeaf).manifest.missing ?? []).toEqual([]);
});

it("no file is left behind", () => {
  appOf(everyLeaf);
  expect(leftovers().filter((name) => name.startsWith("sluice"))).toEqual([]);
});

it("cdk-nag sees what a broken plan does wrong", () => {
  const bucket = resource("OpenBucket", "AWS::S3::Bucket", { BucketName: "open" }, { keep: "retain" });
  const group = resource("OpenGroup", "AWS::EC2::SecurityGroup", {
    GroupDescription: "Open",
    VpcId: "vpc-1",
    SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "0.0.0.0/0" }],
  });
  expect(nagFindings(planOf(stackOf("broken", [bucket, group])))).toEqual([
    "AwsSolutions-EC23 shop-test-broken/Plan/OpenGroup",
    "AwsSolutions-S1 shop-test-broken/Plan/OpenBucket",
    "AwsSolutions-S10 shop-test-broken/Plan/OpenBucket",
  ]);
});

/** A template without what CDK does of its own accord: the code of a function is its asset, and a bucket that goes with its stack is emptied. */
function shown({ Resources, Outputs = {} }: { readonly Resources: object; readonly Outputs?: object }, empties: boolean) {
  const resources = Object.entries(Resources).flatMap(([id, { Type, Properties, ...rest }]) => {
    if (empties && (/^AWS::S3::Bucket(Policy)?$/.test(Type) || /AutoDeleteObjects/.test(id))) return [];
    const { Code, ...properties } = Properties;
    return [[id, { ...rest, Type, Properties: Type === "AWS::Lambda::Function" ? properties : Properties }]];
  });
  return { Resources: Object.fromEntries(resources), Outputs };
}

const some = systems.filter(({ name }) => /^(a|b|d|e)-\S+ production$|^c-\S+ tools$|^(c|d|e)-\S+ staging$|^d by/.test(name));

it.each(some)("A02 D01 E01 $name comes out of CDK as it is planned, every resource and every output", ({ plan }) => {
  const assembly = synthesised(plan);
  for (const stack of plan.stacks) {
    const planned = JSON.parse(JSON.stringify(templateOf(stack)));
    expect(shown(assembly.getStackByName(stack.name).template, !stack.protect)).toEqual(shown(planned, !stack.protect));
  }
});

it("a policy that CDK wants as text goes to CloudFormation as the object that the plan has", () => {
  const PolicyDocument = { Version: "2012-10-17", Statement: [] } as const;
  const stack = stackOf("logs", [resource("Policy", "AWS::Logs::ResourcePolicy", { PolicyName: "shop", PolicyDocument })]);
  expect(synthesised(planOf(stack)).getStackByName(stack.name).template.Resources.Policy.Properties.PolicyDocument).toEqual(PolicyDocument);
});
