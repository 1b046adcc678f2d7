import { UserError } from "../../base/errors.ts";
import { duration } from "../../base/time.ts";
import type { Restore } from "../../plan/restore.ts";
import type { StoredDatabase } from "../../ports/snapshots.ts";
import { noting, type Sides } from "./bring.ts";
import { keyUnfit } from "./fits.ts";
import { patiently } from "./patiently.ts";

const lookAgainIn = duration(15_000);

/** States that a database does not leave by itself (Amazon RDS User Guide, "Viewing Amazon RDS DB instance status"). */
const stuck = /^(failed|restore-error|storage-full|insufficient-capacity|inaccessible-.*|incompatible-.*)$/;

/**
 * Whether the restored database is what the plan says, once AWS works on it no more. Throws `database/unfit`; it changes nothing, and the
 * service does not use the database before the next phase (B08).
 */
export async function verify(restore: Restore, { here, clock, tell }: Omit<Sides, "there">): Promise<void> {
  const { database, key } = restore;
  const note = noting({ tell });
  for (;;) {
    const found = await patiently(() => here.database(database), clock, note);
    if (!found || stuck.test(found.status)) throw unfit(restore, found?.status ?? "not there");
    if (found.status === "available" || found.status === "storage-optimization") {
      const wrong = wrongIn(restore, found, await here.key(key));
      if (wrong !== undefined) throw unfit(restore, wrong);
      return note(`${database} is restored: ${found.engine} ${found.version} at ${found.host}, under ${key}`);
    }
    note(`${database} is ${found.status}`);
    await clock.wait(lookAgainIn);
  }
}

function wrongIn(restore: Restore, found: StoredDatabase, key: string | undefined): string | undefined {
  if (found.engine !== restore.wants.engine) return `of the engine ${found.engine}`;
  if (found.host === undefined) return "without an address";
  if (found.keyArn === undefined) return "not encrypted";
  const [other] = keyUnfit(restore, found, key);
  return other && `under the key ${found.keyArn}, and not under ${restore.key}`;
}

const unfit = ({ database, environment }: Restore, how: string): UserError =>
  new UserError(
    "database/unfit",
    `${database} was restored for "${environment}", and is ${how}`,
    `look at it in RDS before the next phase; its source and its snapshot are as they were`,
  );
