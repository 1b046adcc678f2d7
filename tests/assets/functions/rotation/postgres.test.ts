import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, type Surroundings } from "../../../../assets/functions/rotation/handle.ts";
import { postgres } from "../../../../assets/functions/rotation/postgres.ts";
import { type Cluster, missing, startCluster } from "./cluster.ts";
import { Secrets } from "./secrets.ts";

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

describe.skipIf(missing)(`a real PostgreSQL${missing ? ` (${missing})` : ""}`, () => {
  let cluster: Cluster;
  let secrets: Secrets;
  let around: Surroundings;
  let turns = 0;

  beforeAll(async () => {
    cluster = await startCluster();
    // As RDS makes a master user: no superuser, and owner of the first database, which here was handed over after it had a table.
    await cluster.ask("CREATE ROLE sluice LOGIN CREATEROLE CREATEDB PASSWORD 'initial'");
    await cluster.ask("GRANT pg_monitor TO sluice");
    await cluster.ask("CREATE DATABASE app");
    await cluster.ask("GRANT CREATE ON SCHEMA public TO sluice", "app");
    await cluster.ask("SET ROLE sluice; CREATE TABLE before_rotations (id int)", "app");
    await cluster.ask("ALTER DATABASE app OWNER TO sluice");
    await cluster.ask("REVOKE CREATE ON SCHEMA public FROM sluice", "app");
    secrets = new Secrets({
      master: { username: "sluice", password: "initial" },
      app: { username: "app_1", password: "placeholder" },
    });
    const address = { host: "127.0.0.1", port: cluster.port };
    around = {
      store: secrets,
      open: postgres("app", false),
      database: address,
      proxy: address,
      master: "master",
      users: [{ name: "app_1" }, { name: "app_2" }],
      fresh: () => `it's "new" ${++turns}`,
      wait: async () => undefined,
    };
  }, 60_000);
  afterAll(() => cluster?.stop());

  async function rotate(secret: string): Promise<void> {
    const version = `v${++turns}`;
    secrets.begin(secret, version);
    for (const Step of steps) await handle({ SecretId: secret, ClientRequestToken: version, Step }, around);
  }

  async function connect(secret: string): Promise<pg.Client> {
    const { username: user, password } = secrets.current(secret) ?? { username: "", password: "" };
    const client = new pg.Client({ host: "127.0.0.1", port: cluster.port, user, password, database: "app" });
    await client.connect();
    return client;
  }

  it("A10 the first rotation works right after creation, and what the secrets held before is dead", async () => {
    const before = secrets.current("master");
    await rotate("master");
    await rotate("app");
    for (const dead of [before, { username: "app_1", password: "placeholder" }])
      expect(await around.open(around.database, dead ?? { username: "", password: "" })).toBeUndefined();
    const app = await connect("app");
    await app.query("ALTER TABLE before_rotations ADD COLUMN more text");
    await app.query("CREATE TABLE made_by_one (id int PRIMARY KEY)");
    await app.end();
  });

  it("A10 a copy that holds the password of before still opens connections after the next rotation, and both use and change the same tables", async () => {
    const older = secrets.current("app");
    await rotate("app");
    const old = await around.open(around.database, older ?? { username: "", password: "" });
    expect(old).toBeDefined();
    await old?.end();
    const newer = await connect("app");
    await newer.query("INSERT INTO made_by_one VALUES (1)");
    await newer.query("ALTER TABLE made_by_one ADD COLUMN more text");
    // A pool cleans a connection so before it hands it on.
    await newer.query("DISCARD ALL");
    await newer.query("CREATE TABLE made_by_two (id int)");
    await newer.end();
    const owners = await cluster.ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", "app");
    expect(owners).toEqual([["app"]]);
  });

  it("A10 what the administrator made before there were rotations belongs to the app as well", async () => {
    const master = await connect("master");
    await master.query("CREATE TABLE from_a_snapshot (id int)");
    await master.end();
    // The session of the last test is over, but it was not long ago.
    await rotate("app");
    const app = await connect("app");
    await app.query("ALTER TABLE from_a_snapshot ADD COLUMN more text");
    await app.end();
  });

  it("A10 a rotation that would lock out copies at work fails instead, and changes nothing", async () => {
    const older = secrets.current("app");
    const atWork = await connect("app");
    await atWork.query("SELECT 1");
    await rotate("app");
    await expect(rotate("app")).rejects.toThrow(`still work as ${older?.username}`);
    await atWork.query("SELECT 1");
    const again = await around.open(around.database, older ?? { username: "", password: "" });
    expect(again).toBeDefined();
    await again?.end();
    await atWork.end();
  });

  it("A10 the administrator's new password is taken on even where a rotation of it was broken off after it was set", async () => {
    secrets.begin("master", "broken");
    for (const Step of ["createSecret", "setSecret"]) await handle({ SecretId: "master", ClientRequestToken: "broken", Step }, around);
    await rotate("app");
    for (const Step of steps) await handle({ SecretId: "master", ClientRequestToken: "broken", Step }, around);
    await (await connect("master")).end();
  });
});
