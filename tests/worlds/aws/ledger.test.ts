import { createHash, randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instant } from "../../../lib/base/time.ts";
import type { Draft } from "../../../lib/ports/ledger.ts";
import { tableLedger } from "../../../lib/worlds/aws/ledger.ts";
import { ledgerContract } from "../../contracts/ledger.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { plan } from "./environment.ts";
import { tableOfItems } from "./table.ts";
import { ledgerTable } from "./tables.ts";

const living = { name: "sluice", host: "here", pid: 1, started: "1" };
const environment = "production";

const keysOf = ({ AttributeDefinitions, KeySchema }: CreateTableCommandInput) => ({ AttributeDefinitions, KeySchema });

it("X05 the table that the tests make has the keys of the plan's", () => {
  const table = plan.stacks.flatMap(({ resources }) => resources.filter(({ type }) => type === "AWS::DynamoDB::Table"));
  const keys = { properties: keysOf(ledgerTable("releases")) };
  // The ledger of releases, and that of recoveries in the region that they move to.
  expect(table).toMatchObject([keys, keys]);
});

ledgerContract("a table, answered by a fake", async () => {
  const given = { client: tableOfItems(2), table: "releases", environment };
  const open = () => tableLedger({ ...given, isGone: async ({ host, pid }) => host === "here" && pid === 2 });
  return { one: open(), other: open(), living, dead: { ...living, pid: 2 }, close: async () => {} };
});

it("X05 X06 what one has written another reads at once: a request to roll back, or that somebody else is in charge", async () => {
  const client = tableOfItems();
  const [one, other] = [1, 2].map(() => tableLedger({ client, table: "releases", environment, isGone: async () => false }));
  const draft: Draft = { release: "r-1", step: "", attempt: 1, at: instant(0), holder: living, kind: "asked", body: {} };
  await one?.append(0, draft);
  expect((await other?.read())?.map(({ kind }) => kind)).toEqual(["asked"]);
});

/** Three entries in a table of the fake, which takes whatever is put without a condition. */
async function threeEntries() {
  const client = tableOfItems(10);
  const open = () => tableLedger({ client, table: "releases", environment, isGone: async () => false });
  const ledger = open();
  const draft: Draft = { release: "r-1", step: "", attempt: 1, at: instant(0), holder: living, kind: "asked", body: {} };
  for (const position of [0, 1, 2]) await ledger.append(position, draft);
  const tamper = (position: number, entry: object) =>
    client.send(
      new PutItemCommand({
        TableName: "releases",
        Item: { environment: { S: environment }, position: { N: String(position) }, entry: { S: JSON.stringify(entry) } },
      }),
    );
  const queries: string[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        queries.push(commandName ?? "");
        return next(args);
      },
    { step: "initialize", name: "count", priority: "high" },
  );
  return { open, ledger, tamper, queries, entries: await ledger.read() };
}

it("X05 whoever has read a ledger is told when its newest entry was changed since, or what follows is not bound to it", async () => {
  const { ledger, open, tamper, entries } = await threeEntries();
  const [, , newest] = entries;
  await tamper(3, { ...newest, position: 3, prevHash: "0".repeat(64) });
  const unbound = { code: "ledger/corrupt", message: expect.stringContaining("position 3 of") };
  await expect(ledger.read()).rejects.toMatchObject(unbound);
  await expect(open().read()).rejects.toMatchObject(unbound);
  const second = await threeEntries();
  await second.tamper(2, { ...newest, kind: "held" });
  const changed = { code: "ledger/corrupt", message: expect.stringMatching(/^position 2 of .* is not what was read before/) };
  await expect(second.ledger.read()).rejects.toMatchObject(changed);
});

it("X05 an entry that stands at another position than it says is refused, and so is one that begins nowhere", async () => {
  const { open, tamper, entries } = await threeEntries();
  await tamper(2, { ...entries[2], position: 7 });
  await expect(open().read()).rejects.toMatchObject({ message: expect.stringMatching(/^position 2 of .* it says position 7/) });
  await tamper(2, { v: 1, position: 2 });
  await expect(open().read()).rejects.toMatchObject({ message: expect.stringMatching(/^position 2 of .* it is not an entry/) });
  const moved = await threeEntries();
  const follows = createHash("sha256").update(JSON.stringify(moved.entries[2])).digest("hex");
  await moved.tamper(9, { ...moved.entries[2], position: 3, prevHash: follows });
  await expect(moved.ledger.read()).rejects.toMatchObject({ code: "ledger/corrupt" });
  const other = await threeEntries();
  let prevHash = "1".repeat(64);
  for (const position of [0, 1, 2]) {
    const entry = { ...entries[position], prevHash };
    await other.tamper(position, entry);
    prevHash = createHash("sha256").update(JSON.stringify(entry)).digest("hex");
  }
  await expect(other.open().read()).rejects.toMatchObject({ message: expect.stringMatching(/^position 0 of .* does not follow/) });
  const client = tableOfItems();
  const later = JSON.stringify({ ...entries[1], prevHash: "0".repeat(64) });
  await client.send(
    new PutItemCommand({ TableName: "releases", Item: { environment: { S: environment }, position: { N: "1" }, entry: { S: later } } }),
  );
  const cut = tableLedger({ client, table: "releases", environment, isGone: async () => false });
  await expect(cut.read()).rejects.toMatchObject({ message: expect.stringMatching(/^position 0 of .* it is not there/) });
});

it("X05 what was read once is not read again, however far back it was and whoever reads beside", async () => {
  const { open, queries } = await threeEntries();
  const calls = async (work: () => Promise<unknown>): Promise<number> => {
    const before = queries.length;
    await work();
    return queries.length - before;
  };
  const ledger = open();
  expect(await calls(() => ledger.read(() => true))).toBe(1);
  // The newest again, and what is before it; then the newest alone.
  expect(await calls(() => ledger.read())).toBe(2);
  expect(await calls(() => ledger.read())).toBe(1);
  const beside = open();
  await Promise.all([beside.read(), beside.read(() => true)]);
  expect(await calls(() => beside.read())).toBe(1);
});

const skip = whyNo("ministack");
describe.skipIf(skip !== undefined)(`a ledger in DynamoDB${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  let client: DynamoDBClient;
  beforeAll(async () => {
    server = await emulator("ministack");
    client = new DynamoDBClient({ region, credentials, endpoint: server.url });
  }, 90_000);
  afterAll(async () => {
    client.destroy();
    await server?.close();
  });

  let table = "";
  const open = (using = client) =>
    tableLedger({ client: using, table, environment, isGone: async ({ host, pid }) => host === "here" && pid === 2 });

  const fresh = async () => {
    table = `releases-${randomUUID()}`;
    await client.send(new CreateTableCommand(ledgerTable(table)));
    return async () => {
      await client.send(new DeleteTableCommand({ TableName: table }));
    };
  };

  ledgerContract("DynamoDB", async () => {
    const close = await fresh();
    return { one: open(), other: open(), living, dead: { ...living, pid: 2 }, close };
  });

  const draft = (kind: string, body: unknown = {}): Draft => ({
    release: "r-1",
    step: "",
    attempt: 1,
    at: instant(1_700_000_000_000),
    holder: living,
    kind,
    body,
  });

  const withTable = (name: string, test: () => Promise<void>) =>
    it(name, async () => {
      const close = await fresh();
      try {
        await test();
      } finally {
        await close();
      }
    });

  withTable("X05 reads a ledger of more than one page, and goes on from where it was", async () => {
    const [writer, reader] = [open(), open()];
    const long = "x".repeat(300_000);
    for (const position of [0, 1, 2, 3, 4]) await writer.append(position, draft(`entry-${position}`, { long }));
    expect((await reader.read()).map(({ kind }) => kind)).toEqual(["entry-0", "entry-1", "entry-2", "entry-3", "entry-4"]);
    await writer.append(5, draft("entry-5"));
    expect(await reader.read()).toHaveLength(6);
  });

  withTable("X05 an append whose answer was lost is not taken for somebody else's", async () => {
    const lossy = new DynamoDBClient({ region, credentials, endpoint: server?.url ?? "" });
    let lost = false;
    lossy.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName !== "PutItemCommand" || lost) return answer;
          lost = true;
          throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
        },
      { step: "deserialize", priority: "high" },
    );
    expect(await open(lossy).append(0, draft("first"))).toEqual({ is: "appended", position: 0, room: "ok" });
    expect(lost).toBe(true);
    expect(await open().read()).toHaveLength(1);
    lossy.destroy();
  });

  withTable("X06 environments that share a table know nothing of each other", async () => {
    const other = tableLedger({ client, table, environment: "staging", isGone: async () => false });
    await open().append(0, draft("first"));
    expect(await other.read()).toEqual([]);
    expect(await other.append(0, draft("first"))).toMatchObject({ is: "appended" });
  });

  const key = (position: number) => ({ environment: { S: environment }, position: { N: String(position) } });
  const three = async () => {
    const ledger = open();
    for (const position of [0, 1, 2]) await ledger.append(position, draft(`entry-${position}`));
    return ledger;
  };

  withTable("X05 refuses a ledger of which an entry was changed or taken away, naming the position", async () => {
    const known = await three();
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key(1),
        UpdateExpression: "SET #entry = :entry",
        ExpressionAttributeNames: { "#entry": "entry" },
        ExpressionAttributeValues: { ":entry": { S: JSON.stringify({ ...(await known.read())[1], kind: "other" }) } },
      }),
    );
    const restored = `--source-table-name ${table} --target-table-name ${table}-before --restore-date-time TIME`;
    await expect(open().read()).rejects.toMatchObject({
      code: "ledger/corrupt",
      message: expect.stringContaining("position 2 of"),
      fix: expect.stringContaining(`aws dynamodb restore-table-to-point-in-time ${restored}`),
    });
    await client.send(new DeleteItemCommand({ TableName: table, Key: key(1) }));
    await expect(open().read()).rejects.toMatchObject({ code: "ledger/corrupt", message: expect.stringContaining("position 1 of") });
    await client.send(new DeleteItemCommand({ TableName: table, Key: key(2) }));
    await expect(known.read()).rejects.toMatchObject({ code: "ledger/corrupt" });
  });

  withTable("X05 refuses a ledger of a newer version", async () => {
    const entry = JSON.stringify({ v: 2, position: 0 });
    await client.send(new PutItemCommand({ TableName: table, Item: { ...key(0), entry: { S: entry } } }));
    await expect(open().read()).rejects.toMatchObject({
      code: "ledger/version",
      message: expect.stringMatching(/^position 0 of "production" in the table releases-\S+ has version 2;/),
      fix: expect.stringContaining("sluice --version"),
    });
  });

  it("X04 a ledger that was deleted by hand is told as gone, with the command that says how it comes back: a deploy would make an empty one, or none", async () => {
    table = "nowhere";
    const gone = {
      code: "world/changed",
      message: expect.stringMatching(/^the ledger nowhere is not there: somebody deleted it, or .* another account$/),
      fix: expect.stringContaining("sluice doctor production"),
    };
    await expect(open().read()).rejects.toMatchObject(gone);
    // Whoever has read it before writes without reading again.
    await expect(open().append(0, draft("held"))).rejects.toMatchObject(gone);
  });
});
