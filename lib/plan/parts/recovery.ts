import type { Value } from "../../aws/value.ts";
import { backups, vault } from "../blocks/backups.ts";
import type { SecretCopies } from "../blocks/database-secret.ts";
import { key } from "../blocks/key.ts";
import type { Draft } from "../stack.ts";
import { att } from "../template.ts";

/** What of the data is kept in the secondary region. */
export interface Kept {
  readonly vaultArn: Value<string>;
  readonly secrets: SecretCopies;
}

/** Where copies of backups and secrets lie, each with a key of this region: AWS opens them there and seals them here again (A12, ADR 0013). */
export function keptElsewhere(stack: Draft): Kept {
  const { region } = stack.site;
  const block = stack.block("Recovery");
  const copies = vault(block);
  const secretsKey = key(block, "secrets", "Encrypts the copies of the secrets in this region");
  return {
    vaultArn: stack.output("BackupVaultArn", att(copies, "BackupVaultArn"), "Vault of the copies"),
    secrets: { region, keyArn: stack.output("SecretsKeyArn", att(secretsKey, "Arn"), "The key of the copies of the secrets") },
  };
}

/** The data of the primary region comes back in the secondary one, from copies of its backups (A12). */
export function recovery(stack: Draft, resources: readonly Value<string>[], { vaultArn }: Kept): void {
  backups(stack.block("Recovery"), resources, vaultArn);
}
