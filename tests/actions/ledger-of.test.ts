import { afterEach, beforeEach, expect, test } from "vitest";
import { lockReleases, refuseWhileReleasing } from "../../lib/actions/ledger-of.ts";
import type { Target } from "../../lib/actions/target.ts";
import { checkConfig } from "../../lib/config/check.ts";
import type { ConfigInput } from "../../lib/config/config.ts";
import { buildPlan } from "../../lib/plan/build.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { environmentOf, json, openWire, type Wire } from "../worlds/aws/wire.ts";
import { configOf } from "./aws-target.ts";

/** In a folder from which nobody has deployed: there is no map. */
function targetIn(input: ConfigInput): Target {
  const checked = checkConfig(input);
  if (!("config" in checked)) throw new Error(JSON.stringify(checked.problems));
  return { folder: "/nonexistent", config: checked.config, only: {}, plan: buildPlan(checked.config, "test") };
}
const target = targetIn(configOf({ rollout: { weightHolder: "release", weights: [10, 100], bake: "5m" }, delivery: undefined }));
/** CodeDeploy moves the callers. */
const driven = targetIn(configOf());

const bob = { name: "bob", host: "elsewhere", pid: 1, started: "1" };
const held = {
  v: 1,
  release: "r-1",
  position: 0,
  step: "",
  attempt: 1,
  at: Date.now(),
  holder: bob,
  kind: "held",
  prevHash: "0".repeat(64),
};
const items = (until: number) => [
  { environment: { S: "test" }, position: { N: "0" }, entry: { S: JSON.stringify({ ...held, body: { until } }) }, writer: { S: "w" } },
];

const environment = processEnvironment();
let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  environment(environmentOf(wire.url));
});
afterEach(() => wire.close());

test("X06: whoever deploys or destroys from where nobody deployed before is kept out by a release all the same", async () => {
  wire.say("dynamodb Query", json({ Items: items(Date.now() + 600_000) }));
  const work = () => Promise.reject(new Error("worked"));
  await expect(lockReleases(target, () => {}, work)).rejects.toMatchObject({
    code: "release/held",
    message: expect.stringContaining("bob"),
  });
  await expect(refuseWhileReleasing(target)).rejects.toMatchObject({ code: "release/held" });
  expect(wire.calls.every(({ call, body }) => call === "dynamodb Query" && body.includes("shop-test-euw1-ledger"))).toBe(true);
});

test("X06 D02: a release that has AWS move the callers keeps a deploy and a destroy out, too", async () => {
  wire.say("dynamodb Query", json({ Items: items(Date.now() + 600_000) }));
  const work = () => Promise.reject(new Error("worked"));
  await expect(lockReleases(driven, () => {}, work)).rejects.toMatchObject({ code: "release/held" });
  await expect(refuseWhileReleasing(driven)).rejects.toMatchObject({ code: "release/held" });
});

test("X04: before the ledger is there, a deploy works without its lock", async () => {
  const type = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
  wire.say("dynamodb Query", json({ __type: type, message: "Requested resource not found" }, 400));
  expect(
    await lockReleases(
      target,
      () => {},
      async (before) => before ?? "nothing is known",
    ),
  ).toBe("nothing is known");
  await expect(refuseWhileReleasing(target)).resolves.toBeUndefined();
});
