import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { tableLedger } from "./ledger.ts";
import { ledgerOf } from "./place.ts";

/** A ledger that was opened alone. */
interface OpenedLedger {
  readonly ledger: Ledger;
  close(): void;
}

/** Opens the ledger of an environment, with the credentials and endpoints that AWS's SDK finds in its environment. */
export function openLedger(map: EnvironmentMap, isGone: Ledger["isGone"]): OpenedLedger {
  return openTable({ ...ledgerOf(map), environment: map.environment }, isGone);
}

/** A region that is lost takes no connection: whoever only reads or asks is told so in seconds. */
const limits = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** The same of any table that is a ledger. */
export function openTable(
  { region, ...of }: { readonly region: string; readonly table: string; readonly environment: string },
  isGone: Ledger["isGone"],
): OpenedLedger {
  const client = new DynamoDBClient({ region, requestHandler: limits });
  return { ledger: tableLedger({ client, ...of, isGone }), close: () => client.destroy() };
}
