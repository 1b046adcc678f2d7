import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { duration, instant } from "../../lib/base/time.ts";
import { newController, record, recordPlan, take, turn } from "../../lib/release/controller.ts";
import { readEnvironment } from "../../lib/release/state.ts";
import { tableLedger } from "../../lib/worlds/aws/ledger.ts";
import { tableOfItems } from "../worlds/aws/table.ts";
import { holder, scenario } from "./scenario.ts";

/** How many entries a client was given. */
function counting(client: DynamoDBClient): () => number {
  let given = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      if ("Items" in answer.output) given += answer.output.Items?.length ?? 0;
      return answer;
    },
    { step: "initialize", name: "count", priority: "high" },
  );
  return () => given;
}

const ledgerIn = (client: DynamoDBClient) =>
  tableLedger({ client, table: "releases", environment: "production", isGone: async () => false });

it("X05 however many releases there were, whoever comes anew reads no more than a page of them, and knows the same", async () => {
  const client = tableOfItems();
  const { world, sealed } = scenario();
  const ledger = ledgerIn(client);
  const lock = { ledger, clock: world.clock, lease: duration(60_000), holder: holder() };
  for (let number = 0; number < 200; number += 1) {
    const where = { release: `r-${number}`, at: world.clock.now(), holder: holder() };
    await take(lock, () => where.release);
    if (number === 0) await record(ledger, "seeded", { live: sealed.plan.live, where: "web/eu-west-1" }, where);
    await recordPlan(ledger, sealed, where);
    if (number < 199) await record(ledger, "ended", { outcome: "released", because: "", undid: [], left: [] }, where);
  }
  const given = counting(client);
  const environment = await readEnvironment(ledgerIn(client));
  expect(environment).toMatchObject({
    release: { id: "r-199" },
    lives: { "web/eu-west-1": sealed.plan.live },
    live: sealed.plan.candidate,
    next: 600,
  });
  expect(given()).toBeLessThanOrEqual(250);
  await turn(newController({ ...world, ledger: ledgerIn(client) }, holder(), () => {}));
  expect(given()).toBeLessThanOrEqual(2 * 250 + 10);
  // All of it is bound together all the same.
  expect(await ledgerIn(client).read()).toHaveLength((await readEnvironment(ledgerIn(client))).next);
  expect(environment.held?.until).toBe(instant(world.clock.now() + 60_000));
});
