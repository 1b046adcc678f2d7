import { expect, test } from "vitest";
import { checkSecrets, secretsNamed, setSecret } from "../../lib/actions/secret.ts";
import { secretsOf } from "../../lib/actions/secrets-of.ts";
import { configOf, memorySecrets, targetOf } from "./aws-target.ts";

const arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/hub-AbCdEf";

test("D07: a parameter is needed in every region of the environment, a secret where its ARN says", () => {
  const { config, plan } = targetOf(configOf({ delivery: { dockerHub: { username: "/shop/user", token: arn } } }));
  const there = plan.stacks.map((stack) => ({ ...stack, region: "eu-central-1" }));
  const places = secretsOf(config, { ...plan, stacks: [...plan.stacks, ...there] });
  expect(places.map(({ name, references }) => [name, references.map((one) => `${one.kind} ${one.account} ${one.region}`)])).toEqual([
    ["dockerHub.username", ["parameter 111111111111 eu-west-1", "parameter 111111111111 eu-central-1"]],
    ["dockerHub.token", ["secret 111111111111 eu-west-1"]],
  ]);
});

test("D07: set writes the value in every place, and check finds it there", async () => {
  const store = memorySecrets();
  const target = targetOf();
  const before = await checkSecrets(target, async () => store);
  expect(before.map(({ name, is }) => `${name} ${is}`)).toEqual(["dockerHub.username missing", "dockerHub.token missing"]);
  const [secret] = secretsNamed(target, "dockerHub.token");
  if (!secret) throw new Error("not named");
  await setSecret(secret, async () => store, { value: "hunter2" });
  expect(store.values.get("/shop/token eu-west-1")).toBe("hunter2");
  expect(await checkSecrets(target, async () => store, "dockerHub.token")).toMatchObject([{ is: "there", region: "eu-west-1" }]);
});

test("D07: an empty value is refused before anything is written", async () => {
  const store = memorySecrets();
  const [secret] = secretsNamed(targetOf());
  if (!secret) throw new Error("not named");
  await expect(setSecret(secret, async () => store, { value: "" })).rejects.toMatchObject({ code: "usage/invalid" });
  expect(store.values.size).toBe(0);
});

test("A17: a secret that the configuration does not name is refused with those that it does", () => {
  expect(() => secretsNamed(targetOf(), "dockerhub")).toThrow('the configuration names no secret "dockerhub"');
  expect(() => secretsNamed(targetOf(configOf({ delivery: {} })), "x")).toThrow(
    expect.objectContaining({ fix: expect.stringContaining("none") }),
  );
});
