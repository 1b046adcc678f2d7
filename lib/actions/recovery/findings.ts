import { UserError } from "../../base/errors.ts";
import { type Instant, showDuration } from "../../base/time.ts";
import { longLag } from "../../plan/blocks/database-alarms.ts";
import type { Replica } from "../../ports/replica.ts";
import type { Finding } from "../../release/recovery/report.ts";
import type { OpenedRecovery } from "../../worlds/aws/recovery-opened.ts";
import type { RecoveryPlaces } from "../../worlds/aws/recovery-place.ts";

/** CloudWatch tells of a minute up to three minutes after it, as of the meter of a release. */
const told = 180_000;

/** A backup is begun every night, has six hours, and is copied then. */
const oldestBackup = 36 * 3_600_000;

/** How far a replica is behind, as far as is known, and whether that is as on any day. */
export async function lagOf(replica: Replica, now: Instant): Promise<Seen> {
  const caughtUpTo = await replica.caughtUpTo();
  if (caughtUpTo === undefined) return { ok: false, saw: "CloudWatch knows no lag" };
  const behind = Math.max(0, now - caughtUpTo);
  return { ok: behind <= longLag * 1_000 + told, saw: `at most ${showDuration(behind)} behind` };
}

type Seen = Pick<Finding, "ok" | "saw">;

interface Look {
  readonly what: string;
  look(): Promise<Seen>;
}

/** What a failover depends on beside copies that come up: what is lost with the primary region. Changes nothing. */
export function findingsOf(aws: OpenedRecovery, places: RecoveryPlaces, now: Instant): Promise<readonly Finding[]> {
  const { primary, recovery } = places;
  return found([
    {
      what: `the replica ${recovery.databaseId} is no more behind than its alarm allows, ${longLag} s, and CloudWatch three minutes`,
      look: () => lagOf(aws.recovery.replica, now),
    },
    { what: `${recovery.region} keeps a backup of ${primary.databaseId} of the last 36 hours`, look: () => backupIn(aws, now) },
    { what: "callers are led to the primary region", look: () => ledTo(aws) },
    ...bucketsIn(aws, places),
  ]);
}

/** Whether what the primary region has in buckets is in the other one as well. Changes nothing. */
export const bucketFindings = (aws: OpenedRecovery, places: RecoveryPlaces): Promise<readonly Finding[]> => found(bucketsIn(aws, places));

const bucketsIn = (aws: OpenedRecovery, { buckets, recovery }: RecoveryPlaces): readonly Look[] =>
  buckets.map((bucket) => ({ what: `objects of ${bucket.name} are copied to ${recovery.region}`, look: () => aws.copies(bucket) }));

const found = (looks: readonly Look[]): Promise<readonly Finding[]> =>
  Promise.all(looks.map(async ({ what, look }) => ({ what, ...(await look().catch(unseen)) })));

/** What nobody may look at, or does not answer, is not known to be well. */
function unseen(error: unknown): Seen {
  if (error instanceof UserError) return { ok: false, saw: error.message };
  throw error;
}

async function backupIn(aws: OpenedRecovery, now: Instant): Promise<Seen> {
  const at = await aws.newestBackup();
  if (at === undefined) return { ok: false, saw: "none" };
  return { ok: now - at <= oldestBackup, saw: `the newest is of ${new Date(at).toISOString()}` };
}

async function ledTo({ entry, primary }: OpenedRecovery): Promise<Seen> {
  const region = await entry.region();
  return { ok: region === primary.region, saw: region };
}
