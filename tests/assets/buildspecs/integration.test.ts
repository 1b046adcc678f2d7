import { describe, expect, test } from "vitest";
import { runSpec } from "./stand-ins.ts";

describe("integration.yml", () => {
  const source = { "package.json": "{}" };
  const input = { name: "Outputs_staging", files: { "outputs.json": JSON.stringify({ staging: { url: "https://shop" } }) } };
  const command = 'jq --exit-status .staging.url "$STACK_OUTPUTS"';

  test("C11 the tests of the source find what the stage offers, though that is another input", async () => {
    const ran = await runSpec("integration", { source, input, env: { OUTPUTS_ARTIFACT: input.name, INTEGRATION_COMMAND: command } });
    expect([ran.is, ran.log.includes("https://shop")]).toEqual(["passed", true]);
  });

  test("C11 a test that fails, or an input that is promised and missing, stops the pipeline", async () => {
    const failing = await runSpec("integration", { source, input, env: { OUTPUTS_ARTIFACT: input.name, INTEGRATION_COMMAND: "exit 3" } });
    const missing = await runSpec("integration", { source, env: { OUTPUTS_ARTIFACT: input.name, INTEGRATION_COMMAND: "true" } });
    expect([failing.is, missing.is]).toEqual(["failed", "failed"]);
  });
});
