import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planFormats } from "../../lib/cli/plan-format.ts";
import { said } from "./said.ts";

const example = fileURLToPath(new URL("../../examples/d-container-pipeline", import.meta.url));
const program = fileURLToPath(new URL("../../bin/sluice.ts", import.meta.url));

const planned = (...args: readonly string[]) => said(["plan", "--project", example, ...args]);

describe("X01 sluice plan", () => {
  it("draws stacks, blocks and resources with their names in AWS, and counts them", async () => {
    const { exit, out, err } = await planned("production");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const lines = out.split("\n");
    expect(lines).toContainEqual(
      expect.stringMatching(/^shop-production-euw1-base {2}444455556666 eu-west-1 {2}\d+ resources, \d+ outputs$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^├─ Network *$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^│ {4}BlueTargets +AWS::ElasticLoadBalancingV2::TargetGroup +shop-production-euw1-web-blue$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^└─ /));
    expect(lines.at(-2)).toMatch(/^production: \d+ resources of \d+ types in 4 stacks$/);
  });

  it("prints a line for each resource as a table", async () => {
    const { exit, out } = await planned("staging", "--format", "table");
    expect(exit).toBe(0);
    const [head = "", ...rows] = out.trimEnd().split("\n");
    expect(head.split(/\s+/)).toEqual(["stack", "region", "resource", "type", "name"]);
    expect(rows.length).toBeGreaterThan(100);
    for (const row of rows) expect(row).toMatch(/^shop-staging-euw1-\w+ +eu-west-1 +\w+ +AWS::\w+::\w+/);
  });

  it("prints templates that AWS can read as JSON, the same bytes each time", async () => {
    const [one, other] = [await planned("production", "--format", "json"), await planned("production", "--format", "json")];
    expect(one).toEqual(other);
    const { environment, stacks } = JSON.parse(one.out);
    expect(environment).toBe("production");
    expect(stacks).toHaveLength(4);
    for (const stack of stacks) {
      expect(Object.keys(stack)).toEqual(["name", "account", "region", "template"]);
      expect(Object.keys(stack.template)).toEqual(["Resources", "Outputs"]);
      expect(Object.keys(stack.template.Resources).length).toBeGreaterThan(0);
    }
  });

  it("says nothing but data into a pipe, whole, also where the reader leaves early", async () => {
    const whole = await piped(["production", "--format", "json"], () => {});
    expect({ exit: whole.exit, err: whole.err }).toEqual({ exit: 0, err: "" });
    expect(JSON.parse(whole.out).stacks).toHaveLength(4);
    expect(whole.out).not.toContain("\u001b[");
    const left = await piped(["production"], (child) => child.stdout.destroy());
    expect(left.err).toBe("");
  });

  it("says how its formats are called to who misspells one", async () => {
    const { exit, out, err } = await planned("production", "--format", "tabel");
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    for (const format of planFormats) expect(err).toContain(format);
  });
});

function piped(args: readonly string[], meanwhile: (child: ReturnType<typeof start>) => void) {
  const child = start(args);
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  meanwhile(child);
  return new Promise<{ exit: number | null; out: string; err: string }>((resolve) => {
    child.on("close", (exit) => resolve({ exit, out, err }));
  });
}

const start = (args: readonly string[]) =>
  spawn(process.execPath, [program, "plan", "--project", example, ...args], { stdio: ["ignore", "pipe", "pipe"] });

describe("an environment", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sluice-plan-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const one = { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com", zone: "new" };
  const configured = (environments: object) =>
    writeFileSync(
      path.join(folder, "sluice.config.json"),
      JSON.stringify({
        project: "shop",
        owner: "storefront",
        costCenter: "CC-1",
        services: { web: { start: "node server.js", port: 8080, compute: { kind: "ecs" } } },
        environments,
        rollout: { weightHolder: "codedeploy", weights: [10, 100], bake: "5m", keepWarm: "30m" },
      }),
    );

  it("that is not known is refused with those that are", async () => {
    const { exit, out, err } = await planned("prodution");
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain('there is no environment "prodution"');
    expect(err).toContain("write one of: staging, production");
  });

  it("must be named where there are several", async () => {
    const { exit, err } = await planned();
    expect(exit).toBe(2);
    expect(err).toContain("the configuration has 2 environments");
    expect(err).toContain("name one of: staging, production");
  });

  it("is taken without a word where there is only one", async () => {
    configured({ live: one });
    const { exit, out, err } = await said(["plan", "--project", folder]);
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(out).toContain("shop-live-euw1-base");
  });

  it("is asked for where there is none, with an example of one", async () => {
    configured({});
    const { exit, out, err } = await said(["plan", "--project", folder]);
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain("the configuration has no environments");
    expect(err).toContain("environments: {");
  });

  it("may stand in any file that --config names", async () => {
    configured({ live: one });
    const { exit, out } = await said(["plan", "live", "--config", path.join(folder, "sluice.config.json")]);
    expect(exit).toBe(0);
    expect(out).toContain("shop-live-euw1-ledger");
  });
});
