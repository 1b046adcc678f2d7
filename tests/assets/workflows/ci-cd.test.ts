import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { workflowFacts } from "../../../lib/actions/workflow-facts.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { workflowText } from "../../../lib/pipeline/workflow.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { specOf } from "../buildspecs/stand-ins.ts";
import { evaluated, problemsOf } from "./github.ts";
import { type Job, readWorkflow, workflowSource } from "./steps.ts";

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

describe("the workflow", () => {
  it("A03 is one that GitHub reads without a complaint, as it stands and as it is written for a project", () => {
    expect(problemsOf(workflowSource)).toEqual([]);
    expect(problemsOf(written)).toEqual([]);
    expect(problemsOf(ours)).toEqual([]);
    expect(problemsOf(workflowSource.replace("runs-on", "run-on"))).not.toEqual([]);
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
    const begins = (event_name: string, full_name?: string) => {
      const github = { event_name, repository: "acme/shop", event: full_name ? { pull_request: { head: { repo: { full_name } } } } : {} };
      return ["preview", "deploy"].filter((name) => evaluated(jobNamed(name).if ?? "", { github }) === true);
    };
    expect(begins("pull_request", "acme/shop")).toEqual(["preview"]);
    expect(begins("pull_request", "somebody/shop")).toEqual([]);
    expect([begins("push"), begins("workflow_dispatch")]).toEqual([["deploy"], ["deploy"]]);
    expect([jobNamed("targets").needs, jobNamed("preview").needs, jobNamed("deploy").needs]).toEqual(["check", "targets", "targets"]);
  });

  it("A03 deploys region by region behind the people of the environment", () => {
    const deploy = jobNamed("deploy");
    expect(deploy.environment).toBe("${{ matrix.environment }}");
    expect(deploy.strategy).toMatchObject({ "max-parallel": 1, "fail-fast": true });
    for (const [, job] of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  // GitHub Docs, "Control the concurrency of workflows and jobs": a group has one that waits unless it may queue, and without regard to case.
  it("A03 X06 deploys of one environment wait for each other, none cuts another off or takes its place, and environments go side by side", () => {
    const { group, ...rest } = jobNamed("deploy").concurrency ?? {};
    expect(rest).toEqual({ "cancel-in-progress": false, queue: "max" });
    const groupOf = (environment: string, region: string) => evaluated(String(group), { matrix: { environment, region } });
    expect(groupOf("production", "eu-west-1")).toBe(groupOf("production", "us-west-2"));
    expect(groupOf("production", "eu-west-1")).not.toBe(groupOf("staging", "eu-west-1"));
    expect(jobs.filter(([name, job]) => name !== "deploy" && job.concurrency !== undefined)).toEqual([]);
  });

  it("A03 C01 installs the version of Pulumi that the buildspec installs, whose checksum is ours", () => {
    const { PULUMI_VERSION, PULUMI_SHA256_X86_64 } = specOf("pulumi").variables;
    for (const source of [workflowSource, written])
      expect(readWorkflow(source).env).toMatchObject({ PULUMI_VERSION, PULUMI_SHA256: PULUMI_SHA256_X86_64 });
    // What our own tests build and run is that one too, against the packages that package.json names.
    const text = (file: string) => readFileSync(path.join(root, file), "utf8");
    expect(text(".ci/run")).toContain("s/^ *PULUMI_VERSION: *//p' assets/buildspecs/pulumi.yml");
    expect(text("docs/judges.md")).toContain(`built from its Go modules by \`.ci/run\` | ${PULUMI_VERSION} |`);
    expect(text("docs/pulumi-transcript.md")).toContain(`Pulumi CLI ${PULUMI_VERSION} with`);
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
