import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPlan } from "../../../lib/plan/build.ts";
import { stacksIn } from "../../int/outputs.ts";
import { missing, type Project, pulumiProject } from "./cli.ts";
import { captured, exampleOf } from "./programs.ts";

if (missing !== undefined) console.log(`skipped: ${missing}`);

const plan = buildPlan(await exampleOf("b-dev-to-production"), "development");

/** The commands of the section on what stands already, as they are written there. */
function importCommands(): readonly (readonly string[])[] {
  const [, section = ""] = readFileSync("docs/for-pulumi-users.md", "utf8").split("\n## What stands already\n");
  const lines = [...section.matchAll(/^pulumi ([^#\n]*)/gm)].map(([, words = ""]) => words.trim());
  return lines.map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ""));
}

/** Fills in what a person fills in, and leaves the rest out. */
function writeIds(file: string, ids: Readonly<Record<string, string>>): void {
  const written: { resources: { name: string }[] } = JSON.parse(readFileSync(file, "utf8"));
  const resources = written.resources.flatMap((one) => (ids[one.name] === undefined ? [] : [{ ...one, id: ids[one.name] }]));
  writeFileSync(file, JSON.stringify({ ...written, resources }));
}

describe.skipIf(missing)("bin/tap.ts under the Pulumi CLI, with a provider that stands in for AWS's", { timeout: 300_000 }, () => {
  let project: Project;
  const pulumi = (...args: readonly string[]) => {
    project.deeds.length = 0;
    return project.run(...args);
  };
  const deeds = () => new Set(project.deeds.map(({ verb }) => verb));
  beforeAll(async () => {
    project = await pulumiProject();
    await project.run("stack", "init", "development");
    await project.run("config", "set", "config", "examples/b-dev-to-production");
  }, 60_000);
  afterAll(() => project?.close());

  it("A01 B01 previews the plan of the stack's environment, and changes nothing", async () => {
    const { status, output } = await pulumi("preview");
    expect([status, deeds().size], output).toEqual([0, 0]);
    for (const { name } of plan.stacks) expect(output).toContain(`sluice:aws:Stack ${name} create`);
    expect(output).toMatch(/Resources:\s+\+ \d+ to create\s*$/);
  });

  it("B05 E01 takes over what stands already, by the commands of docs/for-pulumi-users.md: it is neither made again nor changed", async () => {
    const vpc = (await captured(plan)).resources.find(({ type }) => type === "aws:ec2/vpc:Vpc");
    project.standing.set("vpc-0123456789abcdef0", vpc?.inputs ?? {});
    const commands = importCommands();
    expect(commands.map(([verb]) => verb)).toEqual(["up", "preview", "import", "preview"]);
    for (const command of commands) {
      if (command[0] === "import") writeIds(project.at("import.json"), { [vpc?.name ?? ""]: "vpc-0123456789abcdef0" });
      const { status, output } = await pulumi(...command, ...(command[0] === "preview" ? [] : ["--yes", "--skip-preview"]));
      expect([status, deeds().size], output).toEqual([0, 0]);
      if (command[0] === "import") expect(output).toMatch(/Resources:\s+= 1 imported/);
    }
  });

  it("A01 B01 B19 brings it up, and gives the outputs of each stack as an integration test reads them", async () => {
    const { status, output } = await pulumi("up", "--yes", "--skip-preview");
    expect([status, ...deeds()], output).toEqual([0, "create"]);
    expect(project.deeds.filter(({ urn }) => urn.includes("aws:ec2/vpc:Vpc::"))).toEqual([]);
    const told = await project.run("stack", "output", "--json");
    const stacks = stacksIn(JSON.parse(told.output));
    const wanted = plan.stacks.map(({ name, region, outputs }) => [name, region, outputs.map((one) => one.name).sort()]);
    expect(stacks.map(({ name, region, outputs }) => [name, region, Object.keys(outputs).sort()]).sort()).toEqual(wanted.sort());
  });

  it("D10 does nothing when it is run again", async () => {
    const { status, output } = await pulumi("up", "--yes");
    expect([status, deeds().size], output).toEqual([0, 0]);
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
  });

  it("A17 B16 says a mistake of the stack's configuration in a sentence, and changes nothing", async () => {
    await project.run("config", "set", "--path", "environments.development.domain", "");
    const { status, output } = await pulumi("preview");
    await project.run("config", "rm", "--path", "environments.development.domain");
    expect([status === 0, deeds().size], output).toEqual([false, 0]);
    expect(output).toContain("environments.development.domain");
  });

  it("B07 B16 begins a migration by the commands of docs/for-pulumi-users.md, and refuses a jump without a change", async () => {
    const migration = (name: string, value: string) =>
      project.run("config", "set", "--path", `environments.production.migration.${name}`, value);
    await project.run("stack", "init", "production");
    await project.run("config", "set", "config", "examples/b-dev-to-production");
    await migration("weight", "null");
    for (const phase of ["initial", "snapshot", "blue-green"]) {
      await migration("phase", phase);
      const { status, output } = await pulumi("up", "--yes", "--skip-preview");
      expect([phase, status, deeds().size > 0], output).toEqual([phase, 0, true]);
    }
    await migration("phase", "initial");
    const { status, output } = await pulumi("up", "--yes", "--skip-preview");
    expect([status === 0, deeds().size], output).toEqual([false, 0]);
    expect(output).toMatch(/the environment is at blue-green[\s\S]*fix: write the next phase/);
    await project.run("stack", "select", "development");
  });

  it("D10 destroys all of it", async () => {
    const { status, output } = await pulumi("destroy", "--yes", "--skip-preview");
    expect([status, ...deeds()], output).toEqual([0, "delete"]);
    expect(output).toMatch(/Resources:\s+- \d+ deleted/);
  });
});
