import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { deploy } from "../../lib/actions/deploy.ts";
import { UserError } from "../../lib/base/errors.ts";
import { configOf, hearing, memoryEngine, memorySecrets, targetOf, unlocked, unrestored } from "./aws-target.ts";

const kept = memorySecrets(["/shop/user", "/shop/token"]);
const secrets = async () => kept;
const mapOf = (folder: string): string => path.join(folder, ".sluice/environments/test.json");

test("X10: a deploy that fails half-way writes no map, and the same deploy again finishes it", async () => {
  const target = targetOf();
  const aws = memoryEngine({ failAt: 2 });
  const { tell, told } = hearing();
  const given = { engine: aws.make, secrets, lock: unlocked, restores: unrestored, agree: undefined, tell };
  await expect(deploy(target, given)).rejects.toThrow(/^shop-test-euw1-web: AWS could not create \w+ of \w+ \(AWS::\S+\): quota exceeded$/);
  expect(existsSync(mapOf(target.folder))).toBe(false);
  expect(aws.there.size).toBe(2);
  expect(await deploy(target, given)).toEqual({
    outcome: "deployed",
    because: "AWS is what the plan says",
    map: mapOf(target.folder),
    kept: [],
  });
  expect(told.filter((one) => one.type === "stack" && one.is === "unchanged")).toHaveLength(2);
  expect(await deploy(target, given)).toMatchObject({ outcome: "unchanged" });
});

test("X10: a deploy that changes a stack only by what another one says is no unchanged one", async () => {
  const target = targetOf();
  const aws = memoryEngine();
  const given = { engine: aws.make, secrets, lock: unlocked, restores: unrestored, agree: undefined, tell: () => {} };
  await deploy(target, given);
  aws.follows.add("shop-test-euw1-web");
  expect(await deploy(target, given)).toMatchObject({ outcome: "deployed" });
  expect(await deploy(target, given)).toMatchObject({ outcome: "unchanged" });
});

test("X10: the map names every output of every stack, is readable by its owner only, and hides from git", async () => {
  const target = targetOf();
  const { map } = await deploy(target, {
    engine: memoryEngine().make,
    secrets,
    lock: unlocked,
    restores: unrestored,
    agree: undefined,
    tell: () => {},
  });
  expect(statSync(map).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(map)).mode & 0o777).toBe(0o700);
  expect(readFileSync(path.join(target.folder, ".sluice/.gitignore"), "utf8")).toBe("*\n");
  const written = JSON.parse(readFileSync(map, "utf8"));
  expect(written).toMatchObject({ v: 1, environment: "test" });
  expect(written.stacks.map(({ part, account, region }: Record<string, string>) => `${part} ${account} ${region}`)).toEqual([
    "ledger 111111111111 eu-west-1",
    "base 111111111111 eu-west-1",
    "web 111111111111 eu-west-1",
    "pipeline 111111111111 eu-west-1",
  ]);
  expect(written.stacks[0].outputs).toMatchObject({ LedgerTable: "LedgerTable of shop-test-euw1-ledger" });
  expect(written.stacks.map(({ outputs }: { outputs: object }) => Object.keys(outputs))).toEqual(
    target.plan.stacks.map(({ outputs }) => outputs.map(({ name }) => name)),
  );
});

test("D07: a deploy refuses while a secret is missing, says which and how to write it, and changes nothing", async () => {
  const aws = memoryEngine();
  const some = memorySecrets(["/shop/user"]);
  await expect(
    deploy(targetOf(), {
      engine: aws.make,
      secrets: async () => some,
      lock: unlocked,
      restores: unrestored,
      agree: undefined,
      tell: () => {},
    }),
  ).rejects.toMatchObject({
    message: '"test" is not deployed, because a secret is missing',
    fix: "write it with: sluice secret set test dockerHub.token",
    details: ["dockerHub.token: /shop/token in eu-west-1 of 111111111111: there is no such parameter"],
  });
  expect(aws.did).toEqual([]);
});

test("D07: a configuration without secrets asks no store", async () => {
  const none = async () => {
    throw new Error("asked");
  };
  const target = targetOf(configOf({ delivery: {} }));
  expect(
    await deploy(target, {
      engine: memoryEngine().make,
      secrets: none,
      lock: unlocked,
      restores: unrestored,
      agree: undefined,
      tell: () => {},
    }),
  ).toMatchObject({
    outcome: "deployed",
  });
});

test("X10: what the engine says about credentials comes before what the secrets' store says", async () => {
  const engine = (tell: Parameters<ReturnType<typeof memoryEngine>["make"]>[0]) => ({
    ...memoryEngine().make(tell),
    preview: async () => {
      throw new UserError("engine/no-credentials", "from the engine", "");
    },
  });
  const broken = async () => {
    throw new UserError("engine/no-credentials", "from the store", "");
  };
  await expect(
    deploy(targetOf(), { engine, secrets: broken, lock: unlocked, restores: unrestored, agree: undefined, tell: () => {} }),
  ).rejects.toThrow("from the engine");
});

test("X10: nothing is changed without a person's word, and nobody is asked where nothing would change", async () => {
  const target = targetOf();
  const aws = memoryEngine();
  const asked: number[] = [];
  const answer = (word: boolean) => async (stacks: readonly unknown[]) => {
    asked.push(stacks.length);
    return word;
  };
  const given = { engine: aws.make, secrets, lock: unlocked, restores: unrestored, tell: () => {} };
  expect(await deploy(target, { ...given, agree: answer(false) })).toMatchObject({ outcome: "aborted", map: "" });
  expect(aws.did).toEqual([]);
  await deploy(target, { ...given, agree: answer(true) });
  await deploy(target, { ...given, agree: answer(false) });
  expect({ asked, did: aws.did }).toEqual({ asked: [4, 4], did: ["apply", "apply"] });
});

test("X08: what AWS would refuse in the midst of a deploy is refused before it, with each resource and what changes of it", async () => {
  const target = targetOf();
  const aws = memoryEngine();
  const change = {
    id: "ServiceBlueTargets",
    of: "AWS::ElasticLoadBalancingV2::TargetGroup",
    will: "collide",
    properties: ["Port"],
  } as const;
  const engine = (tell: Parameters<typeof aws.make>[0]) => ({
    ...aws.make(tell),
    preview: async () => [{ stack: "shop-test-euw1-web", changes: [change], outputs: [] }],
  });
  const { tell, told } = hearing();
  await expect(deploy(target, { engine, secrets, lock: unlocked, restores: unrestored, agree: undefined, tell })).rejects.toMatchObject({
    code: "plan/name-taken",
    fix: expect.stringContaining("services.<name>.port"),
    details: ["shop-test-euw1-web/ServiceBlueTargets (AWS::ElasticLoadBalancingV2::TargetGroup): Port"],
  });
  expect([aws.did, told.map(({ type }) => type)]).toEqual([[], ["changes"]]);
});
