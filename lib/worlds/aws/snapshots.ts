import type { KMSClient } from "@aws-sdk/client-kms";
import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DBSnapshotAlreadyExistsFault,
  KMSKeyNotAccessibleFault,
  ModifyDBSnapshotAttributeCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { duration } from "../../base/time.ts";
import type { Snapshot, Snapshots } from "../../ports/snapshots.ts";
import { done, type Pending, type Result } from "../../ports/step-result.ts";
import { asked } from "./failure.ts";
import { databaseOf, keyOf, newestOf, sharedWith, snapshotOf } from "./stored.ts";

interface Clients {
  readonly rds: RDSClient;
  readonly kms: KMSClient;
}

/** Snapshots of Amazon RDS. The name of a snapshot is what makes its taking happen once, however often it is asked for (B08). */
export function awsSnapshots({ rds, kms }: Clients): Snapshots {
  const find = (id: string) => asked(`look for the snapshot ${id}`, () => snapshotOf(rds, id));
  const shares = async (id: string, account: string) =>
    (await asked(`look at whom the snapshot ${id} is shared with`, () => sharedWith(rds, id))).includes(account);
  const once = async (id: string, what: string, begin: () => Promise<unknown>): Promise<Result> => {
    const there = await find(id);
    if (there) return cameTo(there);
    return await asked(what, () => beginning(id, begin));
  };
  return {
    find,
    database: (id) => asked(`look for the database ${id}`, () => databaseOf(rds, id)),
    newest: (count) => asked("list the snapshots", () => newestOf(rds, count)),
    key: (name) => asked(`look at the key ${name}`, () => keyOf(kms, name)),
    take: (id, database) =>
      once(id, `take the snapshot ${id} of ${database}`, () =>
        rds.send(new CreateDBSnapshotCommand({ DBSnapshotIdentifier: id, DBInstanceIdentifier: database })),
      ),
    copy: (id, from, key) =>
      once(id, `copy the snapshot ${from}`, () =>
        rds.send(new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: from, TargetDBSnapshotIdentifier: id, KmsKeyId: key })),
      ),
    share: async (id, account) => {
      if (await shares(id, account)) return;
      await asked(`share the snapshot ${id} with ${account}`, () => rds.send(sharing(id, { ValuesToAdd: [account] })));
    },
    unshare: async (id, account) => {
      if (!(await shares(id, account))) return;
      await asked(`end the sharing of the snapshot ${id} with ${account}`, () => rds.send(sharing(id, { ValuesToRemove: [account] })));
    },
  };
}

const sharing = (id: string, change: { readonly ValuesToAdd?: string[]; readonly ValuesToRemove?: string[] }) =>
  new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier: id, AttributeName: "restore", ...change });

async function beginning(id: string, begin: () => Promise<unknown>): Promise<Result> {
  try {
    await begin();
  } catch (error) {
    if (error instanceof KMSKeyNotAccessibleFault) return { is: "failed", because: error.message };
    // Somebody who was killed after asking has begun it, or a request of ours that was sent twice.
    if (!(error instanceof DBSnapshotAlreadyExistsFault)) throw error;
  }
  return pending(id, "creating, 0 %");
}

function cameTo({ id, status, percent }: Snapshot): Result {
  if (status === "available") return done;
  if (status === "failed") return { is: "failed", because: `AWS could not make the snapshot ${id}` };
  return pending(id, `${status}, ${percent} %`);
}

const pending = (id: string, how: string): Pending => ({
  is: "pending",
  lookAgainIn: duration(15_000),
  because: `the snapshot ${id}: ${how}`,
});
