import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { stateOf } from "../../lib/actions/project.ts";
import { rehearse } from "../../lib/actions/rehearse.ts";
import { tempFolder } from "../pipeline/folders.ts";
import { registry } from "../pipeline/registry.ts";

test("X03 a rehearsal of two published versions leaves nothing in the folder that it was started in", async () => {
  await registry(["1.0.0", "1.0.1"].map((version) => ({ name: "served", version, bin: { served: "cli.js" }, files: { "cli.js": "1" } })));
  const [cwd, state] = [tempFolder(), tempFolder()];
  stateHome(state);
  const still = { stop: new AbortController().signal, kill: new AbortController().signal };
  const options = { from: "npm:served@1.0.0", to: "npm:served@1.0.1", faults: ["build-fails"], approve: false, keep: false, cwd };
  await expect(rehearse(options, () => {}, still)).resolves.toMatchObject({ outcome: "failed" });
  expect(readdirSync(cwd)).toEqual([]);
  const [kept = ""] = readdirSync(path.join(state, "sluice"));
  expect(existsSync(path.join(state, "sluice", kept, "releases"))).toBe(true);
  // Every other verb finds it by the same name, or without a version.
  for (const source of ["npm:served", "npm:served@1.0.1"]) expect(stateOf(source)).toBe(path.join(state, "sluice", kept));
});

function stateHome(folder: string): void {
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  });
}
