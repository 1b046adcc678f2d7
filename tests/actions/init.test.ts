import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { init, systems } from "../../lib/actions/init.ts";
import { loadConfig } from "../../lib/config/load.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { tempFolder } from "../pipeline/folders.ts";

const names = Object.keys(systems);
const specs = readdirSync(path.join(import.meta.dirname, "../../assets/buildspecs"));

describe("X07 init", () => {
  it.each(names)("writes a configuration of %s that plans as it stands, and rehearses the project's own commits", async (system) => {
    const folder = tempFolder();
    const written = await init({ folder, system, workflow: false });
    expect(written[0]).toBe("sluice.config.ts");
    const { config } = await loadConfig(folder);
    for (const { name } of config.environments) expect(buildPlan(config, name).stacks.length).toBeGreaterThan(0);
    expect(config.rehearsal.from).toBeUndefined();
    // The builds of a pipeline run these files of the source.
    const delivered = config.delivery !== undefined;
    expect(written.slice(1).map((file) => path.basename(file))).toEqual(delivered ? specs : []);
  });

  it("knows a system by its letter, and names all where there is no such system", async () => {
    const folder = tempFolder();
    await init({ folder, system: "D", workflow: false });
    expect(readFileSync(path.join(folder, "sluice.config.ts"), "utf8")).toContain("codecommit");
    await expect(init({ folder: tempFolder(), system: "f", workflow: false })).rejects.toMatchObject({
      code: "usage/unknown",
      fix: expect.stringContaining(names.join(", ")),
    });
  });

  it("A03 writes the workflow from the configuration that is there", async () => {
    const folder = tempFolder();
    expect(await init({ folder, system: "a", workflow: true })).toEqual(["sluice.config.ts", ".github/workflows/ci-cd.yml"]);
    expect(readFileSync(path.join(folder, ".github/workflows/ci-cd.yml"), "utf8")).toContain("catalog-production-usw2-github-deploy");
  });

  it.each(names)("A03 writes all of %s with its workflow, or says that it has none and writes nothing", async (system) => {
    const folder = tempFolder();
    const able = systems[system]?.workflow === true;
    const { config } = await loadConfig(path.join(import.meta.dirname, "../../examples", system));
    expect(able).toBe(config.workflow !== undefined);
    const written = await init({ folder, system, workflow: true }).catch((error: unknown) => error);
    if (able) expect(written).toContain(".github/workflows/ci-cd.yml");
    else {
      expect(written).toMatchObject({ code: "usage/invalid", fix: expect.stringContaining("begin with a-multi-region-containers") });
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it("overwrites nothing: where one file is there none is written, and each is named", async () => {
    const folder = tempFolder({ "buildspec/test.yml": "mine" });
    const refused = await init({ folder, system: "d", workflow: false }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "folder/in-use", details: ["buildspec/test.yml"] });
    expect(existsSync(path.join(folder, "sluice.config.ts"))).toBe(false);
    expect(readFileSync(path.join(folder, "buildspec/test.yml"), "utf8")).toBe("mine");
  });

  it("A03 says what the configuration lacks for a workflow", async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, "sluice.config.json"), JSON.stringify({ project: "shop" }));
    await expect(init({ folder, workflow: true })).rejects.toMatchObject({
      code: "plan/not-ready",
      fix: expect.stringContaining("workflow: {"),
    });
    expect(existsSync(path.join(folder, ".github"))).toBe(false);
  });
});
