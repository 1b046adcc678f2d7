import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DynamoDBClient, PutItemCommand, QueryCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMap, readNewestMap, readOwnMap, writeMap } from "../../lib/actions/environment-map.ts";
import { keepMap, plannedLedger } from "../../lib/actions/kept-map.ts";
import { openTarget } from "../../lib/actions/target.ts";
import { instant } from "../../lib/base/time.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { keptMap } from "../../lib/worlds/aws/kept-map.ts";
import { tableLedger } from "../../lib/worlds/aws/ledger.ts";
import { said } from "../cli/said.ts";
import { credentials, region } from "../worlds/aws/credentials.ts";
import { faked, on } from "../worlds/aws/fake.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { jsonError } from "../worlds/aws/replies.ts";
import { tableOfItems } from "../worlds/aws/table.ts";
import { environmentOf, json, openWire, type Wire } from "../worlds/aws/wire.ts";
import { configOf, targetOf } from "./aws-target.ts";

const map = (address: string): EnvironmentMap => ({
  v: 1,
  environment: "test",
  stacks: [{ part: "base", name: "shop-test-euw1-base", account: "111111111111", region: "eu-west-1", outputs: { Address: address } }],
});

describe("the map of an environment beside its ledger", () => {
  const of = (client: DynamoDBClient) => ({ client, table: "releases", environment: "test" });

  it("X04 the last deploy's map is read from anywhere, and after a destroy there is none", async () => {
    const kept = keptMap(of(tableOfItems()));
    expect(await kept.read()).toBeUndefined();
    for (const address of ["one", "two"]) {
      expect(await kept.keep(map(address))).toBe(true);
      expect(await kept.read()).toEqual(map(address));
    }
    expect(await kept.keep(undefined)).toBe(true);
    expect(await kept.read()).toBeUndefined();
  });

  it("X04 it is no entry of a ledger, and no ledger holds a map", async () => {
    const client = tableOfItems();
    const ledger = tableLedger({ ...of(client), isGone: async () => false });
    await keptMap(of(client)).keep(map("one"));
    expect(await ledger.read()).toEqual([]);
    const holder = { name: "ana", host: "here", pid: 1, started: "1" };
    await ledger.append(0, { release: "r-1", step: "", attempt: 1, at: instant(0), holder, kind: "held", body: { until: 1 } });
    expect(await keptMap(of(client)).read()).toEqual(map("one"));
    expect(await keptMap({ ...of(client), environment: "other" }).read()).toBeUndefined();
  });

  it("X04 before the ledger's table is there nothing is kept and none is read; a newer form is refused", async () => {
    const gone = () => {
      throw new ResourceNotFoundException({ message: "Requested resource not found", $metadata: {} });
    };
    const kept = keptMap(of(faked(new DynamoDBClient({ region, credentials }), on(PutItemCommand, gone), on(QueryCommand, gone))));
    expect([await kept.keep(map("one")), await kept.read()]).toEqual([false, undefined]);
    const newer = { environment: { S: "test#map" }, position: { N: "0" }, map: { S: '{"v":2}' } };
    const later = keptMap(
      of(
        faked(
          new DynamoDBClient({ region, credentials }),
          on(QueryCommand, () => ({ Items: [newer] })),
        ),
      ),
    );
    await expect(later.read()).rejects.toMatchObject({ code: "ledger/version" });
  });
});

describe("a machine that deployed nothing", () => {
  const environment = processEnvironment();
  let wire: Wire;
  beforeEach(async () => {
    wire = await openWire();
    environment(environmentOf(wire.url));
  });
  afterEach(() => wire.close());

  const project = () => {
    const target = targetOf();
    writeFileSync(path.join(target.folder, "sluice.config.json"), JSON.stringify(configOf()));
    return target;
  };
  const answer = (found: EnvironmentMap) =>
    json({ Items: [{ environment: { S: "test#map" }, position: { N: "0" }, map: { S: JSON.stringify(found) } }] });

  it("X04 takes the map from beside the ledger that the plan names, each time anew", async () => {
    const { folder, plan } = project();
    wire.say("dynamodb Query", answer(map("one")));
    expect(await readMap({ folder, environment: "test" })).toEqual(map("one"));
    wire.say("dynamodb Query", answer(map("two")));
    expect(await readMap({ folder, environment: "test" })).toEqual(map("two"));
    expect(existsSync(path.join(folder, ".sluice"))).toBe(false);
    const [ledger] = plannedLedger(plan)?.stacks ?? [];
    const asked = wire.calls.map(({ region: where, body }) => [where, JSON.parse(body).TableName]);
    expect(asked).toEqual(Array(2).fill([ledger?.region, ledger?.outputs.LedgerTable]));
  });

  it("X04 finds it by the configuration that was named, where that is not in the project's folder", async () => {
    const { folder } = targetOf();
    const config = path.join(project().folder, "sluice.config.json");
    wire.say("dynamodb Query", answer(map("one")));
    expect(await readMap({ folder, environment: "test", config })).toEqual(map("one"));
    await expect(readMap({ folder, environment: "test" })).rejects.toMatchObject({ code: "release/none" });
    // A release and a move take it too, and find in the map nothing that they could act on.
    for (const command of [
      ["release", "--version", "1"],
      ["failover", "--dry-run"],
    ]) {
      const { err } = await said([...command, "test", "--project", folder, "--config", config]);
      expect(err).toContain("(world/unsupported)");
    }
  });

  it("X04 one that did has its own, and asks nobody", async () => {
    const { folder } = project();
    await writeMap(folder, map("here"));
    expect(await readMap({ folder, environment: "test" })).toEqual(map("here"));
    expect(await readOwnMap(folder, "test")).toEqual(map("here"));
    expect(wire.calls).toEqual([]);
  });

  describe("and acts on it", () => {
    const ledgerStack = {
      part: "ledger",
      name: "ledger",
      account: "111111111111",
      region: "eu-west-1",
      outputs: { LedgerTable: "releases" },
    };
    const mapAt = (address: string, at?: number): EnvironmentMap => {
      const { stacks, ...rest } = map(address);
      return { ...rest, stacks: [...stacks, ledgerStack], ...(at !== undefined && { at: instant(at) }) };
    };
    const acting = async (here: EnvironmentMap, kept: EnvironmentMap) => {
      const { folder } = project();
      await writeMap(folder, here);
      wire.say("dynamodb Query", answer(kept));
      const notes: string[] = [];
      return {
        found: await readNewestMap({ folder, environment: "test" }, (text) => notes.push(text)),
        notes,
        left: await readOwnMap(folder, "test"),
      };
    };

    it.each([undefined, 500])("X04 takes the map of a deploy from elsewhere since, says so, and keeps it: its own is of %s", async (at) => {
      const newer = mapAt("elsewhere", 1_000);
      const { found, notes, left } = await acting(mapAt("here", at), newer);
      expect([found, left]).toEqual([newer, newer]);
      expect(notes).toEqual([expect.stringContaining("test was deployed from elsewhere at 1970-01-01T00:00:01.000Z")]);
      expect(wire.calls).toHaveLength(1);
    });

    it.each([undefined, 500, 1_000])("X04 stays with its own where that is as new: the kept one is of %s", async (at) => {
      const own = mapAt("here", 1_000);
      expect(await acting(own, mapAt("elsewhere", at))).toEqual({ found: own, notes: [], left: own });
    });

    it("X04 asks once where it has none of its own, and keeps none", async () => {
      const { folder } = project();
      wire.say("dynamodb Query", answer(mapAt("elsewhere", 1_000)));
      expect(await readNewestMap({ folder, environment: "test" }, () => {})).toEqual(mapAt("elsewhere", 1_000));
      expect(wire.calls).toHaveLength(1);
      expect(await readOwnMap(folder, "test")).toBeUndefined();
    });

    it("X04 says where nobody could look, and goes on by its own", async () => {
      const { folder } = project();
      await writeMap(folder, mapAt("here"));
      wire.say("dynamodb Query", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:Query"));
      const notes: string[] = [];
      expect(await readNewestMap({ folder, environment: "test" }, (text) => notes.push(text))).toEqual(mapAt("here"));
      expect(notes).toEqual([expect.stringMatching(/^nobody knows whether test was deployed from elsewhere since: .*dynamodb:Query/)]);
    });

    it("X10 does not go on by its own without credentials, with which nothing else is to be had", async () => {
      const { folder } = project();
      await writeMap(folder, mapAt("here"));
      wire.say("dynamodb Query", jsonError("ExpiredTokenException", "the security token has expired"));
      await expect(readNewestMap({ folder, environment: "test" }, () => {})).rejects.toMatchObject({ code: "engine/no-credentials" });
    });

    it("X04 asks nobody where the deployed environment has no ledger", async () => {
      const { folder } = project();
      await writeMap(folder, map("here"));
      expect(await readNewestMap({ folder, environment: "test" }, () => {})).toEqual(map("here"));
      expect(wire.calls).toEqual([]);
    });
  });

  it("X10 is told what to do where there is none, and why it was not to be had", async () => {
    const { folder } = project();
    wire.say("dynamodb Query", json({ Items: [] }));
    await expect(readMap({ folder, environment: "test" })).rejects.toMatchObject({
      code: "release/none",
      fix: expect.stringContaining("after pulumi up or cdk deploy run: sluice map test --outputs FILE"),
      details: [],
    });
    wire.say("dynamodb Query", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:Query"));
    const why = [expect.stringContaining("not authorized to perform: dynamodb:Query")];
    await expect(readMap({ folder, environment: "test" })).rejects.toMatchObject({ code: "release/none", details: why });
  });

  it("X10 of a name that the configuration does not have is told which there are", async () => {
    const { folder } = project();
    await expect(readMap({ folder, environment: "nobody" })).rejects.toMatchObject({
      code: "plan/environment",
      fix: expect.stringContaining("test"),
    });
    expect(wire.calls).toEqual([]);
  });

  it("X10 is not sent to deploy while AWS does not answer, as nobody knows whether that was done", async () => {
    const { folder } = project();
    wire.say("dynamodb Query", jsonError("ValidationException", "later"));
    await expect(readMap({ folder, environment: "test" })).rejects.toMatchObject({
      code: "engine/failed",
      message: expect.stringMatching(/^the map of "test" is not on this machine, and its ledger does not tell it: .*later/),
      fix: expect.not.stringContaining("sluice deploy"),
    });
  });

  describe("of an environment that can move to another region", () => {
    const folder = path.join(import.meta.dirname, "../../examples/a-multi-region-containers");
    const moving = async () => {
      const { plan } = await openTarget({ folder, environment: "production" });
      return { plan, regions: ["ledger", "recoveries"].map((part) => plan.stacks.find((stack) => stack.part === part)?.region) };
    };
    const kept: EnvironmentMap = { ...map("one"), environment: "production" };

    it("A12 X04 keeps it in both regions, and tells where it could not", async () => {
      const { plan, regions } = await moving();
      wire.say("dynamodb PutItem", json({}), jsonError("AccessDeniedException", "not authorized to perform: dynamodb:PutItem"));
      const notes: string[] = [];
      await keepMap(plan, kept, (text) => notes.push(text));
      expect(wire.calls.map(({ region: where }) => where)).toEqual(regions);
      expect(new Set(wire.calls.map(({ body }) => JSON.parse(body).Item.map.S))).toEqual(new Set([JSON.stringify(kept)]));
      expect(notes).toEqual([
        expect.stringMatching(new RegExp(`^the map is not in ${regions[1]}, .* if ${regions[0]} is lost: .*PutItem`)),
      ]);
    });

    it("A12 X04 takes it from the other region where the first does not answer, and asks there for nothing else", async () => {
      const { regions } = await moving();
      wire.say("dynamodb Query", jsonError("ValidationException", "later"), answer(kept));
      expect(await readMap({ folder, environment: "production" })).toEqual(kept);
      expect(wire.calls.map(({ region: where }) => where)).toEqual(regions);
      wire.say("dynamodb Query", json({ Items: [] }));
      await expect(readMap({ folder, environment: "production" })).rejects.toMatchObject({ code: "release/none" });
      expect(wire.calls.slice(2).map(({ region: where }) => where)).toEqual(regions.slice(0, 1));
    });

    it("A12 X10 is not told by the other region what the first refuses to tell", async () => {
      wire.say("dynamodb Query", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:Query"), answer(kept));
      await expect(readMap({ folder, environment: "production" })).rejects.toMatchObject({ code: "release/none" });
      expect(wire.calls).toHaveLength(1);
    });

    it.each([
      ["does not answer", jsonError("ValidationException", "second")],
      ["has none", json({ Items: [] })],
    ])(
      "A12 X10 whose first region does not answer, and whose other one %s, is told of the first, and to bring the map",
      async (_how, other) => {
        wire.say("dynamodb Query", jsonError("ValidationException", "first"), other);
        await expect(readMap({ folder, environment: "production" })).rejects.toMatchObject({
          code: "engine/failed",
          message: expect.stringContaining("first"),
          fix: expect.stringContaining(".sluice/environments/production.json"),
        });
      },
    );
  });

  it("X04 a deploy keeps its map there; what keeps it from that is told and stops nothing", async () => {
    const { plan } = project();
    const notes: string[] = [];
    wire.say("dynamodb PutItem", json({}));
    await keepMap(plan, map("one"), (text) => notes.push(text));
    expect(JSON.parse(wire.calls.at(-1)?.body ?? "").Item).toEqual({
      environment: { S: "test#map" },
      position: { N: "0" },
      map: { S: JSON.stringify(map("one")) },
    });
    wire.say("dynamodb PutItem", jsonError("ResourceNotFoundException", "Requested resource not found"));
    await keepMap(plan, undefined, (text) => notes.push(text));
    expect(notes).toEqual([]);
    await keepMap(plan, map("one"), (text) => notes.push(text));
    expect(notes.splice(0)).toEqual([
      "the map is on this machine alone: the ledger shop-test-euw1-ledger in eu-west-1 is not there; keep it again once it is deployed",
    ]);
    wire.say("dynamodb PutItem", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:PutItem"));
    await keepMap(plan, undefined, (text) => notes.push(text));
    expect(notes).toEqual([expect.stringMatching(/^the map is on this machine alone: .*dynamodb:PutItem/)]);
  });
});
