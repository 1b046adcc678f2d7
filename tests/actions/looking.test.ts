import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { readOwnMap, writeMap } from "../../lib/actions/environment-map.ts";
import { looking } from "../../lib/actions/looking.ts";
import { instant } from "../../lib/base/time.ts";
import { noPaint } from "../../lib/cli/paint.ts";
import { statusLines } from "../../lib/cli/status-lines.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { jsonError, subscriptions } from "../worlds/aws/replies.ts";
import { environmentOf, json, type Reply } from "../worlds/aws/wire.ts";

const environment = processEnvironment();
const topicIn = (region: string): string => `arn:aws:sns:${region}:111111111111:notices`;

/** An environment whose deploy at a time told of topics in some regions; its ledger never moves. */
function mapOf(at: number, ...regions: readonly string[]): EnvironmentMap {
  const stack = (part: string, region: string, outputs: Record<string, string>) => ({
    part,
    name: part,
    account: "111111111111",
    region,
    outputs,
  });
  return {
    v: 1,
    environment: "production",
    at: instant(at),
    stacks: [
      stack("ledger", "eu-west-1", { LedgerTable: "releases" }),
      ...regions.map((region) => stack("base", region, { TopicArn: topicIn(region) })),
    ],
  };
}

/** An AWS whose ledger says `ledger`, and has `kept` beside it; nobody has confirmed a topic. Says how often it was asked for what is kept. */
async function awsWith(kept: Reply, ledger: Reply = json({ Items: [] })) {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const isKept = body.includes("production#map");
    asked += isKept ? 1 : 0;
    const table = request.headers["x-amz-target"] !== undefined;
    const reply = table ? (isKept ? kept : ledger) : subscriptions({ "ana@example.com": "PendingConfirmation" });
    response.writeHead(reply.status, { "content-type": table ? "application/x-amz-json-1.0" : "text/xml" }).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  environment(environmentOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return { asked: () => asked };
}

const beside = (map: object): Reply =>
  json({ Items: [{ environment: { S: "production#map" }, position: { N: "0" }, map: { S: JSON.stringify(map) } }] });

async function projectOf(own: EnvironmentMap): Promise<string> {
  const project = mkdtempSync(path.join(tmpdir(), "test-looking-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  await writeMap(project, own);
  return project;
}

const own = mapOf(1_000, "eu-west-1");

async function seenWith(kept: Reply) {
  const { asked } = await awsWith(kept);
  const project = await projectOf(own);
  const notes: string[] = [];
  const look = looking({ folder: project, environment: "production" }, (text) => notes.push(text));
  const regions = async () => (await look()).notices?.unconfirmed.map(({ region }) => region);
  return { first: await regions(), again: await regions(), notes, asked: asked(), left: await readOwnMap(project, "production") };
}

test("X04: status shows an environment as a deploy from elsewhere left it since, says so once, and writes nothing", async () => {
  const newer = mapOf(2_000, "eu-west-1", "us-west-2");
  expect(await seenWith(beside(newer))).toEqual({
    first: ["eu-west-1", "us-west-2"],
    again: ["eu-west-1", "us-west-2"],
    notes: ["production was deployed from elsewhere at 1970-01-01T00:00:02.000Z: what that deploy says of it is shown"],
    asked: 1,
    left: own,
  });
});

test.each<readonly [string, Reply]>([
  ["is as new", beside(mapOf(1_000, "us-west-2"))],
  ["is older", beside(mapOf(500, "us-west-2"))],
  ["is not there", json({ Items: [] })],
  ["may not be read", jsonError("AccessDeniedException", "not authorized to perform: dynamodb:Query")],
])("X04: status stays with the map of this machine where what is kept %s", async (_what, kept) => {
  expect(await seenWith(kept)).toEqual({ first: ["eu-west-1"], again: ["eu-west-1"], notes: [], asked: 1, left: own });
});

test("X04: status shows by its own map what it can where the kept one is of a newer form, and says so", async () => {
  expect(await seenWith(beside({ v: 2 }))).toMatchObject({
    first: ["eu-west-1"],
    notes: ["the map in releases is of a newer form: use the version of Sluice that deployed last"],
  });
});

test("X10: a ledger that cannot be read is told, whatever is known of its map", async () => {
  const refused = jsonError("AccessDeniedException", "not authorized to perform: dynamodb:Query");
  await awsWith(refused, refused);
  const look = looking({ folder: await projectOf(own), environment: "production" }, () => {});
  await expect(look()).rejects.toMatchObject({ message: expect.stringContaining("dynamodb:Query") });
});

test("X04: where the ledger is that of a deploy since, the one from before is nobody's concern", async () => {
  await awsWith(beside(mapOf(2_000, "us-west-2")), jsonError("AccessDeniedException", "not authorized"));
  const notes: string[] = [];
  const look = looking({ folder: await projectOf(own), environment: "production" }, (text) => notes.push(text));
  await expect(look()).rejects.toThrow();
  expect(notes).toHaveLength(1);
});

test("X04: every look after the first one asks the ledger anew", async () => {
  const ledger = { status: 200, body: JSON.stringify({ Items: [] }) };
  await awsWith(json({ Items: [] }), ledger);
  const look = looking({ folder: await projectOf(own), environment: "production" }, () => {});
  expect((await look()).state).toBe("none");
  ledger.body = jsonError("AccessDeniedException", "not any more").body;
  ledger.status = 400;
  await expect(look()).rejects.toThrow("not any more");
});

test("X04: what begins is told as that, before there is a plan: on AWS no pipeline of ours runs", async () => {
  const until = Date.now() + 600_000;
  const holder = { name: "ben", host: "elsewhere", pid: 42, started: "1" };
  const entry = {
    v: 1,
    release: "r-2",
    position: 0,
    step: "",
    attempt: 1,
    at: 1,
    holder,
    kind: "held",
    body: { until },
    prevHash: "0".repeat(64),
  };
  await awsWith(json({ Items: [] }), json({ Items: [{ position: { N: "0" }, entry: { S: JSON.stringify(entry) } }] }));
  const seen = await looking({ folder: await projectOf(own), environment: "production" }, () => {})();
  expect(seen).toMatchObject({ release: "r-2", state: "running", because: "it is looked at whether it may begin" });
  expect(statusLines(seen, instant(0), noPaint)).toContain("release      r-2");
});
