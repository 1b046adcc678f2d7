/** What the Pulumi engine costs: a program and its capture, and the whole command against a plain program of the same resources. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isTree } from "../lib/engines/pulumi/codecs.ts";
import type { Graph, Node } from "../lib/engines/pulumi/graph.ts";
import { marked } from "../lib/engines/pulumi/marks.ts";
import { buildPlan } from "../lib/plan/build.ts";
import { captured, exampleOf } from "../tests/engines/pulumi/programs.ts";
import { median, type Row } from "./row.ts";

const root = path.join(import.meta.dirname, "..");
const example = "b-dev-to-production";

/** Takes about a minute. */
export async function pulumiBench(): Promise<Row[]> {
  const graph = await captured(buildPlan(await exampleOf(example), "production"));
  // Beside node_modules, or the packages would not be found.
  const folder = mkdtempSync(path.join(root, ".bench-"));
  try {
    const plain = path.join(folder, "plain.ts");
    writeFileSync(plain, plainProgram(graph));
    return [cpu(), ...command(plain)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In processes of their own; the fastest, since other work on the machine only adds. */
function cpu(): Row {
  const runs = Array.from({ length: 7 }, () => {
    const { seconds, resources }: { seconds: number; resources: number } = JSON.parse(
      node([path.join("bench", "pulumi-capture.ts"), example, "production"]).stdout,
    );
    return { seconds, resources };
  });
  const fastest = Math.min(...runs.map(({ seconds }) => seconds));
  return {
    what: `CPU of a Pulumi program and its capture, ${runs[0]?.resources} resources, once Pulumi is imported`,
    measured: `${fastest.toFixed(2)} s`,
    target: "≤ 1.0 s",
    ok: fastest <= 1,
  };
}

/** Turn by turn. */
function command(plain: string): Row[] {
  const [ours, theirs, peaks]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < 7; round += 1) {
    const run = planned(example);
    ours.push(run.took);
    peaks.push(run.peak);
    theirs.push(node([plain]).took);
  }
  const ratio = median(ours) / median(theirs);
  return [
    {
      what: "`sluice plan --engine pulumi` of system B against a plain program of the same resources, captured in the same way",
      measured: `${ratio.toFixed(2)}×`,
      target: "≤ 1.3×",
      ok: ratio <= 1.3,
    },
    memory("B", Math.max(...peaks)),
    memory("A", planned("a-multi-region-containers").peak),
  ];
}

const memory = (system: string, most: number): Row => ({
  what: `peak memory of \`sluice plan --engine pulumi\` of system ${system}`,
  measured: `${most.toFixed(0)} MiB`,
  target: "≤ 400 MB",
  ok: most * 1.048_576 <= 400,
});

function planned(of: string) {
  const config = path.join("examples", of, "sluice.config.ts");
  return node([path.join("bin", "sluice.js"), "plan", "production", "--config", config, "--engine", "pulumi", "--format", "json"]);
}

/** The same resources with nothing of ours but the capture: each as somebody would write it, referring to those before it. */
function plainProgram({ resources }: Graph): string {
  const capture = path.join(root, "lib", "engines", "pulumi", "capture.ts");
  return [
    'import { createRequire } from "node:module";',
    // What loads the least: `import * as aws` would load every service.
    "const require = createRequire(import.meta.url);",
    'const [pulumi, aws, random] = ["pulumi", "aws", "random"].map((name) => require(`@pulumi/${name}`));',
    `import { capture } from ${JSON.stringify(capture)};`,
    'const graph = await capture({ project: "plain", stack: "production", config: { "aws:region": "eu-west-1" } }, () => {',
    ...resources.flatMap((node, at) =>
      node.custom ? [`  const r${at} = new ${className(node)}(${JSON.stringify(node.name)}, ${written(node.inputs)});`] : [],
    ),
    "  return undefined;",
    "});",
    "console.log(JSON.stringify(graph, undefined, 2));",
    "",
  ].join("\n");
}

function className({ type }: Node): string {
  if (type === "pulumi:providers:aws") return "aws.Provider";
  const [, provider = "", module = "", name = ""] = /^(\w+):(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  return provider === "random" ? `random.${name}` : `aws.${module}.${name}`;
}

function written(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (!isTree(value)) return JSON.stringify(value);
  if ("$secret" in value) return 'pulumi.secret("secret")';
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${written(one)}`)
    .join(", ")} }`;
}

/** Text with marks as an interpolation. */
function text(value: string): string {
  const parts = marked(value);
  if (!parts.some((part) => typeof part !== "string")) return JSON.stringify(value);
  const pieces = parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : `r${part.index}${member(part.output)}`));
  return pieces.length === 1 ? pieces.join("") : `pulumi.concat(${pieces.join(", ")})`;
}

const member = (output: string): string =>
  output
    .split(".")
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("");

const atExit = "process.on('exit',()=>process.stderr.write(`peak=${process.resourceUsage().maxRSS};`))";

function node(args: readonly string[]) {
  const start = performance.now();
  const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(atExit)}` };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  const peak = Math.max(...[...stderr.matchAll(/peak=(\d+);/g)].map(([, kibibytes]) => Number(kibibytes) / 1024));
  return { stdout, took: performance.now() - start, peak };
}

if (import.meta.main) console.table(await pulumiBench());
