import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { writeMap } from "../../lib/actions/environment-map.ts";
import { looking } from "../../lib/actions/looking.ts";
import { instant, systemClock } from "../../lib/base/time.ts";
import { record } from "../../lib/release/controller.ts";
import { tableLedger } from "../../lib/worlds/aws/ledger.ts";
import { holder, scenario } from "../release/scenario.ts";
import { mapWith } from "../worlds/aws/environment.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { jsonError, subscriptions } from "../worlds/aws/replies.ts";
import { tableOfItems } from "../worlds/aws/table.ts";
import { environmentOf, json, openWire, type Reply, type Wire } from "../worlds/aws/wire.ts";

const execution = "arn:aws:lambda:eu-west-1:222222222222:function:catalog-production-euw1-release:7/durable-execution/r-1/1b2c";

const environment = processEnvironment();
let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  environment(environmentOf(wire.url));
});
afterEach(() => wire.close());

/** The project of an environment whose release an execution is in charge of for an hour, and what its table holds. */
async function releasing(planned = true): Promise<string> {
  const project = mkdtempSync(path.join(tmpdir(), "status-in-lambda-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  await writeMap(project, mapWith({ LedgerTable: "releases" }));
  const client = tableOfItems();
  const ledger = tableLedger({ client, table: "releases", environment: "production", isGone: async () => false });
  const where = { release: "r-1", at: systemClock.now(), holder: { ...holder(0), started: execution } };
  if (planned) await record(ledger, "planned", scenario().sealed, where);
  await record(ledger, "held", { until: instant(systemClock.now() + 3_600_000) }, where);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: "releases",
      ScanIndexForward: false,
      ConsistentRead: true,
      ExpressionAttributeValues: { ":environment": { S: "production" } },
    }),
  );
  wire.say("dynamodb Query", json({ Items }));
  return project;
}

const told = (Status: string): Reply =>
  json({ DurableExecutionArn: execution, DurableExecutionName: "r-1", FunctionArn: "arn", StartTimestamp: 1_700_000_000, Status });

it.each<[string, Reply, object]>([
  ["runs", told("RUNNING"), { state: "running", holder: { pid: 0 } }],
  ["failed, long before its lease ends", told("FAILED"), { state: "interrupted", next: "sluice release production" }],
  ["is not known any more", jsonError("ResourceNotFoundException"), { state: "interrupted" }],
  ["may not be asked about", jsonError("AccessDeniedException", "not authorized"), { state: "running" }],
])("X04 a release whose execution in Lambda %s is told as such", async (_what, reply, expected) => {
  const project = await releasing();
  wire.say("lambda GetDurableExecution", reply);
  wire.say("sns ListSubscriptionsByTopic", subscriptions({}));
  expect(await looking({ folder: project, environment: "production" }, () => {})()).toMatchObject({ release: "r-1", ...expected });
  // In the region that the execution is in.
  expect(wire.calls.filter(({ call }) => call.startsWith("lambda")).map(({ region }) => region)).toContain("eu-west-1");
});

it("C21 X06 a release to AWS that has no plan yet is looked at whether it may begin: there no pipeline builds two versions", async () => {
  const project = await releasing(false);
  wire.say("lambda GetDurableExecution", told("RUNNING"));
  wire.say("sns ListSubscriptionsByTopic", subscriptions({}));
  expect(await looking({ folder: project, environment: "production" }, () => {})()).toMatchObject({
    release: "r-1",
    state: "running",
    because: "it is looked at whether it may begin",
  });
});
