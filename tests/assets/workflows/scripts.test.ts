import path from "node:path";
import { describe, expect, it } from "vitest";
import { workflowFacts } from "../../../lib/actions/workflow-facts.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { workflowText } from "../../../lib/pipeline/workflow.ts";
import { commit, git, tempFolder } from "../../pipeline/folders.ts";
import { releaseOf } from "../buildspecs/stand-ins.ts";
import { type Ended, evaluated } from "./github.ts";
import { type Job, readWorkflow, runStep, workflowSource } from "./steps.ts";

const root = path.join(import.meta.dirname, "../../..");
const jobs = Object.values(readWorkflow().jobs);
const deploy: Job = readWorkflow().jobs.deploy ?? { permissions: {}, "timeout-minutes": 0, steps: [] };
const place = { ENVIRONMENT: "production", REGION: "us-west-2", REPOSITORY: "acme/catalog" };
const lines = ({ calls }: Awaited<ReturnType<typeof runStep>>) => calls.map(({ line }) => line);

describe("the scripts that check a change, by npm itself", { timeout: 120_000 }, () => {
  const package_ = (scripts: Record<string, string>) => ({ work: { "package.json": JSON.stringify({ scripts }) }, tools: [] });

  it("A03 npm ci installs what the lock file says, and fails without one", async () => {
    const lock = JSON.stringify({ name: "x", lockfileVersion: 3, packages: { "": {} } });
    for (const job of ["check", "preview", "deploy"]) {
      const ran = await runStep(job, "npm ci", { tools: ["npm"], answers: [{ to: "npm ci" }] });
      expect([ran.exit, lines(ran)]).toEqual([0, ["npm ci"]]);
    }
    const right = await runStep("check", "npm ci", { tools: [], work: { "package.json": "{}", "package-lock.json": lock } });
    expect(right.exit, right.log).toBe(0);
    expect((await runStep("check", "npm ci", { tools: [], work: { "package.json": "{}" } })).exit).not.toBe(0);
  });

  it("A03 lint fails by what the project's script finds, and a project without one goes on", async () => {
    const found = await runStep("check", "Lint", package_({ lint: "echo looked; exit 3" }));
    expect([found.exit, found.log]).toEqual([3, expect.stringContaining("looked")]);
    expect((await runStep("check", "Lint", package_({}))).exit).toBe(0);
  });

  it("A03 unit tests are run with coverage: by the script for it, or else by the tests' own flag, and fail with them", async () => {
    const name = "Unit tests with coverage";
    const own = await runStep("check", name, package_({ coverage: "echo covered > ran", test: "echo tested > ran" }));
    expect([own.exit, own.at("ran")]).toEqual([0, "covered\n"]);
    const flag = await runStep("check", name, package_({ test: 'f() { echo "$*" > ran; }; f' }));
    expect([flag.exit, flag.at("ran")]).toEqual([0, "--coverage\n"]);
    for (const scripts of [{ coverage: "exit 1", test: "true" }, {}])
      expect((await runStep("check", name, package_(scripts))).exit, JSON.stringify(scripts)).not.toBe(0);
  });

  it("A03 A02 the plan of every environment is made, by sluice itself, and one that cannot be fails the check", async () => {
    const example = path.join(root, "examples/a-multi-region-containers");
    const { config } = await loadConfig(example);
    const TARGETS = readWorkflow(workflowText(workflowSource, workflowFacts(config))).env.TARGETS ?? "";
    const work = {
      "package.json": '{ "type": "module" }',
      "sluice.config.ts": { link: path.join(example, "sluice.config.ts") },
      "node_modules/.bin/sluice": { link: path.join(root, "bin/sluice.js") },
      "node_modules/sluice": { link: root },
    };
    const name = "The plan of every environment";
    const ran = await runStep("check", name, { tools: [], work, env: { TARGETS } });
    expect(ran.exit, ran.log).toBe(0);
    for (const stack of ["catalog-staging-euw1-base", "catalog-production-usw2-base"]) expect(ran.log).toContain(stack);
    const strange = JSON.stringify([{ environment: "stagging" }]);
    const refused = await runStep("check", name, { tools: [], work, env: { TARGETS: strange } });
    expect([refused.exit === 0, refused.log]).toEqual([false, expect.stringContaining("stagging")]);
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
    ["two regions, however they are typed", { ENVIRONMENT: "production", REGIONS: " US-WEST-2  eu-west-1" }, two.slice(1)],
  ])("A03 chooses the targets takes for %s what was asked for", async (_what, env, wanted) => {
    const ran = await choose(env);
    expect([ran.exit, chosen(ran.outputs)]).toEqual([0, wanted]);
  });

  it("A03 chooses the targets refuses what is nowhere, and names what is", async () => {
    const ran = await choose({ ENVIRONMENT: "production", REGIONS: "eu-wset-1; rm -rf /" });
    expect(ran.exit).toBe(1);
    expect(ran.log).toContain("known: staging in eu-west-1, production in eu-west-1, production in us-west-2");
    expect(ran.outputs).toBe("");
  });

  it("A03 installs Pulumi takes the release only if it is the one that the checksum names", async () => {
    const { archive, sha256 } = releaseOf("pulumi/pulumi");
    const answers = [{ to: "curl", copies: { "--output": archive } }];
    const right = await runStep("deploy", "Install Pulumi", { env: { PULUMI_SHA256: sha256 }, answers });
    expect([right.exit, right.paths.trim().endsWith("/pulumi")]).toEqual([0, true]);
    expect(lines(right)[0]).toMatch(/--fail .*https:\/\/get\.pulumi\.com\/releases\/sdk\/pulumi-v\d+\.\d+\.\d+-linux-x64\.tar\.gz$/);
    const other = await runStep("deploy", "Install Pulumi", { answers });
    expect([other.exit === 0, other.paths]).toEqual([false, ""]);
  });

  it("A03 installs Pulumi is one script, in both jobs that need it", () => {
    const scripts = jobs.flatMap(({ steps }) => steps.filter(({ name }) => name === "Install Pulumi").map(({ run }) => run));
    expect([scripts.length, new Set(scripts).size]).toEqual([2, 1]);
  });

  it("A03 previews says what would change where the reviewers look", async () => {
    const answers = [{ to: "npx sluice preview production --region us-west-2", stdout: "+ web" }];
    const ran = await runStep("preview", "Preview", { env: place, answers });
    expect([ran.exit, ran.summary]).toEqual([0, "### production in us-west-2\n```\n+ web\n```\n"]);
    const failed = await runStep("preview", "Preview", { env: place, answers: [{ to: "npx", exit: 12 }] });
    expect([failed.exit, failed.summary]).toEqual([12, ""]);
  });

  it("A03 finds the version that is there asks for the last one that was well in this very region", async () => {
    const name = "Find the version that is there now";
    const found = await runStep("deploy", name, { env: place, answers: [{ to: "gh api --method GET", stdout: "4f2a9c1" }] });
    expect(found.outputs).toBe("sha=4f2a9c1\n");
    expect(lines(found).join()).toContain(
      "repos/acme/catalog/deployments -f environment=production/us-west-2 -f task=sluice -f per_page=1",
    );
    const none = await runStep("deploy", name, { env: place, answers: [{ to: "gh api", stdout: "" }] });
    expect([none.exit, none.outputs]).toEqual([0, "sha=\n"]);
    // Without an answer nothing is known, and nothing may be deployed that could not be taken back.
    expect((await runStep("deploy", name, { env: place, answers: [{ to: "gh api", exit: 1 }] })).exit).toBe(1);
  });

  it("A03 A06 deploys one region of one environment, without a question, and fails as the deploy does", async () => {
    const command = "npx sluice deploy production --region us-west-2 --yes";
    const ran = await runStep("deploy", "Deploy", { env: place, answers: [{ to: command }] });
    expect([ran.exit, lines(ran)]).toEqual([0, [command]]);
    expect((await runStep("deploy", "Deploy", { env: place, answers: [{ to: command, exit: 12 }] })).exit).toBe(12);
    expect(deploy.env).toEqual({ ENVIRONMENT: "${{ matrix.environment }}", REGION: "${{ matrix.region }}" });
  });
});

describe("the script of the smoke test", () => {
  const smoke = (...answers: readonly { readonly stdout?: string; readonly exit?: number; readonly times?: number }[]) =>
    runStep("deploy", "Smoke test", {
      env: { URL: "https://shop.example.com/health" },
      answers: [...answers.map((one) => ({ to: "curl", ...one })), { to: "sleep 5" }],
    });

  it("A03 passes on the first 200, of the environment's own address, with a limit on how long an answer may take", async () => {
    const ran = await smoke({ stdout: "200" });
    expect([ran.exit, ran.calls.length]).toEqual([0, 1]);
    expect(lines(ran)[0]).toMatch(/--max-time 10 .*https:\/\/shop\.example\.com\/health$/);
    const step = deploy.steps.find(({ name }) => name === "Smoke test");
    expect([step?.env, evaluated(step?.env?.URL ?? "", { matrix: { url: "https://x.example" } })]).toEqual([
      { URL: "${{ matrix.url }}" },
      "https://x.example",
    ]);
  });

  it("A03 asks again after anything else, and after no answer at all", async () => {
    const ran = await smoke(
      { stdout: "503", times: 1 },
      { stdout: "000", exit: 7, times: 1 },
      { stdout: "301", times: 1 },
      { stdout: "200" },
    );
    const asks = ["curl", "sleep", "curl", "sleep", "curl", "sleep", "curl"];
    expect([ran.exit, lines(ran).map((line) => line.split(" ")[0])]).toEqual([0, asks]);
    for (const status of ["503", "000", "301", "200"]) expect(ran.log).toContain(`answers ${status}`);
  });

  it("A03 fails where two minutes bring no 200, and does not wait once more for nothing", async () => {
    const ran = await smoke({ stdout: "502" });
    expect(ran.exit).toBe(1);
    expect(lines(ran).filter((line) => line.startsWith("curl")).length).toBe(24);
    expect([lines(ran).filter((line) => line === "sleep 5").length, lines(ran).at(-1)]).toEqual([23, expect.stringMatching(/^curl/)]);
  });
});

describe("the way back of the workflow", () => {
  const step = (name: string) => deploy.steps.find((one) => one.name === name);
  const name = "Go back to the version before";

  it("A03 remembers the version only after it was well, by the commit that runs, where the next run looks for it", async () => {
    const order = deploy.steps.map((one) => one.name);
    expect(order.indexOf("Remember the version")).toBeGreaterThan(order.indexOf("Smoke test"));
    expect(step("Remember the version")?.if).toBeUndefined();
    const statuses = "gh api --method POST repos/acme/catalog/deployments/77/statuses -f state=success --silent";
    const answers = [
      { to: "git rev-parse HEAD", stdout: "4f2a9c1" },
      { to: "gh api --method POST repos/acme/catalog/deployments --input", stdout: "77" },
      { to: statuses },
    ];
    const ran = await runStep("deploy", "Remember the version", { env: place, answers });
    expect([ran.exit, lines(ran).at(-1)]).toEqual([0, statuses]);
    // Contexts that must be green would refuse it: the checks of this very commit still run (GitHub REST API, "Create a deployment").
    expect(JSON.parse(ran.at("deployment.json"))).toEqual({
      ref: "4f2a9c1",
      environment: "production/us-west-2",
      task: "sluice",
      auto_merge: false,
      required_contexts: [],
    });
  });

  it.each<[string, Ended, string, string, boolean]>([
    ["the deploy failed", "failure", "failure", "skipped", true],
    ["the smoke test failed", "failure", "success", "failure", true],
    ["a step before the deploy failed", "failure", "skipped", "skipped", false],
    ["only the note of it failed", "failure", "success", "success", false],
    ["all went well", "success", "success", "success", false],
    ["somebody cancelled the run", "cancelled", "cancelled", "skipped", false],
    ["somebody cancelled it once it had failed", "cancelled", "failure", "skipped", false],
  ])("A03 is taken or not: %s", (_what, ended, deployed, smoked, goes) => {
    const steps = { deploy: { outcome: deployed }, smoke: { outcome: smoked } };
    expect([step("Deploy")?.id, step("Smoke test")?.id]).toEqual(["deploy", "smoke"]);
    expect(evaluated(step(name)?.if ?? "", { steps }, ended)).toBe(goes);
  });

  it("A03 deploys the version that was well, with its own packages, to the region alone, and the run stays failed", async () => {
    const work = tempFolder();
    git(work, "init", "-q");
    const good = commit(work, { "app.js": "good" }, "good");
    const bad = commit(work, { "app.js": "bad" }, "bad");
    const answers = [{ to: "npm ci" }, { to: "npx sluice deploy production --region us-west-2 --yes" }];
    const given = { env: { ...place, BEFORE: good }, answers, work, tools: ["npm", "npx"] };
    const back = await runStep("deploy", name, given);
    expect([back.exit, lines(back), back.at("app.js")]).toEqual([0, answers.map(({ to }) => to), "good"]);
    expect(back.log).toContain(`::warning::production in us-west-2 is back at ${good}`);
    expect(step(name)?.env).toEqual({ BEFORE: "${{ steps.before.outputs.sha }}" });
    expect(step("Find the version that is there now")?.id).toBe("before");

    for (const BEFORE of ["", good]) {
      const nothing = await runStep("deploy", name, { ...given, env: { ...place, BEFORE } });
      expect([nothing.exit, lines(nothing), nothing.log]).toEqual([1, [], expect.stringContaining("no other version to go back to")]);
    }
    git(work, "checkout", "-q", bad);
    const failed = await runStep("deploy", name, { ...given, answers: [{ to: "npm ci" }, { to: "npx", exit: 12 }] });
    expect([failed.exit, failed.log]).toEqual([12, expect.not.stringContaining("is back at")]);
  });
});
