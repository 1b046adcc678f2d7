import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { inTime } from "./in-time.ts";
import { type KeptMap, keptMap } from "./kept-map.ts";
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

/** Opens the map of an environment beside its ledger, in the same way. */
export function openMap(map: EnvironmentMap): { readonly kept: KeptMap; close(): void } {
  const { region, table } = ledgerOf(map);
  const client = new DynamoDBClient(inTime(region));
  return { kept: keptMap({ client, table, environment: map.environment }), close: () => client.destroy() };
}

/** The same of any table that is a ledger. */
export function openTable(
  { region, ...of }: { readonly region: string; readonly table: string; readonly environment: string },
  isGone: Ledger["isGone"],
): OpenedLedger {
  const client = new DynamoDBClient(inTime(region));
  return { ledger: tableLedger({ client, ...of, isGone }), close: () => client.destroy() };
}
