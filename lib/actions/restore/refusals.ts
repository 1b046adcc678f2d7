import { UserError } from "../../base/errors.ts";
import type { Restore, Source } from "../../plan/restore.ts";
import type { Snapshot, Snapshots, Stored } from "../../ports/snapshots.ts";
import { type Unfit, unfitFor } from "./fits.ts";

/** Throws where no snapshot has the name, and says which there are. */
export async function refuseMissing({ snapshot, environment, account, region }: Restore, here: Snapshots): Promise<never> {
  const newest = await here.newest(5);
  throw new UserError(
    "snapshot/missing",
    `there is no snapshot ${snapshot} in ${region} of ${account}`,
    `correct environments.${environment}.migration.snapshot.identifier, or write bring: true there, and the deploy takes it of migration.source.environment`,
    newest.length === 0 ? ["there is none at all"] : newest.map((id) => `there is ${id}`),
  );
}

/** Throws with everything for which the plan's database cannot begin with it, `more` included. */
export function refuseUnfit(restore: Restore, what: string, found: Stored, more: readonly Unfit[] = []): void {
  const unfit = [...unfitFor(restore, found), ...more];
  const [first] = unfit;
  if (!first) return;
  throw new UserError(
    "snapshot/unfit",
    `the ${what} cannot become the database of "${restore.environment}": ${unfit.length === 1 ? first.because : `${unfit.length} things stand in the way`}`,
    unfit.length === 1 ? first.fix : "correct all of it, and deploy again",
    unfit.length === 1 ? [] : unfit.map(({ because, fix }) => `${because}: ${fix}`),
  );
}

/** What is not there yet, or will never be. */
export const notAvailable = ({ status }: Stored): readonly Unfit[] =>
  status === "available"
    ? []
    : [{ because: `its status is ${status}`, fix: status === "failed" ? "name another" : "wait until it is available" }];

/** Of two databases that somebody gives one name, the other one's data would be restored. */
export const ofAnother = ({ database }: Source, { of }: Snapshot): readonly Unfit[] =>
  of === database ? [] : [{ because: `it is of ${of}, and not of ${database}`, fix: "write another name for the snapshot" }];

/** Throws where no snapshot can be taken of the source, where the one of this name is another database's, or where it could not be shared. */
export async function refuseSource(restore: Restore, source: Source, there: Snapshots): Promise<void> {
  refuseOtherHost(restore, source);
  const taken = await there.find(source.snapshot);
  const found = taken ?? (await there.database(source.database));
  if (!found) {
    throw new UserError(
      "snapshot/missing",
      `there is no database ${source.database} in ${source.region} of ${source.account}, and so nothing to take a snapshot of`,
      `deploy it with: sluice deploy ${source.environment}`,
    );
  }
  const key = await there.key(source.key);
  const what = taken ? `snapshot ${source.snapshot}` : `database ${source.database}`;
  refuseUnfit(restore, what, found, [
    ...(taken ? ofAnother(source, taken) : busy(found)),
    ...(source.roleArn !== undefined && found.keyArn !== undefined && found.keyArn !== key ? [unshareable(found.keyArn, source)] : []),
  ]);
}

/** Amazon RDS API reference, CreateDBSnapshot: the states in which one can be taken. */
const busy = ({ status }: Stored): readonly Unfit[] =>
  ["available", "storage-optimization"].includes(status)
    ? []
    : [{ because: `it is ${status}, and AWS takes no snapshot of it then`, fix: "deploy again once it is available" }];

/**
 * The policy of one key lets the other account copy. Least of all does that of the key that AWS keeps for RDS, which nobody can change (Amazon
 * RDS User Guide, "Sharing encrypted snapshots for Amazon RDS").
 */
const unshareable = (keyArn: string, { key, environment }: Source): Unfit => ({
  because: `it lies under the key ${keyArn}, and only what lies under ${key} can be copied from elsewhere`,
  fix: `in the account of ${environment} copy a snapshot of it under ${key}, share that copy, copy it here and name it, without bring`,
});

/** The name of an instance begins its address; an address of a proxy, whose second word has a hyphen, or of your own says nothing of it. */
function refuseOtherHost({ environment }: Restore, { host, database, environment: from }: Source): void {
  const [, instance] = /^([^.]+)\.[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com(?:\.cn)?$/.exec(host) ?? [];
  if (instance === undefined || instance === database) return;
  throw new UserError(
    "snapshot/unfit",
    `the service of "${environment}" uses the database ${instance}, and the snapshot would be of ${database}, that of "${from}"`,
    `correct environments.${environment}.migration.source: its host, or its environment`,
  );
}
