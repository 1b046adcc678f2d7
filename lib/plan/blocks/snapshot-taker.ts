import { arnOf, globalArn } from "../../aws/arns.ts";
import { nameOf } from "../../aws/names.ts";
import { allow, trustsAccounts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { databaseName } from "./database-logs.ts";
import { role } from "./role.ts";
import { type RoleElsewhere, roleAt } from "./role-elsewhere.ts";

const taker = "snapshots";

/** The role that a deploy of another account takes on to take a snapshot here. */
export const snapshotTakerAt = (site: Site): RoleElsewhere => roleAt(site, taker);

/**
 * Accounts whose databases begin with a snapshot of this environment's take it here, and are let copy it (B08, B14): of this database alone,
 * under names that begin with the project's. Who of such an account may take the role on is for that account to say, as for the key.
 */
export function snapshotTaker(block: Block, keyArn: Value<string>, accounts: readonly string[]): void {
  const { site } = block;
  const { account, region, project } = site;
  const database = arnOf(region, "rds", account, `db:${databaseName(site)}`);
  const snapshots = arnOf(region, "rds", account, `snapshot:${project.toLowerCase()}-*`);
  role(
    block,
    taker,
    "Takes snapshots of the database for the accounts that it moves to",
    trustsAccounts(accounts.map((one) => globalArn(region, "iam", one, "root"))),
    [
      allow({ sid: "LooksAtTheDatabase", actions: "rds:DescribeDBInstances", resources: database }),
      allow({ sid: "TakesSnapshotsOfIt", actions: "rds:CreateDBSnapshot", resources: [database, snapshots] }),
      allow({
        sid: "SharesThem",
        actions: ["rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes", "rds:ModifyDBSnapshotAttribute"],
        resources: snapshots,
      }),
      allow({ sid: "LooksAtTheirKey", actions: "kms:DescribeKey", resources: keyArn }),
    ],
  );
  block.stack.output("SnapshotsRoleName", nameOf("role", site, taker), "Role that takes snapshots for the accounts that the data moves to");
}
