import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readRecoveries, refuseElsewhere, tableIn, tablePlanned } from "../../lib/actions/recovery/served.ts";
import { systemClock } from "../../lib/base/time.ts";
import { type RecoveryKind, sealRecovery } from "../../lib/release/recovery/plan.ts";
import { recoveryDraft } from "../../lib/release/recovery/state.ts";
import { openTable } from "../../lib/worlds/aws/table.ts";
import { planOf, there } from "../release/recovery/scene.ts";
import { credentials } from "../worlds/aws/credentials.ts";
import { emulator, whyNo } from "../worlds/aws/emulator.ts";
import { mapWith, plan } from "../worlds/aws/environment.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { ledgerTable } from "../worlds/aws/tables.ts";

const skip = whyNo("ministack");
const at = tablePlanned(plan);

it("A12 the ledger of recoveries is where the plan and the map say, in the region that is moved to", () => {
  expect(at).toMatchObject({ environment: "production", region: there });
  expect(tableIn(mapWith({ RecoveryTable: at?.table ?? "" }))).toEqual(at);
});

describe.skipIf(skip !== undefined)(`an environment that was moved${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let ministack: Awaited<ReturnType<typeof emulator>>;
  beforeAll(async () => {
    ministack = await emulator("ministack");
  }, 60_000);
  afterAll(() => ministack?.close());
  const inProcess = processEnvironment();
  beforeEach(async () => {
    await ministack.reset();
    inProcess({ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_ENDPOINT_URL: ministack.url });
    const client = new DynamoDBClient({ region: there, credentials, endpoint: ministack.url });
    await client.send(new CreateTableCommand(ledgerTable(at?.table ?? "")));
    client.destroy();
  });

  const write = async (kind: RecoveryKind, ended?: "moved" | "put-back") => {
    if (!at) throw new Error("the plan has no ledger of recoveries");
    const { ledger, close } = openTable(at, async () => false);
    const where = { release: `${kind}-1`, at: systemClock.now(), holder: { name: "ana", host: "here", pid: 1, started: "1" } };
    await ledger.append((await ledger.read()).length, recoveryDraft("planned", sealRecovery(planOf(kind)), where));
    if (ended) await ledger.append((await ledger.read()).length, recoveryDraft("ended", { outcome: ended, because: "" }, where));
    close();
  };

  it("A12 X06 neither a release nor a deploy begins while a failover is under way, nor after it: both name the command that ends it", async () => {
    await expect(refuseElsewhere(at, "release")).resolves.toBeUndefined();
    await write("failover");
    const running = { code: "release/unfinished", fix: expect.stringContaining("sluice failover production") };
    for (const what of ["release", "deploy"] as const) await expect(refuseElsewhere(at, what)).rejects.toMatchObject(running);
    await write("failover", "moved");
    const moved = { code: "release/unfinished", fix: expect.stringContaining("sluice failback production") };
    for (const what of ["release", "deploy"] as const) await expect(refuseElsewhere(at, what)).rejects.toMatchObject(moved);
  });

  it("A12 both begin again after a failback, and after a failover that was put back", async () => {
    await write("failover", "put-back");
    await expect(refuseElsewhere(at, "release")).resolves.toBeUndefined();
    await write("failover", "moved");
    await write("failback", "moved");
    await expect(refuseElsewhere(at, "deploy")).resolves.toBeUndefined();
  });

  it("A12 before the deploy that makes the ledger nothing is refused", async () => {
    if (!at) throw new Error("the plan has no ledger of recoveries");
    expect(await readRecoveries({ ...at, table: "none-yet" })).toBeUndefined();
    await expect(refuseElsewhere(undefined, "deploy")).resolves.toBeUndefined();
  });
});
