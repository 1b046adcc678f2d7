import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentMapOf } from "../../lib/actions/environment-map.ts";
import type { Outputs } from "../../lib/ports/engine.ts";
import { configOf, targetOf } from "../actions/aws-target.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { jsonError } from "../worlds/aws/replies.ts";
import { environmentOf, json, openWire, type Wire } from "../worlds/aws/wire.ts";
import { said } from "./said.ts";

/** A project whose environment another tool deployed, and what that told of each stack. */
function deployed() {
  const target = targetOf();
  writeFileSync(path.join(target.folder, "sluice.config.json"), JSON.stringify(configOf()));
  const outputs: Outputs = Object.fromEntries(
    target.plan.stacks.map(({ name, outputs: wanted }) => [
      name,
      Object.fromEntries(wanted.map((output) => [output.name, `${output.name} of ${name}`])),
    ]),
  );
  const keep = async (told: unknown) => {
    const file = path.join(target.folder, "outputs.json");
    writeFileSync(file, typeof told === "string" ? told : JSON.stringify(told));
    return await said(["map", "test", "--project", target.folder, "--outputs", file]);
  };
  const kept = () => JSON.parse(readFileSync(path.join(target.folder, ".sluice/environments/test.json"), "utf8"));
  return { ...target, outputs, keep, kept };
}

describe("sluice map", () => {
  const environment = processEnvironment();
  let wire: Wire;
  beforeEach(async () => {
    wire = await openWire();
    environment(environmentOf(wire.url));
    wire.say("dynamodb PutItem", json({}));
  });
  afterEach(() => wire.close());

  it.each([
    ["cdk deploy --outputs-file", (outputs: Outputs) => outputs],
    ["pulumi stack output --json", (outputs: Outputs) => ({ stacks: outputs, url: "https://shop.example.com" })],
    ["a build of buildspec/pulumi.yml", (outputs: Outputs) => ({ test: { stacks: outputs } })],
  ])("X04 C01 what %s wrote becomes the map, here and beside the ledger", async (_what, told) => {
    const { plan, outputs, keep, kept } = deployed();
    expect(await keep(told(outputs))).toMatchObject({ exit: 0 });
    const map = environmentMapOf(plan, outputs);
    expect(kept()).toEqual({ ...map, at: expect.any(Number) });
    expect(JSON.parse(JSON.parse(wire.calls.at(-1)?.body ?? "").Item.map.S)).toEqual(kept());
  });

  it("X04 where the ledger takes nothing the map is on this machine, and that is said", async () => {
    const { plan, outputs, keep, kept } = deployed();
    wire.say("dynamodb PutItem", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:PutItem"));
    const { exit, err } = await keep(outputs);
    expect([exit, kept()]).toEqual([0, { ...environmentMapOf(plan, outputs), at: expect.any(Number) }]);
    expect(err).toContain("the map is on this machine alone");
  });

  it("X10 a file that lacks an output, or is none, is refused, and nothing is kept", async () => {
    const { plan, outputs, keep, kept } = deployed();
    const [{ name = "" } = {}] = plan.stacks.filter(({ part }) => part === "web");
    const { ServiceName: _gone, ...others } = outputs[name] ?? {};
    const lacking = await keep({ ...outputs, [name]: others });
    expect([lacking.exit, lacking.err]).toEqual([2, expect.stringContaining(`${name}: ServiceName`)]);
    expect(await keep({})).toMatchObject({ exit: 2, err: expect.stringMatching(/and \d+ more[\s\S]*pulumi stack output --json/) });
    expect(await keep("{")).toMatchObject({ exit: 2, err: expect.stringContaining("outputs/unfit") });
    expect(kept).toThrow("ENOENT");
    expect(wire.calls).toEqual([]);
  });
});
