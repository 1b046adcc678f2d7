import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { deploy } from "../../../lib/actions/deploy.ts";
import { restoresBy } from "../../../lib/actions/restore/restores.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Snapshot } from "../../../lib/ports/snapshots.ts";
import { memoryEngine, memorySecrets, unlocked } from "../aws-target.ts";
import { databaseOf, notes, restored, type Scene, scene } from "./scene.ts";

const snapshotOf = (change: Partial<Snapshot> = {}): Snapshot => {
  const { host: _host, ...stored } = databaseOf();
  return {
    ...stored,
    id: "orders-2026-11-20",
    arn: "arn:aws:rds:us-east-1:444455556666:snapshot:orders-2026-11-20",
    of: "orders-development-use1-database",
    percent: 100,
    takenAt: undefined,
    keyArn: "arn:aws:kms:us-east-1:444455556666:key/production",
    ...change,
  };
};

const named = { snapshot: { identifier: "orders-2026-11-20", bring: false } };

/** A scene in which production has a snapshot. */
function having(change: Partial<Snapshot> = {}, migration: object = named): Scene {
  const made = scene(migration);
  const one = snapshotOf(change);
  made.production.snapshots.set(one.id, one);
  return made;
}

describe("B08 the deploy that restores the database brings its snapshot", () => {
  it("B08: takes it in the account of the source by the role there, lets this one copy it, copies it under the own key, and ends that", async () => {
    const here = scene();
    const restoring = await here.restores();
    expect([here.development.did, here.production.did]).toEqual([[], []]);
    await restoring?.bring();
    expect(here.development.did).toEqual([
      "take orders-2026-11-20 of orders-development-use1-database",
      "share orders-2026-11-20 with 444455556666",
      "end the sharing of orders-2026-11-20 with 444455556666",
    ]);
    expect(here.production.did).toEqual([
      "copy arn:aws:rds:us-east-1:111122223333:snapshot:orders-2026-11-20 to orders-2026-11-20 under alias/orders-production-use1-data",
    ]);
    expect(here.production.snapshots.get("orders-2026-11-20")).toMatchObject({
      status: "available",
      keyArn: "arn:aws:kms:us-east-1:444455556666:key/production",
    });
    const role = "arn:aws:iam::111122223333:role/orders-development-use1-snapshots";
    const once = ["444455556666", role, "closed 111122223333", "closed 444455556666"];
    expect(here.opened).toEqual([...once, ...once]);
  });

  it("B08: tells before anybody agrees what it will do, and then how far it is, each once", async () => {
    const here = scene();
    const restoring = await here.restores();
    const before =
      "the database begins with a snapshot of orders-development-use1-database in 111122223333, which this deploy brings here as orders-2026-11-20";
    expect(notes(here)).toEqual([before]);
    await restoring?.bring();
    const said = (percent: number) => `the snapshot orders-2026-11-20: creating, ${percent} %`;
    expect(notes(here)).toEqual([before, said(0), said(40), said(80), said(0), said(40), said(80)]);
    expect(here.told).toContainEqual({ type: "stack", stack: here.restore.stack, is: "started" });
  });

  it("B08: one that the source's account has already is copied and not taken, and one that is here is left as it is", async () => {
    const here = scene();
    const there = { arn: "arn:aws:rds:us-east-1:111122223333:snapshot:orders-2026-11-20", keyArn: databaseOf().keyArn };
    here.development.snapshots.set("orders-2026-11-20", snapshotOf(there));
    await (await here.restores())?.bring();
    expect(here.development.did.filter((one) => one.startsWith("take"))).toEqual([]);
    expect(here.production.did).toHaveLength(1);
    await (await here.restores())?.bring();
    expect(here.production.did).toHaveLength(1);
    expect(notes(here).at(-1)).toMatch(/^the database begins with the snapshot orders-2026-11-20 of orders-development-use1-database/);
  });

  it("B08: in one account it has two names, nobody takes a role on, and nothing is shared", async () => {
    const together = (account: string) => (config: Scene["config"]) => ({
      ...config,
      environments: config.environments.map((one) => ({ ...one, account })),
    });
    const here = scene({}, together("444455556666"));
    for (const [id, one] of here.development.databases) here.production.databases.set(id, one);
    await (await here.restores())?.bring();
    expect(here.production.did).toEqual([
      "take orders-2026-11-20-source of orders-development-use1-database",
      "copy arn:aws:rds:us-east-1:444455556666:snapshot:orders-2026-11-20-source to orders-2026-11-20 under alias/orders-production-use1-data",
    ]);
  });

  it("B08: a snapshot that AWS could not make, or a key that may not be used, ends it with what to do", async () => {
    const here = scene();
    const restoring = await here.restores((one) => ({ ...one, share: async () => {} }));
    await expect(restoring?.bring()).rejects.toMatchObject({
      code: "snapshot/failed",
      message: expect.stringContaining("is not shared with 444455556666"),
      fix: expect.stringMatching(/^deploy development first, whose key then lets 444455556666 copy/),
    });
    here.development.snapshots.set("orders-2026-11-20", snapshotOf({ status: "failed", keyArn: databaseOf().keyArn }));
    await expect(restoring?.bring()).rejects.toMatchObject({
      code: "snapshot/failed",
      fix: "delete orders-2026-11-20 in 111122223333, and deploy again",
    });
  });
});

describe("B08 a snapshot is used once", () => {
  it("B08: of a database that is there nobody looks for its snapshot, whatever the configuration now says", async () => {
    const here = scene();
    const asked: string[] = [];
    const restores = restoresBy(async ({ account }) => {
      asked.push(account);
      throw new Error("asked");
    });
    const changes = [
      {
        stack: here.restore.stack,
        changes: [{ id: here.restore.resource, of: "AWS::RDS::DBInstance", will: "update", properties: [] }],
        outputs: [],
      },
    ] as const;
    for (const none of [[], changes]) expect(await restores(here.target, none, () => {})).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe("B08 a snapshot is checked before the restore", () => {
  it("B08: one that is not there is refused, with the newest five that are", async () => {
    const here = scene(named);
    for (let day = 1; day <= 6; day++) here.production.snapshots.set(`orders-${day}`, snapshotOf({ id: `orders-${day}` }));
    await expect(here.restores()).rejects.toMatchObject({
      code: "snapshot/missing",
      message: "there is no snapshot orders-2026-11-20 in us-east-1 of 444455556666",
      fix: expect.stringContaining("environments.production.migration.snapshot.identifier"),
      details: [6, 5, 4, 3, 2].map((day) => `there is orders-${day}`),
    });
  });

  it.each<[string, Partial<Snapshot>, string, string]>([
    ["engine", { engine: "postgres" }, 'its engine is postgres, and database.engine is "mysql"', "take one of mysql"],
    ["version", { version: "8.4.10" }, "its version is 8.4.10", 'write database.version: "8.4.10"'],
    ["release", { version: "8.0.40" }, "its version is 8.0.40", 'write database.version: "8.0.40"'],
    ["size", { storage: 200 }, "it has 200 GiB, and database.storage is 100", "write database.storage: 200"],
    ["administrator", { user: "admin" }, 'its administrator is admin, and database.user is "sluice"', 'write database.user: "admin"'],
    ["encryption", { keyArn: undefined }, "it is not encrypted", "--kms-key-id alias/orders-production-use1-data"],
    [
      "key",
      { keyArn: "arn:aws:kms:us-east-1:444455556666:key/rds" },
      "it lies under the key arn:aws:kms:us-east-1:444455556666:key/rds",
      "--kms-key-id alias/orders-production-use1-data",
    ],
    ["status", { status: "creating" }, "its status is creating", "wait until it is available"],
    ["failure", { status: "failed" }, "its status is failed", "name another"],
  ])("B08, B10: one of the wrong %s is refused, with what to do", async (_what, change, because, fix) => {
    await expect(having(change).restores()).rejects.toMatchObject({
      code: "snapshot/unfit",
      message: expect.stringContaining(because),
      fix: expect.stringContaining(fix),
    });
  });

  it("B08, A17: all that is wrong with one is told at once", async () => {
    await expect(having({ version: "8.0.40", storage: 200, keyArn: undefined }).restores()).rejects.toMatchObject({
      message: 'the snapshot orders-2026-11-20 cannot become the database of "production": 3 things stand in the way',
      details: [expect.stringContaining("8.0.40"), expect.stringContaining("200 GiB"), expect.stringContaining("not encrypted")],
    });
  });

  it.each(["8.4.9", "8.4.3"])("B08: an older one of the same release is upgraded by RDS: %s", async (version) => {
    const here = having({ version, takenAt: scene().clock.now() });
    await here.clock.wait(duration(90_000));
    expect(await here.restores()).toBeDefined();
    expect(notes(here)).toEqual([
      "the database begins with the snapshot orders-2026-11-20 of orders-development-use1-database, taken 1 min 30 s ago",
    ]);
  });
});

describe("B08 the source is checked before anything is taken of it", () => {
  it.each<[string, (here: Scene) => void, object]>([
    [
      "that is not there",
      ({ development }) => development.databases.clear(),
      { code: "snapshot/missing", fix: "deploy it with: sluice deploy development" },
    ],
    [
      "that is busy",
      ({ development }) => development.databases.set(databaseOf().id, databaseOf({ status: "modifying" })),
      { message: expect.stringContaining("it is modifying"), fix: "deploy again once it is available" },
    ],
    [
      "under a key that AWS keeps",
      ({ development }) => development.databases.set(databaseOf().id, databaseOf({ keyArn: "arn:aws:kms:us-east-1:111122223333:key/rds" })),
      { message: expect.stringContaining("only what lies under alias/orders-development-use1-data can be copied") },
    ],
    [
      "of another engine",
      ({ development }) => development.databases.set(databaseOf().id, databaseOf({ engine: "postgres" })),
      { message: expect.stringContaining("its engine is postgres") },
    ],
    [
      "whose name another one's snapshot has",
      ({ development }) => development.snapshots.set("orders-2026-11-20", snapshotOf({ of: "payroll", keyArn: databaseOf().keyArn })),
      { message: expect.stringContaining("it is of payroll, and not of orders-development-use1-database") },
    ],
    [
      "whose name another one's snapshot has here",
      ({ production }) => production.snapshots.set("orders-2026-11-20", snapshotOf({ of: "payroll" })),
      { message: expect.stringContaining("it is of payroll, and not of orders-development-use1-database") },
    ],
    [
      "whose snapshot would have no key to lie under here",
      ({ production }) => production.keys.clear(),
      { code: "snapshot/unfit", fix: 'deploy production in the phase "initial" first, which makes it' },
    ],
  ])("B08: one %s is refused, and nothing is done", async (_what, spoil, told) => {
    const here = scene();
    spoil(here);
    await expect(here.restores()).rejects.toMatchObject(told);
    expect([...here.development.did, ...here.production.did]).toEqual([]);
  });

  it("B08: one that the service does not use is refused; a proxy's address, or one of your own, says nothing of it", async () => {
    const source = (host: string) => ({ source: { environment: "development", host, cidr: "10.50.0.0/16" } });
    await expect(scene(source("orders-dev.abcdefghijkl.us-east-1.rds.amazonaws.com")).restores()).rejects.toMatchObject({
      message:
        'the service of "production" uses the database orders-dev, and the snapshot would be of orders-development-use1-database, that of "development"',
    });
    for (const host of ["orders.proxy-abcdefghijkl.us-east-1.rds.amazonaws.com", "database.example.com"])
      expect(await scene(source(host)).restores()).toBeDefined();
  });
});

describe("B08 what was restored is looked at", () => {
  const verified = async (change: Parameters<typeof restored>[1]) => {
    const here = having();
    const restoring = await here.restores();
    restored(here, change);
    await restoring?.verify();
    return notes(here).at(-1);
  };

  it("B08: until AWS works on it no more, and then told with its address and key", async () => {
    const here = having();
    restored(here, { status: "configuring-enhanced-monitoring" });
    const looks: string[] = [];
    const looking = await here.restores((one) => ({
      ...one,
      database: async (id) => {
        looks.push(id);
        if (looks.length === 3) restored(here);
        return await one.database(id);
      },
    }));
    await looking?.verify();
    expect(looks).toHaveLength(3);
    expect(notes(here).slice(-2)).toEqual([
      "orders-production-use1-database is configuring-enhanced-monitoring",
      "orders-production-use1-database is restored: mysql 8.4.9 at orders-production-use1-database.abcdefghijkl.us-east-1.rds.amazonaws.com, under alias/orders-production-use1-data",
    ]);
  });

  it.each([
    [{ status: "incompatible-restore" }, "is incompatible-restore"],
    [{ engine: "mariadb" }, "is of the engine mariadb"],
    [{ keyArn: undefined }, "is not encrypted"],
    [{ keyArn: "arn:aws:kms:us-east-1:444455556666:key/other" }, "is under the key arn:aws:kms:us-east-1:444455556666:key/other"],
    [{ host: undefined }, "is without an address"],
  ])("B08, B10: %j is not what the plan says", async (change, words) => {
    await expect(verified(change)).rejects.toMatchObject({ code: "database/unfit", message: expect.stringContaining(words) });
  });
});

it("B08: while AWS only orders its storage, a snapshot of a database is taken, and one that was restored is well", async () => {
  const here = scene();
  const status = "storage-optimization";
  here.development.databases.set("orders-development-use1-database", databaseOf({ status }));
  const restoring = await here.restores();
  await restoring?.bring();
  restored(here, { status });
  await restoring?.verify();
  expect(notes(here).at(-1)).toContain("is restored");
});

it("B08: a named snapshot may come under a key that the database's deploy makes", async () => {
  const here = having();
  here.production.keys.clear();
  expect(await here.restores()).toBeDefined();
});

it("B08: a deploy looks before it asks, brings before AWS restores, and looks at what was restored once its map is written", async () => {
  const here = scene();
  const folder = mkdtempSync(path.join(tmpdir(), "test-restore-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const aws = memoryEngine();
  const order: string[] = [];
  const { map } = await deploy(
    { ...here.target, folder },
    {
      engine: (tell) => {
        const engine = aws.make(tell);
        return {
          ...engine,
          apply: async (plan) => {
            order.push(`apply after ${here.production.snapshots.get("orders-2026-11-20")?.status}`);
            restored(here);
            return await engine.apply(plan);
          },
        };
      },
      secrets: async () => memorySecrets(),
      lock: unlocked,
      restores: async () => await here.restores(),
      agree: async () => {
        order.push(`asked after ${notes(here).length} note`);
        return true;
      },
      tell: () => {},
    },
  );
  expect(order).toEqual(["asked after 1 note", "apply after available"]);
  expect(map).toContain(folder);
  expect(notes(here).at(-1)).toMatch(/is restored/);
});
