import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UserError } from "../../../base/errors.ts";
import { inTime } from "../in-time.ts";
import { tableLedger } from "../ledger.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** Each entry of a ledger follows from the one before it, from the first one on: who acts reads the newest ones alone (ADR 0034). */
export const ledger: Check<"ledger"> = ({ region, table, environment }, means) =>
  withClient(new DynamoDBClient(inTime(region)), async (client) => {
    const { read } = tableLedger({ client, table, environment, signal: means.signal, isGone: async () => false });
    const told = await call(means, "dynamodb:Query", () => read().catch(wrongWith));
    if (told.is !== "told") return told;
    return typeof told.value === "string"
      ? toDo(told.value)
      : done(`each of its ${told.value.length} entries follows from the one before it`);
  });

/** What is wrong with a ledger, where that is not that nobody could look. */
function wrongWith(error: unknown): string {
  if (error instanceof UserError && (error.code === "ledger/corrupt" || error.code === "world/changed")) return error.message;
  throw error;
}
