import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  DescribeDBProxyTargetsCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  RegisterDBProxyTargetsCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../lib/base/time.ts";
import { readReplica } from "../../../lib/worlds/aws/replica.ts";
import { credentials } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { faked, on } from "./fake.ts";

const skip = whyNo("moto");
const [here, there] = ["eu-west-1", "us-west-2"];

describe.skipIf(skip !== undefined)(`a read replica in another region${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let moto: Awaited<ReturnType<typeof emulator>>;
  const clientIn = (region: string) => new RDSClient({ region, credentials, endpoint: moto.url });
  const replica = () => {
    const cloudwatch = new CloudWatchClient({ region: there, credentials, endpoint: moto.url });
    return {
      cloudwatch,
      port: readReplica({ rds: clientIn(there), cloudwatch, clock: systemClock, id: "standby", readers: [], backups: 14 }),
    };
  };
  let sourceArn: string;
  beforeAll(async () => {
    moto = await emulator("moto");
  }, 60_000);
  afterAll(() => moto?.close());
  beforeEach(async () => {
    await moto.reset();
    const { DBInstance } = await clientIn(here).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "source",
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "sluice",
        MasterUserPassword: "not-a-secret",
        BackupRetentionPeriod: 7,
      }),
    );
    sourceArn = DBInstance?.DBInstanceArn ?? "";
    await clientIn(there).send(
      new CreateDBInstanceReadReplicaCommand({ DBInstanceIdentifier: "standby", SourceDBInstanceIdentifier: sourceArn }),
    );
  });

  it("A12 what it follows is read from the database, and AWS's words for a promotion are taken", async () => {
    const { port } = replica();
    expect(await port.status()).toMatchObject({ follows: expect.stringContaining("source"), isAvailable: true });
    // moto takes the call, and goes on to name the source: the rest is below, in the words of the API reference.
    expect(await port.promote()).toMatchObject({ is: "pending" });
  });

  it("A12 tells up to when it has all from its lag, and nothing where it copies nothing", async () => {
    const { port, cloudwatch } = replica();
    expect(await port.caughtUpTo()).toBeUndefined();
    const at = Math.floor((Date.now() - 180_000) / 60_000) * 60_000;
    const put = (Value: number, Timestamp: Date) =>
      cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: "AWS/RDS",
          MetricData: [{ MetricName: "ReplicaLag", Dimensions: [{ Name: "DBInstanceIdentifier", Value: "standby" }], Value, Timestamp }],
        }),
      );
    await put(-1, new Date(at + 60_000));
    expect(await port.caughtUpTo()).toBeUndefined();
    // A region may be given up hours after it was lost, and its replica has told nothing since.
    await put(0, new Date(at - 20 * 3_600_000));
    expect(await port.caughtUpTo()).toBeLessThanOrEqual(at - 20 * 3_600_000);
    await put(30, new Date(at));
    expect(await port.caughtUpTo()).toBeLessThanOrEqual(at - 30_000);
    expect(await port.caughtUpTo()).toBeGreaterThan(at - 90_000);
  });
});

it("A12 it is promoted once, with backups of its own: who asks again waits until it stands alone, and then changes nothing", async () => {
  let calls = 0;
  let DBInstanceStatus = "available";
  let follows: { ReadReplicaSourceDBInstanceIdentifier?: string } = { ReadReplicaSourceDBInstanceIdentifier: "source" };
  const rds = faked(
    new RDSClient({ region: there }),
    on(DescribeDBInstancesCommand, () => ({ DBInstances: [{ DBInstanceStatus, ...follows }] })),
    on(PromoteReadReplicaCommand, ({ BackupRetentionPeriod }) => {
      calls += 1;
      expect(BackupRetentionPeriod).toBe(14);
      if (calls > 1) throw Object.assign(new Error("not in an available state"), { name: "InvalidDBInstanceStateFault" });
      return {};
    }),
  );
  const cloudwatch = faked(new CloudWatchClient({ region: there }));
  const port = readReplica({ rds, cloudwatch, clock: systemClock, id: "standby", readers: [], backups: 14 });
  expect(await port.promote()).toMatchObject({ is: "pending" });
  // The state is late.
  expect(await port.promote()).toMatchObject({ is: "pending" });
  DBInstanceStatus = "modifying";
  expect(await port.promote()).toMatchObject({ is: "pending" });
  follows = {};
  expect(await port.promote()).toMatchObject({ is: "pending", because: expect.stringContaining("modifying") });
  DBInstanceStatus = "available";
  expect([await port.promote(), await port.promote()]).toEqual([{ is: "done" }, { is: "done" }]);
  expect(await port.status()).toEqual({ follows: undefined, isAvailable: true });
  expect(calls).toBe(2);
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
    const cloudwatch = faked(new CloudWatchClient({ region: there }));
    const port = readReplica({ rds, cloudwatch, clock: systemClock, id: "standby", readers: [], backups: 14 });
    expect({ made: (await port.promote()).is, calls: made }).toEqual({ made: is, calls });
  },
);

it("A12 a proxy leads to it once it takes writes, and only then is its promotion over", async () => {
  const targets: string[] = [];
  let State: "REGISTERING" | "AVAILABLE" = "REGISTERING";
  const rds = faked(
    new RDSClient({ region: here }),
    on(DescribeDBInstancesCommand, () => ({ DBInstances: [{ DBInstanceStatus: "available" }] })),
    on(DescribeDBProxyTargetsCommand, () => ({ Targets: targets.map((RdsResourceId) => ({ RdsResourceId, TargetHealth: { State } })) })),
    on(RegisterDBProxyTargetsCommand, ({ DBProxyName, DBInstanceIdentifiers = [] }) => {
      expect(DBProxyName).toBe("front");
      targets.push(...DBInstanceIdentifiers);
      return {};
    }),
  );
  const cloudwatch = faked(new CloudWatchClient({ region: here }));
  const port = readReplica({ rds, cloudwatch, clock: systemClock, id: "data", readers: [], backups: 14, proxy: "front" });
  expect([(await port.promote()).is, (await port.promote()).is]).toEqual(["pending", "pending"]);
  State = "AVAILABLE";
  expect(await port.promote()).toEqual({ is: "done" });
  expect(targets).toEqual(["data"]);
});
