import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  DBProxyTargetAlreadyRegisteredFault,
  DescribeDBInstancesCommand,
  DescribeDBProxyTargetsCommand,
  InvalidDBInstanceStateFault,
  PromoteReadReplicaCommand,
  RDSClient,
  RegisterDBProxyTargetsCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../lib/base/time.ts";
import { readReplica } from "../../../lib/worlds/aws/replica.ts";
import { replicaContract } from "../../contracts/replica.ts";
import { credentials } from "./credentials.ts";
import { type Emulator, emulator, whyNo } from "./emulator.ts";
import { faked, on } from "./fake.ts";
import { databaseIn, here, replicaIn, there } from "./moto-regions.ts";
import { promotions } from "./promotion.ts";

const skip = whyNo("moto");
let moto: Emulator | undefined;
beforeAll(async () => {
  if (skip === undefined) moto = await emulator("moto");
}, 60_000);
afterAll(() => moto?.close());

const given = { clock: systemClock, id: "standby", readers: [], backups: 14 };
const minute = 60_000;

/** RDS's own words for a replica and its promotion, and CloudWatch's for its lag: a reading a minute, one a page. */
function fakes() {
  let [looks, follows, promoted]: [number, boolean, number] = [0, true, 0];
  let lag: number | undefined;
  const rds = faked(
    new RDSClient({ region: there }),
    on(DescribeDBInstancesCommand, ({ DBInstanceIdentifier }) => {
      const DBInstanceStatus = looks > 0 ? "modifying" : "available";
      if (looks > 0 && --looks === 0) follows = false;
      const source = follows ? { ReadReplicaSourceDBInstanceIdentifier: `arn:aws:rds:${here}:1:db:source` } : {};
      return { DBInstances: [{ DBInstanceIdentifier, DBInstanceStatus, ...source }] };
    }),
    on(PromoteReadReplicaCommand, ({ BackupRetentionPeriod }) => {
      expect(BackupRetentionPeriod).toBe(given.backups);
      if (looks > 0 || !follows) throw new InvalidDBInstanceStateFault({ message: "not in an available state", $metadata: {} });
      promoted += 1;
      looks = 3;
      return {};
    }),
  );
  const cloudwatch = faked(
    new CloudWatchClient({ region: there }),
    on(GetMetricDataCommand, ({ NextToken = "0", ScanBy }) => {
      expect(ScanBy).toBe("TimestampDescending");
      const now = Math.floor(Date.now() / minute) * minute;
      // The newest says that nothing is copied just now; the one before it is what counts.
      const readings =
        lag === undefined
          ? []
          : [
              { at: now - minute, value: -1 },
              { at: now - 2 * minute, value: lag },
            ];
      const page = Number(NextToken);
      const told = readings.slice(page, page + 1);
      return {
        MetricDataResults: [{ Id: "lag", Timestamps: told.map(({ at }) => new Date(at)), Values: told.map(({ value }) => value) }],
        ...(page + 1 < readings.length && { NextToken: String(page + 1) }),
      };
    }),
  );
  return {
    rds,
    cloudwatch,
    promoted: () => promoted,
    lag: async (seconds: number | undefined) => {
      lag = seconds;
    },
  };
}

replicaContract("Amazon RDS, answered by a fake", undefined, async () => {
  const { rds, cloudwatch, promoted, lag } = fakes();
  return { open: () => readReplica({ ...given, rds, cloudwatch }), lag, clock: systemClock, promoted, close: async () => {} };
});

replicaContract("Amazon RDS in moto, with the end of its promotion", skip, async () => {
  await moto?.reset();
  const at = { credentials, endpoint: moto?.url ?? "" };
  const [source, other] = [new RDSClient({ region: here, ...at }), new RDSClient({ region: there, ...at })];
  await replicaIn(other, given.id, await databaseIn(source));
  const { lend, accepted } = promotions();
  const rds = lend(other);
  const cloudwatch = new CloudWatchClient({ region: there, ...at });
  const told = new Date(Math.floor((Date.now() - 3 * minute) / minute) * minute);
  const put = (Value: number, Timestamp: Date) =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "AWS/RDS",
        MetricData: [{ MetricName: "ReplicaLag", Dimensions: [{ Name: "DBInstanceIdentifier", Value: given.id }], Value, Timestamp }],
      }),
    );
  return {
    open: () => readReplica({ ...given, rds, cloudwatch }),
    lag: async (seconds) => {
      if (seconds !== undefined) await put(seconds, told);
      // Nothing is copied a minute later, which says nothing of how far it is.
      await put(-1, new Date(told.getTime() + minute));
    },
    clock: systemClock,
    promoted: () => accepted.length,
    close: async () => {
      for (const client of [source, other, cloudwatch]) client.destroy();
    },
  };
});

describe("a read replica", () => {
  const cloudwatch = faked(new CloudWatchClient({ region: here }));

  it("A12 whoever looks while its state is late does not promote it again", async () => {
    let calls = 0;
    const rds = faked(
      new RDSClient({ region: there }),
      on(DescribeDBInstancesCommand, () => ({
        DBInstances: [{ DBInstanceStatus: "available", ReadReplicaSourceDBInstanceIdentifier: "source" }],
      })),
      on(PromoteReadReplicaCommand, () => {
        calls += 1;
        if (calls > 1) throw new InvalidDBInstanceStateFault({ message: "not in an available state", $metadata: {} });
        return {};
      }),
    );
    const port = readReplica({ ...given, rds, cloudwatch });
    for (let looks = 0; looks < 3; looks++) expect(await port.promote()).toMatchObject({ is: "pending" });
  });

  it.each([
    { follows: "source", status: "storage-optimization", calls: 1, is: "pending" },
    // RDS promotes none meanwhile (Amazon RDS User Guide, "Promoting a read replica to be a standalone DB instance").
    { follows: "source", status: "backing-up", calls: 0, is: "pending" },
    // Its first backup, which may take hours.
    { follows: undefined, status: "backing-up", calls: 0, is: "done" },
    { follows: undefined, status: "rebooting", calls: 0, is: "pending" },
  ])(
    "A12 a database that is $status and follows $follows is promoted by $calls calls, and is $is",
    async ({ follows, status, calls, is }) => {
      let made = 0;
      const found = { DBInstanceStatus: status, ...(follows !== undefined && { ReadReplicaSourceDBInstanceIdentifier: follows }) };
      const rds = faked(
        new RDSClient({ region: there }),
        on(DescribeDBInstancesCommand, () => ({ DBInstances: [found] })),
        on(PromoteReadReplicaCommand, () => {
          made += 1;
          return {};
        }),
      );
      const port = readReplica({ ...given, rds, cloudwatch });
      expect({ made: (await port.promote()).is, calls: made }).toEqual({ made: is, calls });
    },
  );

  it.each([
    { follows: "source", status: "storage-full" },
    { follows: "source", status: "incompatible-parameters" },
    { follows: undefined, status: "inaccessible-encryption-credentials" },
  ])("A12 one that is $status, which only a person ends, is told of and not waited for", async ({ follows, status }) => {
    const found = { DBInstanceStatus: status, ...(follows !== undefined && { ReadReplicaSourceDBInstanceIdentifier: follows }) };
    const rds = faked(
      new RDSClient({ region: there }),
      on(DescribeDBInstancesCommand, () => ({ DBInstances: [found] })),
    );
    const result = await readReplica({ ...given, rds, cloudwatch }).promote();
    expect(result).toEqual({ is: "failed", because: `standby is ${status}` });
  });

  it("A12 the latest time up to which it had all counts, whatever it was behind before or is now", async () => {
    const at = Math.floor(Date.now() / minute) * minute;
    const metrics = faked(
      new CloudWatchClient({ region: there }),
      on(GetMetricDataCommand, () => ({
        MetricDataResults: [{ Id: "lag", Timestamps: [1, 2, 3].map((ago) => new Date(at - ago * minute)), Values: [240, 30, 0] }],
      })),
    );
    const port = readReplica({ ...given, rds: new RDSClient({ region: there }), cloudwatch: metrics });
    expect(await port.caughtUpTo()).toBe(at - 2 * minute - 30_000);
  });

  it("A12 a region may be given up hours after it was lost: its replica, which has told nothing since, still says how far it was", async () => {
    const at = Math.floor(Date.now() / minute) * minute - 20 * 60 * minute;
    const metrics = faked(
      new CloudWatchClient({ region: there }),
      on(GetMetricDataCommand, ({ StartTime }) => {
        const isIn = (StartTime?.getTime() ?? 0) <= at;
        return { MetricDataResults: [{ Id: "lag", Timestamps: isIn ? [new Date(at)] : [], Values: isIn ? [0] : [] }] };
      }),
    );
    const rds = faked(
      new RDSClient({ region: there }),
      on(DescribeDBInstancesCommand, () => ({
        DBInstances: [{ DBInstanceStatus: "available", ReadReplicaSourceDBInstanceIdentifier: "source" }],
      })),
    );
    expect(await readReplica({ ...given, rds, cloudwatch: metrics }).caughtUpTo()).toBeLessThanOrEqual(at);
  });

  it("A12 a proxy leads to it once it takes writes, and only then is its promotion over", async () => {
    const targets: string[] = [];
    let State: "REGISTERING" | "AVAILABLE" = "REGISTERING";
    const rds = faked(
      new RDSClient({ region: here }),
      on(DescribeDBInstancesCommand, () => ({ DBInstances: [{ DBInstanceStatus: "available" }] })),
      on(DescribeDBProxyTargetsCommand, () => ({
        Targets: targets.map((RdsResourceId) => ({ RdsResourceId, TargetHealth: { State, Description: "no credentials" } })),
      })),
      on(RegisterDBProxyTargetsCommand, ({ DBProxyName, DBInstanceIdentifiers = [] }) => {
        expect(DBProxyName).toBe("front");
        targets.push(...DBInstanceIdentifiers);
        return {};
      }),
    );
    const port = readReplica({ ...given, id: "data", rds, cloudwatch, proxy: "front" });
    expect([(await port.promote()).is, (await port.promote()).is]).toEqual(["pending", "pending"]);
    expect(await port.promote()).toMatchObject({ because: "the proxy front does not lead to data yet: no credentials" });
    State = "AVAILABLE";
    expect(await port.promote()).toEqual({ is: "done" });
    expect(targets).toEqual(["data"]);
  });

  it("A12 a proxy that leads to another database does not lead to this one", async () => {
    const registered: string[] = [];
    const rds = faked(
      new RDSClient({ region: here }),
      on(DescribeDBInstancesCommand, () => ({ DBInstances: [{ DBInstanceStatus: "available" }] })),
      on(DescribeDBProxyTargetsCommand, () => ({
        Targets: [{ RdsResourceId: "data-kept-1", TargetHealth: { State: "AVAILABLE" as const } }],
      })),
      on(RegisterDBProxyTargetsCommand, ({ DBInstanceIdentifiers = [] }) => {
        registered.push(...DBInstanceIdentifiers);
        return {};
      }),
    );
    const port = readReplica({ ...given, id: "data", rds, cloudwatch, proxy: "front" });
    expect({ is: (await port.promote()).is, registered }).toEqual({ is: "pending", registered: ["data"] });
  });

  it("A12 X05 a proxy that has it, and tells so late, is asked again and not given up", async () => {
    const rds = faked(
      new RDSClient({ region: here }),
      on(DescribeDBInstancesCommand, () => ({ DBInstances: [{ DBInstanceStatus: "available" }] })),
      on(DescribeDBProxyTargetsCommand, () => ({ Targets: [] })),
      on(RegisterDBProxyTargetsCommand, () => {
        throw new DBProxyTargetAlreadyRegisteredFault({ message: "data is a target", $metadata: {} });
      }),
    );
    const port = readReplica({ ...given, id: "data", rds, cloudwatch, proxy: "front" });
    expect(await port.promote()).toMatchObject({ is: "pending", because: expect.stringContaining("data is a target") });
  });
});
