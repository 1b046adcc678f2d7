import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { deploy } from "../../lib/actions/deploy.ts";
import { destroyEnvironment } from "../../lib/actions/destroy-environment.ts";
import { UserError } from "../../lib/base/errors.ts";
import { configOf, hearing, memoryEngine, memorySecrets, targetOf, unlocked, unrestored } from "./aws-target.ts";

const refuseReleasing = async () => {};
const secrets = async () => memorySecrets(["/shop/user", "/shop/token"]);

test("D10: destroy takes the stacks and the map away, and says what outlives them", async () => {
  const target = targetOf();
  const aws = memoryEngine({ keeps: "Files" });
  const { tell, told } = hearing();
  const { map } = await deploy(target, { engine: aws.make, secrets, lock: unlocked, restores: unrestored, agree: undefined, tell });
  const end = await destroyEnvironment(target, { engine: async () => aws.make, refuseReleasing, agree: undefined, tell });
  expect(end).toMatchObject({
    outcome: "destroyed",
    because: "4 stacks are gone",
    kept: expect.arrayContaining(["shop-test-euw1-base/Files"]),
  });
  expect({ left: aws.there.size, map: existsSync(map) }).toEqual({ left: 0, map: false });
  expect(told.some((one) => one.type === "resource" && one.is === "kept")).toBe(true);
  expect(await destroyEnvironment(target, { engine: async () => aws.make, refuseReleasing, agree: undefined, tell })).toMatchObject({
    outcome: "destroyed",
  });
});

test("D10: a protected environment is refused before anybody is asked, with the way to lift it", async () => {
  const aws = memoryEngine();
  const agree = async () => {
    throw new Error("asked");
  };
  const engine = async () => {
    throw new Error("loaded");
  };
  await expect(
    destroyEnvironment(targetOf(configOf({}, { protected: true })), { engine, refuseReleasing, agree, tell: () => {} }),
  ).rejects.toMatchObject({
    message: '"test" is protected, and nothing of it was deleted',
    fix: "write environments.test.protected: false, run: sluice deploy test, and then: sluice destroy test",
  });
  expect(aws.did).toEqual([]);
});

test("D10: nothing is deleted where the person says no", async () => {
  const aws = memoryEngine();
  expect(
    await destroyEnvironment(targetOf(), { engine: async () => aws.make, refuseReleasing, agree: async () => false, tell: () => {} }),
  ).toMatchObject({
    outcome: "aborted",
    because: "nobody agreed; nothing was deleted",
  });
  expect(aws.did).toEqual([]);
});

test("X06: nothing is deleted while somebody releases", async () => {
  const aws = memoryEngine();
  const held = new UserError("release/held", "bob is in charge of r-1", "wait");
  const given = { engine: async () => aws.make, refuseReleasing: () => Promise.reject(held), agree: undefined, tell: () => {} };
  await expect(destroyEnvironment(targetOf(), given)).rejects.toBe(held);
  expect(aws.did).toEqual([]);
});
