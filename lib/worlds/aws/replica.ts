import { type CloudWatchClient, paginateGetMetricData } from "@aws-sdk/client-cloudwatch";
import {
  type DBInstance,
  DescribeDBProxyTargetsCommand,
  PromoteReadReplicaCommand,
  RegisterDBProxyTargetsCommand,
} from "@aws-sdk/client-rds";
import { type Clock, duration, type Instant, instant } from "../../base/time.ts";
import type { Replica } from "../../ports/replica.ts";
import { done, type Result } from "../../ports/step-result.ts";
import { begun, databaseNamed, noDatabase, notYet, serves, takesChanges } from "./databases.ts";
import { asked } from "./failure.ts";
import { followAnew, type RestingRegion } from "./replica-anew.ts";

/** The database in the region that is moved to: what it is made of, and what tells how far it is. */
interface Instance extends RestingRegion {
  readonly cloudwatch: CloudWatchClient;
  readonly clock: Clock;
}

/** CloudWatch tells of a replica every minute. A region may be given up hours after it was lost, and what was told last is how much is left of it. */
const lookBack = 24 * 60 * 60_000;
const lookAgainIn = duration(10_000);

/** A read replica of Amazon RDS in another region than its source. */
export function readReplica(given: Instance): Replica {
  return {
    status: () =>
      asked(`look at the database ${given.id}`, async () => {
        const found = await look(given);
        return { follows: found.ReadReplicaSourceDBInstanceIdentifier, isAvailable: takesChanges(found) };
      }),
    caughtUpTo: () => asked(`see how far the database ${given.id} is behind`, () => latest(given)),
    promote: () => asked(`promote the database ${given.id}`, () => promote(given)),
    follow: (source, as) => asked(`make the database ${given.id} a copy of ${source}`, () => followAnew(given, source, as)),
  };
}

async function look({ rds, id }: Instance): Promise<DBInstance> {
  const found = await databaseNamed(rds, id);
  if (found) return found;
  throw noDatabase(id);
}

/**
 * It follows its source until the promotion is over, which restarts it (Amazon RDS User Guide, "Promoting a read replica to be a standalone DB
 * instance"). A second call while it goes on is refused by its state, so it is promoted once.
 */
async function promote(given: Instance): Promise<Result> {
  const found = await look(given);
  const { rds, id, backups } = given;
  if (found.ReadReplicaSourceDBInstanceIdentifier === undefined) return serves(found) ? behindProxy(given) : notYet(id, found, lookAgainIn);
  if (!takesChanges(found)) return notYet(id, found, lookAgainIn);
  const promotion = new PromoteReadReplicaCommand({ DBInstanceIdentifier: id, BackupRetentionPeriod: backups });
  return begun(`${id} is being promoted`, lookAgainIn, () => rds.send(promotion));
}

/** Whoever made it anew took the one before it from the proxy, as the name is the same. */
async function behindProxy({ rds, id, proxy }: Instance): Promise<Result> {
  if (proxy === undefined) return done;
  const { Targets = [] } = await rds.send(new DescribeDBProxyTargetsCommand({ DBProxyName: proxy }));
  const target = Targets.find(({ RdsResourceId }) => RdsResourceId === id);
  if (target?.TargetHealth?.State === "AVAILABLE") return done;
  const because = `the proxy ${proxy} does not lead to ${id} yet`;
  const { Description: why } = target?.TargetHealth ?? {};
  if (target) return { is: "pending", lookAgainIn, because: why ? `${because}: ${why}` : because };
  return begun(because, lookAgainIn, () =>
    rds.send(new RegisterDBProxyTargetsCommand({ DBProxyName: proxy, DBInstanceIdentifiers: [id] })),
  );
}

/**
 * The time up to which it has all, from its lag: a minute's reading is told with the minute's beginning, so it is never too late. Readings below 0
 * say that nothing is copied (Amazon RDS User Guide, "Monitoring read replication").
 */
async function latest({ cloudwatch, clock, id }: Instance): Promise<Instant | undefined> {
  const now = clock.now();
  const asking = {
    MetricDataQueries: [
      {
        Id: "lag",
        MetricStat: {
          Stat: "Maximum",
          Period: 60,
          Metric: { Namespace: "AWS/RDS", MetricName: "ReplicaLag", Dimensions: [{ Name: "DBInstanceIdentifier", Value: id }] },
        },
      },
    ],
    StartTime: new Date(now - lookBack),
    EndTime: new Date(now),
    ScanBy: "TimestampDescending" as const,
  };
  const known: number[] = [];
  // A page may hold less than there is (Amazon CloudWatch API Reference, MetricDataResult: PartialData).
  for await (const { MetricDataResults: [read] = [] } of paginateGetMetricData({ client: cloudwatch }, asking))
    for (const [index, at] of (read?.Timestamps ?? []).entries()) {
      const lag = read?.Values?.[index] ?? -1;
      if (lag >= 0) known.push(at.getTime() - lag * 1_000);
    }
  return known.length === 0 ? undefined : instant(Math.max(...known));
}
