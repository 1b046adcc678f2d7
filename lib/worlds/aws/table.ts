import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { tableLedger } from "./ledger.ts";
import { ledgerOf } from "./place.ts";

/** Opens the ledger of an environment, with the credentials and endpoints that AWS's SDK finds in its environment. */
export function openLedger(map: EnvironmentMap, isGone: Ledger["isGone"]): { readonly ledger: Ledger; close(): void } {
  const { region, table } = ledgerOf(map);
  const client = new DynamoDBClient({ region });
  return { ledger: tableLedger({ client, table, environment: map.environment, isGone }), close: () => client.destroy() };
}
