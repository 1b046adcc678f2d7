import * as aws from "@pulumi/aws";
import { describe, expect, it } from "vitest";
import type { ConfigInput } from "../lib/config/config.ts";
import { capture } from "../lib/engines/pulumi/capture.ts";
import type { Graph, Node } from "../lib/engines/pulumi/graph.ts";
import { stackPlan, tap } from "../lib/engines/pulumi/tap.ts";
import type { Plan } from "../lib/plan/template.ts";
import { TapStack } from "../lib/tap-stack.ts";
import { runHost } from "./engines/pulumi/language-host.ts";

const ofType = ({ resources }: Graph, type: string): readonly Node[] => resources.filter((one) => one.type === type);
const certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e";
const config: ConfigInput = {
  project: "shop",
  services: { web: { health: "/health", compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
  environments: { production: { account: "111122223333", regions: ["eu-west-1"], certificate } },
  database: { engine: "postgres", version: "17" },
};

/** A capture costs half a second, and every test of a program looks at the same. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

describe("TapStack in somebody's program", () => {
  const program = once(() =>
    capture({ project: "theirs", stack: "production", config: { "aws:region": "eu-west-1" } }, () => {
      const shop = new TapStack("shop", { config, environment: "production" });
      new aws.ec2.SecurityGroup("own", { vpcId: shop.vpcId.apply((id) => id ?? ""), description: "Of the program itself" });
      const edge = shop.distributionDomainName.apply((name) => name ?? "none");
      return { vpc: shop.vpcId, subnets: shop.privateSubnetIds, database: shop.databaseEndpoint, edge };
    }),
  );

  it("B01 B17 is a component, under which every stack and block of the plan is one", async () => {
    const { resources } = await program();
    const [shop] = resources.filter(({ type }) => type === "sluice:index:TapStack");
    const stacks = resources.filter(({ type, parent }) => type === "sluice:aws:Stack" && parent === shop?.urn);
    expect(stacks.map(({ name }) => name)).toEqual([
      "shop-production-euw1-ledger",
      "shop-production-euw1-base",
      "shop-production-euw1-data",
      "shop-production-euw1-web",
    ]);
    const vpc = resources.find(({ type }) => type === "aws:ec2/vpc:Vpc");
    const block = resources.find(({ urn }) => urn === vpc?.parent);
    expect([block?.type, block?.name]).toEqual(["sluice:aws:Block", "shop-production-euw1-base-Network"]);
    expect(
      resources.filter(({ custom, type, parent }) => custom && type.startsWith("aws:") && parent === "").map(({ name }) => name),
    ).toEqual([]);
  });

  it("B17 A05 gives outputs that the program can build upon, undefined where the configuration leaves a thing out", async () => {
    const graph = await program();
    const [vpc] = ofType(graph, "aws:ec2/vpc:Vpc");
    const index = vpc ? graph.resources.indexOf(vpc) : -1;
    const own = ofType(graph, "aws:ec2/securityGroup:SecurityGroup").find(({ name }) => name === "own");
    expect(own?.inputs.vpcId).toBe(`⟦${index}.id⟧`);
    expect(own?.dependencies).toContain(vpc?.urn);
    expect(graph.outputs).toMatchObject({ vpc: `⟦${index}.id⟧`, subnets: [expect.stringMatching(/id⟧$/), expect.stringMatching(/id⟧$/)] });
    expect(graph.outputs.database).toMatch(/address⟧$/);
    expect(graph.outputs.edge).toBe("none");
  });

  it("B16 a changed variable of a service reaches AWS: nothing of a task definition is left out, and the service does not follow it", async () => {
    const graph = await program();
    const [definition] = ofType(graph, "aws:ecs/taskDefinition:TaskDefinition");
    expect(definition?.ignoreChanges ?? []).toEqual([]);
    for (const service of ofType(graph, "aws:ecs/service:Service")) expect(service.inputs.taskDefinition).toBe(definition?.inputs.family);
  });

  it("A17 throws every mistake of the configuration at once, before anything is registered", async () => {
    const wrong = { ...config, environments: { production: { account: "1", regions: ["eu-wset-1"] } } };
    const refused = await capture({ project: "theirs", stack: "production" }, () => {
      // What a program of JavaScript may hand over.
      Reflect.construct(TapStack, ["shop", { config: wrong, environment: "production" }]);
      return undefined;
    }).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/environments\.production\.account[\s\S]*environments\.production\.regions/);
  });

  it("C01 makes everything by one provider of its account, which refuses credentials of another, in the region of its stack", async () => {
    const graph = await program();
    const [provider, ...others] = ofType(graph, "pulumi:providers:aws");
    expect([others.length, provider?.inputs.allowedAccountIds]).toEqual([0, JSON.stringify(["111122223333"])]);
    const native = graph.resources.filter(({ type, name }) => type.startsWith("aws:") && name !== "own");
    expect(native.filter((one) => !one.provider.startsWith(`${provider?.urn}::`)).map(({ name }) => name)).toEqual([]);
    expect(new Set(native.flatMap(({ inputs }) => inputs.region ?? []))).toEqual(new Set(["eu-west-1"]));
  });

  it("A10 B16 keeps the password out of everything but the encrypted state, and leaves later versions to who rotates it", async () => {
    const graph = await program();
    const [version] = ofType(graph, "aws:secretsmanager/secretVersion:SecretVersion");
    const [database] = ofType(graph, "aws:rds/instance:Instance");
    expect([version?.secrets, database?.secrets]).toEqual([["secretString"], ["password"]]);
    expect(version?.ignoreChanges).toEqual(["secretString", "versionStages"]);
    expect(JSON.stringify(graph)).not.toMatch(/⟦\d+\.result⟧/);
  });

  it("B18 makes what AWS needs first: encryption and versioning before what reads a bucket, rights before what takes on a role", async () => {
    const graph = await program();
    const urns = new Map(graph.resources.map((one) => [one.urn, one]));
    const waitsFor = (node: Node | undefined, type: string) => node?.dependencies.some((urn) => urns.get(urn)?.type === type) === true;
    const [flowLog] = ofType(graph, "aws:ec2/flowLog:FlowLog");
    expect(waitsFor(flowLog, "aws:iam/rolePolicy:RolePolicy")).toBe(true);
    const balancer = ofType(graph, "aws:lb/loadBalancer:LoadBalancer").at(0);
    expect(waitsFor(balancer, "aws:s3/bucketPolicy:BucketPolicy")).toBe(true);
    for (const policy of ofType(graph, "aws:s3/bucketPolicy:BucketPolicy"))
      expect(waitsFor(policy, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")).toBe(true);
  });
});

const place = "examples/b-dev-to-production";
const shop = "orders-production-use1-shop";
/** As `bin/tap.ts` exports them. */
const previously = (Phase: string, Weight = "0") => ({ stacks: { [shop]: { Phase, Weight } } });
const stack = (config: Record<string, string>, previous: Record<string, unknown> | undefined) => ({
  project: "sluice",
  stack: "production",
  config: { "sluice:config": place, ...config },
  ...(previous && { previous }),
});
const production = (config: Record<string, string> = {}, previous?: Record<string, unknown>) => capture(stack(config, previous), tap);
/** What that program makes resources of, without making them. */
async function planned(config: Record<string, string> = {}, previous?: Record<string, unknown>): Promise<Plan> {
  const plans: Plan[] = [];
  await capture(stack(config, previous), async () => {
    plans.push((await stackPlan()).plan);
    return {};
  });
  const [plan] = plans;
  if (!plan) throw new Error("there is no plan");
  return plan;
}
const outputsOf = ({ stacks }: Plan) =>
  Object.fromEntries(stacks.find(({ name }) => name === shop)?.outputs.map(({ name, value }) => [name, value]) ?? []);
const moveTo = (phase: string, weight?: number) => JSON.stringify({ production: { migration: { phase, weight: weight ?? null } } });
const split = (graph: Graph): unknown =>
  JSON.stringify(ofType(graph, "aws:lb/listenerRule:ListenerRule").map(({ inputs }) => inputs.actions));

describe("B07 the phases of a migration, one legal step with each run", () => {
  const way = [
    ["initial", undefined],
    ["snapshot", undefined],
    ["blue-green", undefined],
    ["traffic-shift", 10],
    ["traffic-shift", 50],
    ["traffic-shift", 100],
    ["complete", undefined],
  ] as const;

  it("go from the first to the last, each from the outputs of the one before", async () => {
    let previous: Record<string, unknown> | undefined;
    for (const [phase, weight] of way) {
      const graph = await production({ "sluice:environments": moveTo(phase, weight) }, previous);
      previous = JSON.parse(JSON.stringify(graph.outputs));
      expect(previous?.[shop]).toMatchObject({
        Phase: phase,
        Weight: String(phase === "complete" ? 100 : (weight ?? 0)),
      });
      if (weight !== undefined) expect(split(graph)).toContain(`\\"weight\\":${weight}`.replaceAll("\\", ""));
    }
  }, 120_000);

  it("go back from everywhere between, and from there on again", async () => {
    for (const [phase, weight] of way.slice(1, -1)) {
      const back = await planned({ "sluice:environments": moveTo("rolled-back") }, previously(phase, String(weight ?? 0)));
      expect(outputsOf(back)).toMatchObject({ Phase: "rolled-back", Weight: "0" });
    }
    const again = await planned({ "sluice:environments": moveTo("blue-green") }, previously("rolled-back"));
    expect(outputsOf(again)).toMatchObject({ Phase: "blue-green" });
  });

  it.each([
    ["initial", "0", "traffic-shift", 50],
    ["blue-green", "0", "traffic-shift", 50],
    ["traffic-shift", "10", "complete", undefined],
    ["complete", "100", "traffic-shift", 10],
  ] as const)("from %s %s a jump to %s %s is refused before anything is registered", async (phase, weight, to, share) => {
    const refused = await production({ "sluice:environments": moveTo(to, share) }, previously(phase, weight)).catch(
      (error: unknown) => error,
    );
    expect(String(refused)).toMatch(/one deploy does not reach[\s\S]*fix: write the next phase/);
  });

  it("leave weights alone that a release holds: every phase may be planned, and no run moves them", async () => {
    const held = { "sluice:rollout": JSON.stringify({ weightHolder: "release" }), "sluice:environments": moveTo("initial") };
    const graph = await production(held, previously("complete", "100"));
    const [rule] = ofType(graph, "aws:lb/listenerRule:ListenerRule");
    expect(rule?.ignoreChanges).toEqual(["actions"]);
  });
});

describe("B16 the stack's configuration", () => {
  it("comes over the file's values, member by member", async () => {
    const { stacks } = await planned({ "sluice:owner": "others", "sluice:environments": moveTo("initial") }, previously("initial"));
    const [vpc] = stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === "AWS::EC2::VPC"));
    const tags: unknown = Reflect.get(vpc?.properties ?? {}, "Tags");
    expect(tags).toEqual(
      expect.arrayContaining([
        { Key: "Owner", Value: "others" },
        { Key: "Project", Value: "orders" },
      ]),
    );
  });

  it("takes away what the file says where it is null, be it a word, as it is after a path on the command line", async () => {
    for (const weight of [null, "null"]) {
      const environments = JSON.stringify({ production: { migration: { phase: "initial", weight } } });
      expect(outputsOf(await planned({ "sluice:environments": environments }))).toMatchObject({ Phase: "initial" });
    }
  });

  it("may be numbers as text, and texts as numbers, as the command line of Pulumi keeps them", async () => {
    const rollout = { weights: ["20", 100], weightHolder: "engine" };
    const changed = { account: 777788889999, migration: { weight: "20" } };
    const plan = await planned(
      { "sluice:rollout": JSON.stringify(rollout), "sluice:environments": JSON.stringify({ production: changed }) },
      previously("blue-green"),
    );
    expect(outputsOf(plan)).toMatchObject({ Phase: "traffic-shift", Weight: "20" });
    expect(plan.stacks.map(({ account }) => account)).toContain("777788889999");
    const wrong = { production: { migration: { weight: "many" } } };
    await expect(planned({ "sluice:environments": JSON.stringify(wrong) })).rejects.toThrow(/weight: got "many"/);
  });

  it.each([
    [{ "sluice:enviroments": "{}" }, /sluice:enviroments: did you mean sluice:environments\?/],
    [{ "sluice:config": "examples/minimal/v1" }, /has no sluice\.config\.ts/],
    [{ "sluice:environment": "prod" }, /there is no environment "prod"[\s\S]*development, production/],
  ])("is refused where it is wrong: %s", async (given, says) => {
    const refused = await production(given).catch((error: unknown) => error);
    expect(String(refused)).toMatch(says);
  });
});

describe("bin/tap.ts under Pulumi's own host", () => {
  const run = (to: string, previous: Record<string, unknown>) =>
    runHost({ program: "bin/tap.ts", project: "sluice", stack: "production", config: { "sluice:environments": moveTo(to) }, previous });
  const begun = once(() => run("initial", {}));

  it("A01 B01 is the whole program: it registers the default example's plan, and exports the outputs of each stack", async () => {
    const { exit, graph, log } = await begun();
    expect([exit, log]).toEqual([0, ""]);
    expect(ofType(graph, "aws:autoscaling/group:Group").map(({ inputs }) => inputs.name)).toEqual([
      "orders-production-use1-shop-blue",
      "orders-production-use1-shop-green",
    ]);
    const exported = graph.outputs.stacks;
    expect(Object.keys(Object(exported))).toContain("orders-production-use1-base");
    // B19
    expect(Object.values(Object(exported)).flatMap((one) => Object.keys(Object(one))).length).toBeGreaterThanOrEqual(60);
  }, 60_000);

  it("B07 reads the phase from the outputs that it exported itself, and refuses a jump before anything is registered", async () => {
    const exported: Record<string, unknown> = JSON.parse(JSON.stringify((await begun()).graph.outputs));
    const jump = await run("blue-green", exported);
    expect([jump.exit === 0, jump.log]).toEqual([false, expect.stringContaining("the environment is at initial")]);
    expect(jump.graph.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  }, 60_000);

  it("A17 B16 says a mistake in sentences, and refuses a secret where none belongs", async () => {
    const { exit, log, graph } = await runHost({
      program: "bin/tap.ts",
      project: "sluice",
      stack: "development",
      config: { "sluice:owner": "hush" },
      secretKeys: ["sluice:owner"],
    });
    expect([exit === 0, log]).toEqual([false, expect.stringContaining("no key of the configuration is a secret")]);
    expect(log).not.toMatch(/hush|\n\s+at /);
    expect(graph.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  }, 60_000);
});
