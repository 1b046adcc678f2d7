import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { workflowFacts } from "../../../lib/actions/workflow-facts.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { workflowText } from "../../../lib/pipeline/workflow.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { tempFolder } from "../../pipeline/folders.ts";
import { releaseOf } from "../buildspecs/stand-ins.ts";
import { type Job, readWorkflow, runStep, workflowSource } from "./steps.ts";

const root = path.join(import.meta.dirname, "../../..");
const { config } = await loadConfig(path.join(root, "examples/a-multi-region-containers"));
const written = workflowText(workflowSource, workflowFacts(config));

const ours = readFileSync(path.join(root, ".github/workflows/ci-cd.yml"), "utf8");

const workflow = readWorkflow();
const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([, job]) => job.steps);
const jobNamed = (name: string): Job => {
  const job = workflow.jobs[name];
  if (!job) throw new Error(`there is no job ${name}`);
  return job;
};

/** GitHub's own reader of workflows, which Node cannot load as it is published. */
async function problemsOf(content: string): Promise<readonly string[]> {
  const outfile = path.join(tempFolder(), "parser.mjs");
  await build({
    stdin: { contents: 'export { parseWorkflow, NoOperationTraceWriter } from "@actions/workflow-parser";', resolveDir: root },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const { parseWorkflow, NoOperationTraceWriter } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  const { context } = parseWorkflow({ name: "ci-cd.yml", content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(String);
}

describe("the workflow", () => {
  it("A03 is one that GitHub reads without a complaint, as it stands and as it is written for a project", async () => {
    expect(await problemsOf(workflowSource)).toEqual([]);
    expect(await problemsOf(written)).toEqual([]);
    expect(await problemsOf(ours)).toEqual([]);
    expect(await problemsOf(workflowSource.replace("runs-on", "run-on"))).not.toEqual([]);
  });

  it("A03 uses every action by its commit, with the version beside it", () => {
    const used = [...(workflowSource + ours).matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ""))).toEqual([]);
  });

  it("A03 gives each job only what it needs: nothing by itself, and GitHub's token where AWS is asked", () => {
    expect(workflow.permissions).toEqual({});
    const given = Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]));
    expect(given).toEqual({
      check: { contents: "read" },
      targets: {},
      preview: { contents: "read", "id-token": "write" },
      deploy: { contents: "read", deployments: "write", "id-token": "write" },
    });
    for (const [, job] of jobs)
      expect(job.steps.some(({ uses }) => uses?.startsWith("aws-actions/"))).toBe(job.permissions["id-token"] === "write");
  });

  it("A03 knows no key and no secret: credentials come for a role, by GitHub's token", () => {
    expect(workflowSource).not.toMatch(/secrets\.|aws-access-key-id|AKIA/);
    const credentials = steps.filter(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"));
    expect(credentials.map((one) => one.with?.["role-to-assume"])).toEqual(["${{ matrix.preview }}", "${{ matrix.deploy }}"]);
  });

  it("A03 keeps the token that checks out away from the scripts, and what people type out of their text", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((one) => one.with?.["persist-credentials"])).toEqual(checkouts.map(() => false));
    expect(steps.filter(({ run = "" }) => run.includes("${{")).map(({ name }) => name)).toEqual([]);
  });

  it("A03 previews pull requests of this repository alone, and deploys what is pushed or asked for by a person", () => {
    expect(workflow.on).toMatchObject({ pull_request: null, push: { branches: ["main"] } });
    expect(Object.keys((workflow.on as { workflow_dispatch: { inputs: object } }).workflow_dispatch.inputs)).toEqual([
      "environment",
      "regions",
      "version",
    ]);
    expect(jobNamed("preview").if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(jobNamed("deploy").if).toBe("${{ github.event_name != 'pull_request' }}");
    expect([jobNamed("targets").needs, jobNamed("preview").needs, jobNamed("deploy").needs]).toEqual(["check", "targets", "targets"]);
  });

  it("A03 deploys region by region behind the people of the environment, and no deploy is cut off by another", () => {
    const deploy = jobNamed("deploy");
    expect(deploy.environment).toBe("${{ matrix.environment }}");
    expect(deploy.strategy).toMatchObject({ "max-parallel": 1, "fail-fast": true });
    expect(deploy.concurrency).toEqual({ group: "deploy-${{ matrix.environment }}", "cancel-in-progress": false });
    for (const [, job] of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  it("A07 says where the bucket of the state is", () => {
    for (const source of [workflowSource, written])
      expect(readWorkflow(source).env.PULUMI_BACKEND_URL).toMatch(/^s3:\/\/[\w-]+\/[\w-]+\?region=[a-z]{2}-[a-z]+-\d$/);
    expect(readWorkflow(written).env.PULUMI_BACKEND_URL).toBe(config.workflow?.backend);
  });
});

describe("the workflow of a project", () => {
  const targets: { environment: string; region: string; deploy: string; preview: string; url: string }[] = JSON.parse(
    readWorkflow(written).env.TARGETS ?? "",
  );

  it("A03 A06 goes to every region of every environment, in their order", () => {
    expect(targets.map(({ environment, region }) => [environment, region])).toEqual([
      ["staging", "eu-west-1"],
      ["production", "eu-west-1"],
      ["production", "us-west-2"],
    ]);
    expect(targets.map(({ url }) => url)).toContain("https://catalog.example.com/health");
  });

  it("A03 takes on the roles that the plan makes for it", () => {
    for (const { environment, region, deploy, preview } of targets) {
      const stack = buildPlan(config, environment).stacks.find((one) => one.part === "github" && one.region === region);
      const names = stack?.resources.flatMap(({ type, properties }) =>
        type === "AWS::IAM::Role" ? [Reflect.get(properties, "RoleName")] : [],
      );
      expect(names).toEqual([deploy, preview].map((arn) => arn.replace(`arn:aws:iam::${stack?.account}:role/`, "")));
    }
  });

  it("A03 keeps the comments, and the branch is the configuration's", () => {
    expect(written).toContain("# Every job says what it needs.");
    const facts = workflowFacts(config);
    expect(readWorkflow(workflowText(workflowSource, { ...facts, branch: "trunk" })).on).toMatchObject({ push: { branches: ["trunk"] } });
  });
});

describe("the script that", () => {
  const two = [
    { environment: "staging", region: "eu-west-1" },
    { environment: "production", region: "eu-west-1" },
    { environment: "production", region: "us-west-2" },
  ];
  const choose = (env: Record<string, string>) =>
    runStep("targets", "Choose the targets", { env: { TARGETS: JSON.stringify(two), ...env } });
  const chosen = (outputs: string) => JSON.parse(outputs.replace("matrix=", "")).include;

  it.each([
    ["a push", { ENVIRONMENT: "", REGIONS: "" }, two],
    ["one environment", { ENVIRONMENT: "production", REGIONS: "all" }, two.slice(1)],
    ["one region of it", { ENVIRONMENT: "production", REGIONS: "us-west-2" }, two.slice(2)],
  ])("A03 chooses the targets takes for %s what was asked for", (_what, env, wanted) => {
    const ran = choose(env);
    expect([ran.exit, chosen(ran.outputs)]).toEqual([0, wanted]);
  });

  it("A03 chooses the targets refuses what is nowhere, and names what is", () => {
    const ran = choose({ ENVIRONMENT: "production", REGIONS: "eu-wset-1; rm -rf /" });
    expect(ran.exit).toBe(1);
    expect(ran.log).toContain("known: staging in eu-west-1, production in eu-west-1, production in us-west-2");
    expect(ran.outputs).toBe("");
  });

  it("A03 installs Pulumi takes the release only if it is the one that the checksum names", () => {
    const { archive, sha256 } = releaseOf("pulumi/pulumi");
    const answers = [{ to: "curl", copies: { "--output": archive } }];
    const right = runStep("deploy", "Install Pulumi", { env: { PULUMI_SHA256: sha256 }, answers });
    expect([right.exit, right.paths.trim().endsWith("/pulumi")]).toEqual([0, true]);
    const other = runStep("deploy", "Install Pulumi", { answers });
    expect([other.exit === 0, other.paths]).toEqual([false, ""]);
  });

  it("A03 installs Pulumi is one script, in both jobs that need it", () => {
    const scripts = steps.filter(({ name }) => name === "Install Pulumi").map(({ run }) => run);
    expect([scripts.length, new Set(scripts).size]).toEqual([2, 1]);
  });

  const place = { ENVIRONMENT: "production", REGION: "us-west-2", REPOSITORY: "acme/catalog" };

  it("A03 previews says what would change where the reviewers look", () => {
    const ran = runStep("preview", "Preview", {
      env: place,
      answers: [{ to: "npx sluice preview production --region us-west-2", stdout: "+ web" }],
    });
    expect([ran.exit, ran.summary]).toEqual([0, "### production in us-west-2\n```\n+ web\n```\n"]);
    const failed = runStep("preview", "Preview", { env: place, answers: [{ to: "npx", exit: 12 }] });
    expect(failed.exit).toBe(12);
  });

  it("A03 finds the version that is there asks for the last one that was well in this very region", () => {
    const found = runStep("deploy", "Find the version that is there now", { env: place, answers: [{ to: "gh api", stdout: "4f2a9c1" }] });
    expect(found.outputs).toBe("sha=4f2a9c1\n");
    expect(found.calls.map(({ line }) => line).join()).toContain(
      "repos/acme/catalog/deployments -f environment=production/us-west-2 -f task=sluice",
    );
    const none = runStep("deploy", "Find the version that is there now", { env: place, answers: [{ to: "gh api", stdout: "" }] });
    expect([none.exit, none.outputs]).toEqual([0, "sha=\n"]);
  });

  it("A03 tests the smoke passes on 200 and asks again before", () => {
    const ran = runStep("deploy", "Smoke test", { env: { URL: "https://shop.example.com/" }, answers: [{ to: "curl", stdout: "200" }] });
    expect([ran.exit, ran.calls.length]).toEqual([0, 1]);
  });

  it("A03 remembers the version only after it was well, by the commit that runs", () => {
    const order = jobNamed("deploy").steps.map(({ name }) => name);
    expect(order.indexOf("Remember the version")).toBeGreaterThan(order.indexOf("Smoke test"));
    const answers = [
      { to: "git rev-parse HEAD", stdout: "4f2a9c1" },
      { to: "gh api --method POST repos/acme/catalog/deployments --input", stdout: "77" },
      { to: "gh api --method POST repos/acme/catalog/deployments/77/statuses -f state=success" },
    ];
    const ran = runStep("deploy", "Remember the version", { env: place, answers });
    expect([ran.exit, ran.calls.at(-1)?.line]).toEqual([0, expect.stringContaining("deployments/77/statuses")]);
  });

  it("A03 goes back deploys the version before, region alone, and the run stays failed", () => {
    const step = jobNamed("deploy").steps.find(({ name }) => name === "Go back to the version before");
    expect(step?.if).toContain("failure()");
    const answers = [
      { to: "git rev-parse HEAD", stdout: "bad" },
      { to: "git checkout --quiet good" },
      { to: "npm ci" },
      { to: "npx sluice deploy production --region us-west-2 --yes" },
    ];
    const back = runStep("deploy", "Go back to the version before", { env: { ...place, BEFORE: "good" }, answers });
    expect([back.exit, back.calls.map(({ line }) => line).slice(1)]).toEqual([0, answers.slice(1).map(({ to }) => to)]);
    for (const BEFORE of ["", "bad"]) {
      const nothing = runStep("deploy", "Go back to the version before", { env: { ...place, BEFORE }, answers });
      expect([nothing.exit, nothing.log]).toEqual([1, expect.stringContaining("no other version to go back to")]);
    }
  });
});
