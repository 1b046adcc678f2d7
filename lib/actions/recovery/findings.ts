import { type Instant, showDuration } from "../../base/time.ts";
import { longLag } from "../../plan/blocks/database-alarms.ts";
import type { Finding } from "../../release/recovery/report.ts";
import type { OpenedRecovery } from "../../worlds/aws/recovery-opened.ts";
import type { RecoveryPlaces } from "../../worlds/aws/recovery-place.ts";

/** CloudWatch tells of a minute up to three minutes after it, as of the meter of a release. */
const told = 180_000;

/** What a failover depends on beside copies that come up: what is lost with the primary region. Changes nothing. */
export async function findingsOf(aws: OpenedRecovery, { buckets, recovery }: RecoveryPlaces, now: Instant): Promise<readonly Finding[]> {
  const { caughtUpTo } = await aws.recovery.replica.status();
  const behind = caughtUpTo === undefined ? undefined : Math.max(0, now - caughtUpTo);
  return [
    {
      what: `the replica ${recovery.databaseId} is no more behind than its alarm allows, ${longLag} s, and CloudWatch three minutes`,
      ok: behind !== undefined && behind <= longLag * 1_000 + told,
      saw: behind === undefined ? "CloudWatch knows no lag" : `at most ${showDuration(behind)} behind`,
    },
    { what: "callers are led to the primary region", ...(await ledTo(aws)) },
    ...(await Promise.all(
      buckets.map(async (bucket) => ({
        what: `objects of ${bucket.name} are copied to ${recovery.region}`,
        ...(await aws.copies(bucket)),
      })),
    )),
  ];
}

async function ledTo({ entry, primary }: OpenedRecovery): Promise<Pick<Finding, "ok" | "saw">> {
  const region = await entry.region();
  return { ok: region === primary.region, saw: region };
}
