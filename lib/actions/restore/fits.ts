import { reaches } from "../../aws/engine-versions.ts";
import type { Restore } from "../../plan/restore.ts";
import type { Stored } from "../../ports/snapshots.ts";

/** What stands in the way, and what a person can do about it. */
export interface Unfit {
  readonly because: string;
  readonly fix: string;
}

/** What a snapshot, or the database that one is to be taken of, has that the plan's database cannot begin with. All of it at once. */
export function unfitFor({ wants, key }: Restore, found: Stored): readonly Unfit[] {
  const { engine, version, storage, user } = wants;
  const unfit: Unfit[] = [];
  if (found.engine !== engine)
    unfit.push({ because: `its engine is ${found.engine}, and database.engine is "${engine}"`, fix: `take one of ${engine}` });
  else if (!reaches(engine, version, found.version))
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

/** What lies under another key stays under it: RDS restores a database under the key of its snapshot (the same guide, "Encryption"). */
export function keyUnfit({ key }: Restore, { keyArn }: Stored, wanted: string | undefined): readonly Unfit[] {
  if (keyArn === undefined || wanted === undefined || keyArn === wanted) return [];
  return [{ because: `it lies under the key ${keyArn}`, fix: `copy it with --kms-key-id ${key}, and name the copy` }];
}
