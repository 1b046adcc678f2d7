import { describe, expect, it } from "vitest";
import type { Accounts, Open } from "../../../../assets/functions/rotation/accounts.ts";
import { handle, type Surroundings } from "../../../../assets/functions/rotation/handle.ts";
import { Secrets } from "./secrets.ts";

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
type Step = (typeof steps)[number];

/** A database and a proxy before it, which knows passwords only by its secrets, as RDS Proxy does. */
function system() {
  const secrets = new Secrets({
    master: { username: "sluice", password: "initial" },
    app: { username: "app_1", password: "placeholder" },
    first: { username: "app_1", password: "placeholder" },
    second: { username: "app_2", password: "placeholder" },
  });
  const passwords = new Map([["sluice", "initial"]]);
  const busy = new Set<string>();
  const accounts: Accounts = {
    has: async (user) => passwords.has(user),
    busy: async (user) => busy.has(user),
    putApp: async ({ username, password }) => void passwords.set(username, password),
    changeOwn: async ({ username, password }) => void passwords.set(username, password),
    end: async () => undefined,
  };
  const proxy = { learns: 0 };
  const open: Open = async ({ host }, { username, password }) => {
    if (passwords.get(username) !== password) return undefined;
    if (host === "database") return accounts;
    const known = ["first", "second"].map((secret) => secrets.current(secret));
    const knows = known.some((one) => one?.username === username && one.password === password);
    return knows && proxy.learns-- <= 0 ? accounts : undefined;
  };
  let made = 0;
  const around: Surroundings = {
    store: secrets,
    open,
    database: { host: "database", port: 5432 },
    proxy: { host: "proxy", port: 5432 },
    master: "master",
    users: [
      { name: "app_1", secret: "first" },
      { name: "app_2", secret: "second" },
    ],
    fresh: () => `fresh ${++made}`,
    wait: async () => undefined,
  };
  const step = (secret: string, version: string, Step: Step) =>
    handle({ SecretId: secret, ClientRequestToken: version, Step, RotationToken: "t" }, around);
  const rotate = async (secret: string, version: string): Promise<void> => {
    secrets.begin(secret, version);
    for (const one of steps) await step(secret, version, one);
  };
  const reaches = async (host: string, secret: string) => {
    const credentials = secrets.current(secret);
    return credentials !== undefined && (await open({ host, port: 1 }, credentials)) !== undefined;
  };
  return { around, secrets, passwords, busy, proxy, step, rotate, reaches };
}

it("A10 a rotation right after creation makes the account, and the app reaches the database by the proxy with its secret", async () => {
  const { secrets, rotate, reaches } = system();
  await rotate("app", "v1");
  expect(secrets.current("app")?.username).toBe("app_2");
  expect(await reaches("proxy", "app")).toBe(true);
});

it("A10 no secret that the proxy has is of an account that is not there", async () => {
  const { rotate, reaches } = system();
  await rotate("app", "v1");
  expect([await reaches("proxy", "first"), await reaches("proxy", "second")]).toEqual([true, true]);
});

it("A10 the two accounts take turns, so that what was current before still opens connections through the proxy", async () => {
  const { secrets, rotate, reaches } = system();
  await rotate("app", "v1");
  for (const version of ["v2", "v3", "v4"]) {
    const before = secrets.current("app");
    await rotate("app", version);
    expect(secrets.current("app")?.username).not.toBe(before?.username);
    expect(secrets.current(before?.username === "app_1" ? "first" : "second")).toEqual(before);
    expect([await reaches("proxy", "first"), await reaches("proxy", "second"), await reaches("proxy", "app")]).toEqual([true, true, true]);
  }
});

it("A10 the administrator keeps the name, and what the secret held at its creation is dead", async () => {
  const { secrets, passwords, rotate, reaches } = system();
  await rotate("master", "v1");
  expect(secrets.current("master")?.username).toBe("sluice");
  expect(passwords.get("sluice")).not.toBe("initial");
  expect(await reaches("database", "master")).toBe(true);
  await rotate("app", "v1");
});

describe.each(steps)("%s", (last) => {
  const before = steps.slice(0, steps.indexOf(last));

  it.each(["master", "app"])("A10 of %s may be repeated: the outcome is the same as of once", async (secret) => {
    const { secrets, passwords, step } = system();
    secrets.begin(secret, "v1");
    for (const one of before) await step(secret, "v1", one);
    await step(secret, "v1", last);
    const once = [new Map(passwords), await secrets.describe(secret), await secrets.read(secret, "AWSPENDING")];
    await step(secret, "v1", last);
    expect([new Map(passwords), await secrets.describe(secret), await secrets.read(secret, "AWSPENDING")]).toEqual(once);
  });

  it("A10 does nothing for a version that is current already, and refuses one that is unknown or not pending", async () => {
    const { secrets, passwords, step, rotate } = system();
    await step("app", "first", last);
    expect([...passwords.keys()]).toEqual(["sluice"]);
    await expect(step("app", "v9", last)).rejects.toThrow("no such version");
    await rotate("app", "v1");
    await expect(step("app", "first", last)).rejects.toThrow("not pending");
    secrets.rotates = false;
    await expect(step("app", "v1", last)).rejects.toThrow("not to be rotated");
  });
});

it("A10 until the last step the app's secret is what it was", async () => {
  const { secrets, step } = system();
  const before = secrets.current("app");
  secrets.begin("app", "v1");
  for (const one of steps.slice(0, 3)) await step("app", "v1", one);
  expect(secrets.current("app")).toEqual(before);
});

it("A10 a password is not changed under copies that still work with it: the rotation fails and says what to do", async () => {
  const { secrets, passwords, busy, rotate, step } = system();
  await rotate("app", "v1");
  await rotate("app", "v2");
  busy.add("app_2");
  const before = new Map(passwords);
  await expect(rotate("app", "v3")).rejects.toThrow("copies of the service still work as app_2: start them anew");
  expect(passwords).toEqual(before);
  busy.delete("app_2");
  for (const one of steps) await step("app", "v3", one);
  expect(secrets.current("app")?.username).toBe("app_2");
});

it("A10 a rotation that is repeated after the password was set is not stopped by its own session", async () => {
  const { secrets, busy, step } = system();
  secrets.begin("app", "v1");
  for (const one of ["createSecret", "setSecret", "testSecret"] as const) await step("app", "v1", one);
  busy.add("app_2");
  for (const one of steps) await step("app", "v1", one);
  expect(secrets.current("app")?.username).toBe("app_2");
});

it("A10 new copies are told of a password only once the proxy takes it, for which it has a minute", async () => {
  const late = system();
  late.proxy.learns = 5;
  await late.rotate("app", "v1");
  expect(late.secrets.current("app")?.username).toBe("app_2");
  const never = system();
  never.proxy.learns = 1000;
  await expect(never.rotate("app", "v1")).rejects.toThrow("the proxy refuses the new password");
  expect(never.secrets.current("app")?.username).toBe("app_1");
});

it("A10 what the database refuses is not promoted", async () => {
  const { secrets, passwords, step } = system();
  secrets.begin("app", "v1");
  for (const one of ["createSecret", "setSecret"] as const) await step("app", "v1", one);
  passwords.set("app_2", "changed by somebody");
  await expect(step("app", "v1", "testSecret")).rejects.toThrow("the database refuses the new password");
});

it("A10 without an administrator's password that works, it fails and names no secret value", async () => {
  const { secrets, passwords, step } = system();
  passwords.set("sluice", "changed by somebody");
  secrets.begin("app", "v1");
  await step("app", "v1", "createSecret");
  await expect(step("app", "v1", "setSecret")).rejects.toThrow(/^the database refuses the administrator's password$/);
});

it("A10 an administrator's rotation that was broken off after its password was set hinders nobody", async () => {
  const { secrets, step, rotate } = system();
  secrets.begin("master", "broken");
  for (const one of ["createSecret", "setSecret"] as const) await step("master", "broken", one);
  await rotate("app", "v1");
  for (const one of steps) await step("master", "broken", one);
  expect(secrets.current("master")?.password).toBe("fresh 1");
});

it.each([undefined, {}, { Step: "createSecret" }, { SecretId: "app", ClientRequestToken: "v1", Step: "deleteSecret" }])(
  "A10 %j is no step of a rotation",
  async (event) => {
    await expect(handle(event, system().around)).rejects.toThrow("no step of a rotation");
  },
);
