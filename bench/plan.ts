/** What a plan costs: the first one of a process, many regions and environments, and the whole command against CDK's own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { edgeRegions } from "../lib/aws/edge-addresses.ts";
import { checkConfig } from "../lib/config/check.ts";
import type { Config, ConfigInput } from "../lib/config/config.ts";
import { buildPlan } from "../lib/plan/build.ts";
import { median, type Row } from "./row.ts";

const root = path.join(import.meta.dirname, "..");
const example = path.join("examples", "d-container-pipeline", "sluice.config.ts");

const environment = { account: "111122223333", domain: "shop.example.com", zone: "Z0123456789ABCDEFGHIJ" };
const one: ConfigInput = {
  project: "shop",
  services: { web: { compute: { kind: "ecs" } } },
  rollout: { weightHolder: "codedeploy", weights: [10, 100] },
};

/** System D over three zones, with an endpoint for each service that it calls. */
const large: ConfigInput = {
  ...one,
  environments: { production: { ...environment, regions: ["eu-west-1"] } },
  network: { zones: 3, endpoints: ["codebuild", "codecommit", "ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "sns", "ssm", "sts"] },
  delivery: {},
};

/** Environments in a /8 each, over this many regions, behind CloudFront: DNS would fail over between two only. */
const wide = (environments: number, over: number): ConfigInput => ({
  ...one,
  edge: {},
  environments: Object.fromEntries(
    Array.from({ length: environments }, (_, at) => [
      `e${at}`,
      { ...environment, domain: `e${at}.example.com`, regions: edgeRegions.slice(0, over), cidr: `${10 + at}.0.0.0/16` },
    ]),
  ),
});

/** Twenty regions, of which CloudFront reaches sixteen from one environment. */
const everywhere = { first: edgeRegions.length, rest: 20 - edgeRegions.length } as const;
const ofEach = 25;

/** Services behind one load balancer, all but the first under paths. */
const servicesOf = (count: number): ConfigInput["services"] =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `s${at}`,
      { compute: { kind: "ecs" }, ...(at > 0 && { paths: [`/s${at}/*`], priority: at }) },
    ]),
  );

/** A part of a hundred services: a load balancer has rules for 33. */
const several = (project: string): ConfigInput => {
  const { environments = {} } = wide(2, everywhere.first);
  const [[first, one] = [], [rest, other] = []] = Object.entries(environments);
  if (first === undefined || one === undefined || rest === undefined || other === undefined) throw new Error("two environments");
  return {
    project,
    services: servicesOf(ofEach),
    edge: {},
    environments: { [first]: one, [rest]: { ...other, regions: edgeRegions.slice(0, everywhere.rest) } },
  };
};

/** Takes up to two minutes. */
export async function planBench(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "sluice-bench-"));
  try {
    return [firstPlan(folder), linear(), hundred(), againstCdk(folder), memory()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In processes of their own; the fastest, since other work on the machine only adds. */
function firstPlan(folder: string): Row {
  const file = path.join(folder, "sluice.config.json");
  writeFileSync(file, JSON.stringify(large));
  const runs = Array.from({ length: 11 }, () => {
    const { first, resources }: { first: number; resources: number } = JSON.parse(node([path.join("bench", "plan-first.ts"), file]).stdout);
    return { first, resources };
  });
  const fastest = Math.min(...runs.map(({ first }) => first));
  return {
    what: `first plan of ${runs[0]?.resources} resources in a process, after load`,
    measured: `${fastest.toFixed(0)} ms`,
    target: "≤ 50 ms",
    ok: fastest <= 50,
  };
}

/** As many resources on both sides, so that other work on the machine disturbs both alike; in turns. */
function linear(): Row {
  const [small, many] = [configOf(wide(1, 1)), configOf(wide(12, edgeRegions.length))];
  const times = 12 * edgeRegions.length;
  const ratios: number[] = [];
  let resources = 0;
  for (let round = 0; round < 9; round += 1) {
    const few = perResource(small, times);
    const all = perResource(many, 1);
    ratios.push(all.cost / few.cost);
    resources = all.resources;
  }
  const ratio = median(ratios);
  return {
    what: `cost per resource of ${resources} resources (12 environments × ${edgeRegions.length} regions) against one environment in one region`,
    measured: `${ratio.toFixed(2)}×`,
    target: "≤ 1.2×",
    ok: ratio <= 1.2,
  };
}

/**
 * A hundred services in twenty regions, as four projects, against one service that is added to another in one region: a service's resources
 * are larger than those of the network that all stand on, so the plan of the first service says less.
 */
function hundred(): Row {
  const projects = Array.from({ length: 100 / ofEach }, (_, at) => configOf(several(`p${at}`)));
  const few = (count: number) => configOf({ ...several("p"), services: servicesOf(count), environments: wide(1, 1).environments });
  const [single, pair] = [few(1), few(2)];
  const ratios: number[] = [];
  let resources = 0;
  for (let round = 0; round < 7; round += 1) {
    const all = projects.map((one) => perResource(one, 1));
    resources = all.reduce((sum, one) => sum + one.resources, 0);
    const cost = all.reduce((sum, one) => sum + one.cost * one.resources, 0) / resources;
    const [one, two] = [perResource(single, 400), perResource(pair, 400)];
    const added = (two.cost * two.resources - one.cost * one.resources) / (two.resources - one.resources);
    ratios.push(cost / added);
  }
  const ratio = median(ratios);
  return {
    what: `cost per resource of ${resources} resources (100 services × 20 regions, in four projects) against a service added in one region`,
    measured: `${ratio.toFixed(2)}×`,
    target: "≤ 1.2×",
    ok: ratio <= 1.2,
  };
}

/** CPU time: one environment after the other, as the command plans them, and no plan is kept. */
function perResource(config: Config, times: number): { readonly cost: number; readonly resources: number } {
  const start = process.cpuUsage();
  let resources = 0;
  for (let time = 0; time < times; time += 1)
    for (const { name } of config.environments)
      resources += buildPlan(config, name).stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  const { user, system } = process.cpuUsage(start);
  return { cost: (user + system) / resources, resources };
}

/** Turn by turn, the same stacks of system D. */
function againstCdk(folder: string): Row {
  const ours: number[] = [];
  const theirs: number[] = [];
  const app = ["-c", `config=${example}`, "-c", "environment=production", "--output", path.join(folder, "cdk.out")];
  for (let round = 0; round < 5; round += 1) {
    ours.push(node(planCommand).took);
    theirs.push(node([path.join("node_modules", "aws-cdk", "bin", "cdk"), "synth", "--quiet", "--no-notices", ...app]).took);
  }
  const ratio = median(ours) / median(theirs);
  return {
    what: "`sluice plan` of system D, cold, against `cdk synth` of the same stacks",
    measured: `${ratio.toFixed(2)}×`,
    target: "≤ 0.33×",
    ok: ratio <= 1 / 3,
  };
}

const planCommand = [path.join("bin", "sluice.js"), "plan", "production", "--config", example, "--format", "json"];

function memory(): Row {
  const atExit = "process.on('exit',()=>process.stderr.write(`peak=${process.resourceUsage().maxRSS};`))";
  const { stderr } = node(planCommand, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(atExit)}` });
  const peaks = [...stderr.matchAll(/peak=(\d+);/g)].map(([, kibibytes]) => Number(kibibytes) / 1024);
  const most = Math.max(...peaks);
  return {
    what: "peak memory of `sluice plan` of system D",
    measured: `${most.toFixed(0)} MiB`,
    target: "≤ 200 MB",
    ok: most * 1.048_576 <= 200,
  };
}

function node(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const start = performance.now();
  const env = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: "true", ...more };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return { stdout, stderr, took: performance.now() - start };
}

function configOf(given: ConfigInput): Config {
  const checked = checkConfig(given);
  if ("config" in checked) return checked.config;
  throw new Error(JSON.stringify(checked.problems));
}

if (import.meta.main) console.table(await planBench());
