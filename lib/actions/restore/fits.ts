import type { Restore } from "../../plan/restore.ts";
import type { Stored } from "../../ports/snapshots.ts";

/** What stands in the way, and what a person can do about it. */
export interface Unfit {
  readonly because: string;
  readonly fix: string;
}

/** How many numbers of a version an upgrade on the way may not change (Amazon RDS User Guide, "Upgrading a DB instance engine version"). */
const fixedNumbers = { mysql: 2, postgres: 1 } as const;

/** What a snapshot, or the database that one is to be taken of, has that the plan's database cannot begin with. All of it at once. */
export function unfitFor({ wants, key }: Restore, found: Stored): readonly Unfit[] {
  const { engine, version, storage, user } = wants;
  const unfit: Unfit[] = [];
  if (found.engine !== engine)
    unfit.push({ because: `its engine is ${found.engine}, and database.engine is "${engine}"`, fix: `take one of ${engine}` });
  else if (!reaches(version, found.version, fixedNumbers[engine]))
    unfit.push({
      because: `its version is ${found.version}, from where RDS does not come to database.version "${version}" when it restores`,
      fix: `write database.version: "${found.version}"`,
    });
  // RDS makes a volume larger and never smaller (Amazon RDS User Guide, "Increasing DB instance storage capacity").
  if (found.storage > storage)
    unfit.push({
      because: `it has ${found.storage} GiB, and database.storage is ${storage}`,
      fix: `write database.storage: ${found.storage}`,
    });
  if (found.user !== user)
    unfit.push({
      because: `its administrator is ${found.user}, and database.user is "${user}"`,
      fix: `write database.user: "${found.user}"`,
    });
  if (found.keyArn === undefined)
    unfit.push({
      because: "it is not encrypted",
      fix: `copy it with --kms-key-id ${key}, and name the copy: RDS encrypts none when it restores`,
    });
  return unfit;
}

/** Whether a database of this version may become the wanted one: the same release, and no older one of it. */
function reaches(wanted: string, found: string, fixed: number): boolean {
  const [to, from] = [wanted, found].map((version) => version.split(".").map(Number));
  if (!to || !from) return false;
  const differs = to.findIndex((number, at) => number !== from[at]);
  return differs < 0 || (differs >= fixed && (to[differs] ?? 0) > (from[differs] ?? 0));
}

/** What lies under another key stays under it: RDS restores a database under the key of its snapshot (the same guide, "Encryption"). */
export function keyUnfit({ key }: Restore, { keyArn }: Stored, wanted: string | undefined): readonly Unfit[] {
  if (keyArn === undefined || wanted === undefined || keyArn === wanted) return [];
  return [{ because: `it lies under the key ${keyArn}`, fix: `copy it with --kms-key-id ${key}, and name the copy` }];
}
