import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { specNames, specOf } from "./stand-ins.ts";

describe.each(specNames)("assets/buildspecs/%s.yml", (name) => {
  const spec = specOf(name);
  const commands = spec.phases.flatMap((phase) => [...phase.commands, ...phase.finally]);

  test("C12 a rehearsal refuses nothing in it", () => {
    expect(spec.phases.length).toBeGreaterThan(0);
    expect(spec.shell).toBe("bash");
  });

  test("C12 every command of several lines stops at its first failure", () => {
    for (const command of commands.filter((text) => text.trim().includes("\n"))) expect(command).toMatch(/^set -euo pipefail\n/);
  });

  test("C12 values reach it as variables: no placeholder to replace, no account and no secret in it", () => {
    const text = readFileSync(path.join(import.meta.dirname, "../../../assets/buildspecs", `${name}.yml`), "utf8");
    expect(text).not.toMatch(/\{\{(?! json)|@@|\$\{\{/);
    expect(text).not.toMatch(/\b\d{12}\b|AKIA/);
    expect(text).not.toMatch(/^ {2}(secrets-manager|parameter-store):/m);
  });

  test("D07 no command hands a token or a password over as an argument", () => {
    for (const command of commands) expect(command).not.toMatch(/(--password|-p) ["$]|--docker-password/);
  });
});
