import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeBundles } from "../../../assets/functions/bundle.ts";
import { exchangesId } from "../../../lib/actions/recovery/pulumi-ids.ts";
import type { Migration } from "../../../lib/config/schema/migration.ts";
import { pulumiEngine } from "../../../lib/engines/pulumi/deploy.ts";
import { archivesOf } from "../../../lib/plan/archives.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { type Plan, ref } from "../../../lib/plan/template.ts";
import type { Progress } from "../../../lib/ports/engine.ts";
import { planOf, resource, stackOf } from "../cdk/plans.ts";
import { exampleOf } from "./programs.ts";
import { type StandInProvider, standInProvider } from "./stand-in.ts";

const cli = spawnSync("pulumi", ["version"], { encoding: "utf8" });
const missing = cli.status === 0 ? undefined : "the Pulumi CLI is not installed (.ci/run builds one)";
if (missing !== undefined) console.log(`skipped: ${missing}`);

let [folder, aws]: [string, StandInProvider | undefined] = ["", undefined];
const before = { ...process.env };
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-pulumi-"));
  mkdirSync(path.join(folder, "state"));
  aws = await standInProvider();
  Object.assign(process.env, {
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_DEBUG_PROVIDERS: aws.attach,
  });
});
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  aws?.close();
  rmSync(folder, { recursive: true, force: true });
});

const config = await exampleOf("b-dev-to-production");
const plan = buildPlan(config, "development");
const told: Progress[] = [];
const engine = () => {
  told.length = 0;
  return pulumiEngine({ project: "orders", config, folder: path.join(folder, "work") })((progress) => told.push(progress));
};
const deeds = () => aws?.deeds ?? [];
const fresh = <T>(work: () => Promise<T>): Promise<T> => {
  deeds().length = 0;
  return work();
};

describe.skipIf(missing)("the Pulumi engine, with the CLI and a provider that stands in for AWS's", { timeout: 300_000 }, () => {
  it("X08 previews a first deploy as creations alone, and changes nothing", async () => {
    const stacks = await fresh(() => engine().preview(plan));
    expect(stacks.map(({ stack }) => stack)).toEqual(plan.stacks.map(({ name }) => name));
    const wills = new Set(stacks.flatMap(({ changes }) => changes.map(({ will }) => will)));
    expect([...wills]).toEqual(["create"]);
    expect(deeds()).toEqual([]);
    expect(told.filter(({ type }) => type === "stack")).toEqual([]);
  });

  it("X10 a deploy that fails names the stack, the block, the resource and the cause, and finishes when it is run again", async () => {
    aws?.refuse("DatabaseInstance", "DBInstanceAlreadyExists: the name is taken");
    const failure = await fresh(() => engine().apply(plan)).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "engine/failed",
      message: expect.stringMatching(
        /orders-development-use1-data: AWS could not create DatabaseInstance of Database \(AWS::RDS::DBInstance\): .*the name is taken/,
      ),
    });
    expect(told).toContainEqual(expect.objectContaining({ type: "resource", id: "DatabaseInstance", is: "failed" }));
    const made = deeds()
      .filter(({ verb }) => verb === "create")
      .map(({ urn }) => urn);
    const outputs = await fresh(() => engine().apply(plan));
    expect(deeds().filter(({ urn }) => made.includes(urn))).toEqual([]);
    expect(Object.keys(outputs).sort()).toEqual(plan.stacks.map(({ name }) => name).sort());
    expect(outputs["orders-development-use1-base"]?.VpcId).toMatch(/^id-\d+$/);
    expect(told.filter(({ type }) => type === "stack").at(-1)).toMatchObject({ is: "done" });
  });

  it("D10 a second deploy of the same plan does nothing", async () => {
    const stacks = await fresh(() => engine().preview(plan));
    expect(stacks.flatMap(({ changes }) => changes)).toEqual([]);
    await engine().apply(plan);
    expect(deeds()).toEqual([]);
    expect(told.filter(({ type }) => type === "stack")).toEqual(
      plan.stacks.map(({ name }) => ({ type: "stack", stack: name, is: "unchanged" })),
    );
  });

  it("C11 says what a change would do to which resource", async () => {
    const changed: Plan = {
      ...plan,
      stacks: plan.stacks.map((stack) => ({
        ...stack,
        resources: stack.resources.map((one) =>
          one.id === "NetworkVpc" ? { ...one, properties: { ...one.properties, EnableDnsHostnames: false } } : one,
        ),
      })),
    };
    const stacks = await engine().preview(changed);
    expect(stacks.flatMap(({ changes }) => changes)).toEqual([
      { id: "NetworkVpc", of: "AWS::EC2::VPC", will: "update", properties: ["enableDnsHostnames"] },
    ]);
  });

  it("A03 deploys the stacks of one region alone", async () => {
    const [first] = plan.stacks;
    const other = {
      ...plan,
      stacks: plan.stacks.map((stack) => ({
        ...stack,
        resources: stack.resources.map((one) =>
          one.type === "AWS::S3::Bucket" ? { ...one, properties: { ...one.properties, Tags: [] } } : one,
        ),
      })),
    };
    await fresh(() => engine().apply(other, { regions: ["us-west-2"] }));
    const names = deeds().map(({ urn }) => urn.split("::").at(-1) ?? "");
    const there = plan.stacks.filter(({ region }) => region === "us-west-2").map(({ name }) => name);
    expect(first?.region).not.toBe("us-west-2");
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !there.some((stack) => name.startsWith(`${stack}-`)))).toEqual([]);
    await engine().apply(plan);
  });

  it("C09 puts the code of a function into its bucket, and then makes the function", async () => {
    const logging = await exampleOf("c-pulumi-pipeline");
    const tools = buildPlan(logging, "tools");
    for (const { file } of archivesOf(tools)) writeBundles(path.dirname(file));
    const settings = { project: "catalog", config: logging, folder: path.join(folder, "tools") };
    await fresh(() => pulumiEngine(settings)(() => undefined).apply(tools));
    const at = (type: string) => deeds().findIndex(({ urn }) => urn.includes(`$aws:${type}::`));
    const [object, made] = [at("s3/bucketObjectv2:BucketObjectv2"), at("lambda/function:Function")];
    expect(object).toBeGreaterThanOrEqual(0);
    expect(made).toBeGreaterThan(object);
    expect(deeds()[object]?.inputs).toMatchObject({ key: deeds()[made]?.inputs.s3Key, bucket: deeds()[made]?.inputs.s3Bucket });
    expect(JSON.stringify(deeds()[object]?.inputs.source)).toContain(path.join("dist", "functions"));
    await fresh(() => pulumiEngine(settings)(() => undefined).apply(tools));
    expect(deeds()).toEqual([]);
  });

  it("B07 A17 refuses a jump of a migration with its own code and fix, before anything changes, and moves on by a legal step", async () => {
    const at = async (phase: "initial" | "snapshot" | "blue-green") => {
      const environments = config.environments.map(({ migration, ...one }) =>
        migration ? { ...one, migration: { ...migration, phase, weight: undefined } } : one,
      );
      const moved = { ...config, environments };
      const settings = { project: "orders", config: moved, folder: path.join(folder, "moved") };
      return await fresh(() => pulumiEngine(settings)(() => undefined).apply(buildPlan(moved, "production")));
    };
    await at("initial");
    await expect(at("blue-green")).rejects.toMatchObject({
      code: "plan/phase",
      message: expect.stringMatching(/^the environment is at initial/),
      fix: expect.stringContaining("environments.production.migration"),
    });
    expect(deeds()).toEqual([]);
    const outputs = await at("snapshot");
    expect(outputs["orders-production-use1-shop"]?.Phase).toBe("snapshot");
  });

  it("B08 leaves a restored database as it is when its snapshot is changed, and when it is no longer named", async () => {
    const at = async (migration: Pick<Migration, "phase" | "snapshot"> | undefined) => {
      const environments = config.environments.map((one) => (one.migration ? { ...one, name: "restored", migration } : one));
      const moved = { ...config, environments, rollout: { ...config.rollout, weightHolder: "release" as const } };
      const settings = { project: "orders", config: moved, folder: path.join(folder, "restored") };
      await fresh(() => pulumiEngine(settings)(() => undefined).apply(buildPlan(moved, "restored")));
      return deeds().filter(({ urn }) => urn.includes("$aws:rds/instance:Instance::"));
    };
    const snapshot = config.environments.flatMap(({ migration }) => migration?.snapshot ?? [])[0];
    if (!snapshot) throw new Error("production moves by a snapshot");
    const [created] = await at({ phase: "initial", snapshot });
    expect([created?.verb, created?.inputs.snapshotIdentifier]).toEqual(["create", snapshot.identifier]);
    expect(await at({ phase: "initial", snapshot: { ...snapshot, identifier: "orders-2026-12-24" } })).toEqual([]);
    expect(await at({ phase: "initial", snapshot: undefined })).toEqual([]);
    expect(await at(undefined)).toEqual([]);
  });

  it("A09 B05 X04 a deploy at 50 % leaves the weights that a release set: 50 % are read back", async () => {
    const containers = await exampleOf("a-multi-region-containers");
    const workDir = path.join(folder, "fifty");
    const keeping = async (logRetention: number) => {
      const changed = { ...containers, monitoring: { ...containers.monitoring, logRetention } };
      const staging = buildPlan(changed, "staging");
      for (const { file } of archivesOf(staging)) writeBundles(path.dirname(file));
      await fresh(() => pulumiEngine({ project: "fifty", config: changed, folder: workDir })(() => undefined).apply(staging));
      return (type: string) => deeds().filter(({ urn }) => urn.includes(`$aws:${type}::`));
    };
    const rule = (await keeping(365))("lb/listenerRule:ListenerRule").find(({ urn }) => urn.endsWith("-ServiceSplit"));
    if (!rule) throw new Error("the release has no rule to move");
    const started = JSON.stringify(rule.inputs);
    const moved = JSON.parse(started.replaceAll(/"weight":(?:100|0)\b/g, '"weight":50'));
    expect(JSON.stringify(moved).match(/"weight":50\b/g)).toHaveLength(2);
    aws?.standing.set(rule.id, moved);
    const leavesIt = async (logRetention: number) => {
      const sent = await keeping(logRetention);
      expect(sent("cloudwatch/logGroup:LogGroup").map(({ verb, inputs }) => [verb, inputs.retentionInDays])).toContainEqual([
        "update",
        logRetention,
      ]);
      expect(deeds().filter(({ id }) => id === rule.id)).toEqual([]);
      expect(aws?.standing.get(rule.id)).toEqual(moved);
    };
    await leavesIt(180);
    // Whoever runs `pulumi refresh` has the release's weights in the state, which are not those of the plan.
    const args = { projectName: "fifty", stackName: "staging", program: async () => {} };
    await (await LocalWorkspace.selectStack(args, { workDir })).refresh();
    await leavesIt(90);
  });

  it("B10 X08 loses nothing where a change would make another database under a name that is taken", async () => {
    const of = (Engine: string): Plan => ({
      ...plan,
      stacks: plan.stacks.map((stack) => ({
        ...stack,
        resources: stack.resources.map((one) =>
          one.id === "DatabaseInstance" ? { ...one, properties: { ...one.properties, Engine } } : one,
        ),
      })),
    });
    aws?.replacing.add("engine");
    const foreseen = (await engine().preview(of("mariadb"))).flatMap(({ changes }) => changes);
    expect(foreseen).toEqual([{ id: "DatabaseInstance", of: "AWS::RDS::DBInstance", will: "collide", properties: ["engine"] }]);
    aws?.refuse("DatabaseInstance", "DBInstanceAlreadyExists: the name is taken");
    const failure = await fresh(() => engine().apply(of("mariadb"))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "engine/failed", message: expect.stringContaining("could not create DatabaseInstance") });
    expect(deeds()).toEqual([]);
    aws?.replacing.clear();
    await engine().apply(plan);
    expect(deeds()).toEqual([]);
  });

  it("A12 has the database that a replica took the place of once its id is exchanged, and changes nothing then", async () => {
    const database = resource("Database", "AWS::RDS::DBInstance", { DBInstanceIdentifier: "shop", DBInstanceClass: "db.t4g.micro" });
    const alarm = resource("Alarm", "AWS::CloudWatch::Alarm", {
      ComparisonOperator: "LessThanThreshold",
      EvaluationPeriods: 1,
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: ref(database) }],
    });
    const small = planOf(stackOf("data", [database, alarm]));
    const workDir = path.join(folder, "anew");
    const apply = () => fresh(() => pulumiEngine({ project: "anew", config, folder: workDir })(() => undefined).apply(small));
    await apply();
    const before = deeds().find(({ urn }) => urn.includes("$aws:rds/instance:Instance::"))?.id ?? "";
    // In the place of AWS's own command line.
    writeFileSync(
      path.join(folder, "aws"),
      `#!/bin/sh\ncase "$*" in *"-identifier shop-kept "*) echo ${before} ;; *) echo db-NEW ;; esac\n`,
    );
    chmodSync(path.join(folder, "aws"), 0o755);
    const line = exchangesId({ environment: small.environment, region: "eu-west-1", id: "shop", kept: "shop-kept" });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    expect(spawnSync("/bin/sh", ["-c", line], { cwd: workDir, env, encoding: "utf8" })).toMatchObject({ status: 0 });
    const args = { projectName: "anew", stackName: small.environment, program: async () => {} };
    const { deployment } = await (await LocalWorkspace.selectStack(args, { workDir })).exportStack();
    const known = deployment.resources.filter(({ type }: { type: string }) => type === "aws:rds/instance:Instance");
    expect(known.map(({ id }: { id: string }) => id)).toEqual(["db-NEW"]);
    await apply();
    expect(deeds()).toEqual([]);
  });

  it("D10 deletes all of it, and a protected plan not at all", async () => {
    const kept = { ...plan, stacks: plan.stacks.map((stack) => ({ ...stack, protect: true })) };
    await expect(engine().destroy(kept)).rejects.toMatchObject({ code: "engine/failed", message: expect.stringContaining("protected") });
    const created = await fresh(async () => engine().destroy(plan)).then(() => deeds());
    expect(created.every(({ verb }) => verb === "delete")).toBe(true);
    expect(created.length).toBeGreaterThan(100);
    await fresh(() => engine().destroy(plan));
    expect(deeds()).toEqual([]);
  });

  it("A07 refuses a state in a bucket whose region is not said, with the corrected URL", async () => {
    const backend = process.env.PULUMI_BACKEND_URL;
    process.env.PULUMI_BACKEND_URL = "s3://acme-state/orders";
    const refused = await engine()
      .preview(plan)
      .catch((error: unknown) => error);
    process.env.PULUMI_BACKEND_URL = backend;
    expect(refused).toMatchObject({ code: "usage/invalid", fix: expect.stringContaining("s3://acme-state/orders?region=us-east-1") });
  });
});

it("X10 without the Pulumi CLI it says what to install", async () => {
  const path = process.env.PATH;
  process.env.PATH = "/nonexistent";
  const refused = await engine()
    .preview(plan)
    .catch((error: unknown) => error);
  process.env.PATH = path;
  expect(refused).toMatchObject({ code: "engine/not-installed", fix: expect.stringContaining("pulumi.com/docs") });
});
