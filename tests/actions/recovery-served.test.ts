import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { writeMap } from "../../lib/actions/environment-map.ts";
import { readRecoveries, refuseElsewhere, servedView, tableIn, tablePlanned } from "../../lib/actions/recovery/served.ts";
import { systemClock } from "../../lib/base/time.ts";
import { type RecoveryKind, sealRecovery } from "../../lib/release/recovery/plan.ts";
import { type RecoveryOutcome, recoveryDraft } from "../../lib/release/recovery/state.ts";
import { openTable } from "../../lib/worlds/aws/table.ts";
import { said } from "../cli/said.ts";
import { planOf, there } from "../release/recovery/scene.ts";
import { credentials } from "../worlds/aws/credentials.ts";
import { emulator, whyNo } from "../worlds/aws/emulator.ts";
import { mapWith, plan } from "../worlds/aws/environment.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { ledgerTable } from "../worlds/aws/tables.ts";

/** An emulator of which one region answers nobody. */
async function withoutRegion(url: string, region: string) {
  const server = createServer(async (request, response) => {
    if (request.headers.authorization?.includes(`/${region}/`)) return request.socket.destroy();
    const { authorization = "", "content-type": type = "" } = request.headers;
    const headers = { authorization, "content-type": type, "x-amz-target": String(request.headers["x-amz-target"] ?? "") };
    const body: Uint8Array[] = [];
    for await (const chunk of request) body.push(chunk);
    const answer = await fetch(url, { method: "POST", headers, body: Buffer.concat(body) });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

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

  const write = async (kind: RecoveryKind, ended?: RecoveryOutcome) => {
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

  it("A12 while a replica is made anew releases go on where callers are, and no deploy looks for the database", async () => {
    await write("failover", "moved");
    await write("replicate");
    const running = { code: "release/unfinished", fix: expect.stringContaining("sluice replicate production") };
    await expect(refuseElsewhere(at, "deploy")).rejects.toMatchObject(running);
    await expect(refuseElsewhere(at, "release")).rejects.toMatchObject({ message: expect.stringContaining("served from us-west-2") });
    await write("replicate", "follows");
    await write("failback", "moved");
    await write("replicate");
    await expect(refuseElsewhere(at, "deploy")).rejects.toMatchObject(running);
    await expect(refuseElsewhere(at, "release")).resolves.toBeUndefined();
  });

  it("A12 status names the commands that it takes to move the next time: after a move there is no replica", async () => {
    const next = async () => (await servedView(mapWith({ RecoveryTable: at?.table ?? "" })))?.next;
    expect(await next()).toBe("");
    await write("failover", "moved");
    expect(await next()).toBe("sluice replicate production, then sluice failback production");
    await write("replicate", "follows");
    expect(await next()).toBe("sluice failback production");
    await write("failback", "moved");
    await write("drill", "put-back");
    expect(await next()).toBe("sluice replicate production");
  });

  it.each([
    { moved: true, says: /^served from +us-west-2, 1\.4\.2, for /m, next: undefined },
    {
      moved: false,
      says: /^served from +eu-west-1: nobody has moved its callers$/m,
      next: "next: sluice failover production --lost --dry-run",
    },
  ])(
    "A12 C21 status tells what is known while the primary region answers nobody, and ends with 12: moved $moved",
    async ({ moved, says, next }) => {
      if (moved) await write("failover", "moved");
      const project = mkdtempSync(path.join(tmpdir(), "status-lost-"));
      onTestFinished(() => rmSync(project, { recursive: true }));
      await writeMap(project, mapWith({ RecoveryTable: at?.table ?? "" }));
      const gate = await withoutRegion(ministack.url, "eu-west-1");
      onTestFinished(gate.close);
      inProcess({ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_ENDPOINT_URL: gate.url, AWS_MAX_ATTEMPTS: "1" });
      const { exit, out } = await said(["status", "production", "--project", project]);
      expect({ exit, out }).toEqual({ exit: 12, out: expect.stringMatching(says) });
      expect(out).toMatch(/^state +unknown$/m);
      const toMove = "sluice replicate production, then sluice failback production";
      expect(/^to move next +(.+)$/m.exec(out)?.[1]).toBe(moved ? toMove : undefined);
      expect(out).toMatch(/^because +could not read the ledger/m);
      expect(out.match(/^next: .*(?= --project)/m)?.[0]).toBe(next);
      const { exit: again, out: line } = await said(["status", "production", "--project", project, "--json"]);
      expect({ exit: again, ...JSON.parse(line) }).toMatchObject({
        exit: 12,
        state: "unknown",
        recovery: { primary: "eu-west-1", because: "" },
      });
    },
  );

  it("A12 before the deploy that makes the ledger nothing is refused", async () => {
    if (!at) throw new Error("the plan has no ledger of recoveries");
    expect(await readRecoveries({ ...at, table: "none-yet" })).toBeUndefined();
    await expect(refuseElsewhere(undefined, "deploy")).resolves.toBeUndefined();
  });
});
