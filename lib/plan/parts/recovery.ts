import type { Value } from "../../aws/value.ts";
import { backups, vault } from "../blocks/backups.ts";
import type { Draft } from "../stack.ts";
import { att } from "../template.ts";

/** The data of the primary region comes back in the secondary one, from copies of its backups (A12). */
export function recovery(here: () => Draft, elsewhere: Draft, resources: readonly Value<string>[]): void {
  const copies = vault(elsewhere.block("Recovery"));
  const arn = elsewhere.output("BackupVaultArn", att(copies, "BackupVaultArn"), "Vault of the copies");
  backups(here().block("Recovery"), resources, arn);
}
