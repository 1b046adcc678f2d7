import { RDSServiceException } from "@aws-sdk/client-rds";
import fc from "fast-check";
import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Result } from "../../../lib/ports/step-result.ts";
import { followAnew, keptName, type RestingRegion } from "../../../lib/worlds/aws/replica-anew.ts";
import { restingRegion } from "./resting-region.ts";

const source = "arn:aws:rds:us-west-2:222222222222:db:standby";
const as = "kept-20261128-212043-123";
type Region = ReturnType<typeof restingRegion>;

const given = ({ rds }: Region): RestingRegion => ({ rds, id: "data", readers: ["reader"], backups: 14, proxy: "front" });

/** Looks until it is over, by a new process each time, as none remembers anything. */
async function followed(region: Region, most = 200): Promise<Result> {
  for (let looks = 0; looks < most; looks++) {
    const result = await followAnew(given(region), source, as).catch((error: unknown) => {
      if (error instanceof RDSServiceException && ["Throttling", "TimeoutError"].includes(error.name)) return { is: "pending" } as const;
      throw error;
    });
    if (result.is !== "pending") return result;
  }
  throw new Error(`it is never over: ${region.accepted.join("; ")}`);
}

const once = [
  "the proxy leaves data",
  `data becomes data-${as}`,
  `data copies ${source}`,
  "data has the settings own",
  "data keeps backups for 14 days",
  `reader becomes reader-${as}`,
  "reader copies data",
];

it("A12 a database that stands alone is kept under another name, and a copy of the one that serves takes its place, then its readers'", async () => {
  const region = restingRegion();
  expect(await followed(region)).toEqual({ is: "done" });
  expect(region.accepted).toEqual(once);
  expect(region.now().get(`data-${as}`)).toMatchObject({ DbiResourceId: "db-OLD", DBInstanceStatus: "available" });
  expect(region.now().get("data")).toMatchObject({ ReadReplicaSourceDBInstanceIdentifier: source, BackupRetentionPeriod: 14 });
  expect(await followed(region)).toEqual({ is: "done" });
  expect(region.accepted).toEqual(once);
});

it("A12 what is made anew has the settings of what it stands for: in another region its key and subnets, and no tag of AWS's", async () => {
  const region = restingRegion();
  await followed(region);
  // As the plan has them (lib/plan/blocks/database.ts, operated): what is left out here is not what a deploy made.
  const common = {
    DBInstanceClass: "db.m7g.large",
    StorageType: "gp3",
    Port: 5432,
    VpcSecurityGroupIds: ["sg-1"],
    PubliclyAccessible: false,
    AutoMinorVersionUpgrade: true,
    CopyTagsToSnapshot: true,
    MonitoringInterval: 60,
    MonitoringRoleArn: "arn:aws:iam::222222222222:role/watcher",
    DatabaseInsightsMode: "standard",
    EnablePerformanceInsights: true,
    PerformanceInsightsKMSKeyId: "arn:aws:kms:eu-west-1:222222222222:key/2",
    PerformanceInsightsRetentionPeriod: 7,
    EnableCloudwatchLogsExports: ["postgresql"],
    Tags: [{ Key: "Project", Value: "catalog" }],
  };
  expect(region.asked.get("data")).toEqual({
    ...common,
    DBInstanceIdentifier: "data",
    SourceDBInstanceIdentifier: source,
    MultiAZ: true,
    DeletionProtection: true,
    KmsKeyId: "arn:aws:kms:eu-west-1:222222222222:key/1",
    DBSubnetGroupName: "isolated",
  });
  // RDS takes key, subnets and group of parameters from the source (RDS API reference, CreateDBInstanceReadReplica).
  expect(region.asked.get("reader")).toEqual({ ...common, DBInstanceIdentifier: "reader", SourceDBInstanceIdentifier: "data" });
});

it("A12 it is over once all that was made answers, and not before: also a database without readers", async () => {
  for (const readers of [["reader"], []]) {
    const region = restingRegion({ late: 0, engine: "mysql" });
    let result: Result = { is: "pending", lookAgainIn: duration(0), because: "" };
    while (result.is === "pending") result = await followAnew({ ...given(region), readers }, source, as);
    const states = ["data", ...readers].map((id) => region.now().get(id)?.DBInstanceStatus);
    expect({ result, states }).toEqual({ result: { is: "done" }, states: states.map(() => "available") });
  }
});

it("A12 MySQL takes its group of parameters as it is made, as some settings are the first start's, and PostgreSQL once it is there", async () => {
  const region = restingRegion({ engine: "mysql" });
  expect(await followed(region)).toEqual({ is: "done" });
  expect(region.asked.get("data")).toHaveProperty("DBParameterGroupName", "own");
  expect(region.accepted).toEqual(once.filter((one) => !one.includes("settings")));
  for (const id of ["data", "reader"]) expect(region.now().get(id)?.DBParameterGroups).toMatchObject([{ DBParameterGroupName: "own" }]);
});

it("A12 X05 throttled, timed out after the effect, and told late, nothing is renamed or made a second time", async () => {
  const fault = fc.constantFrom("throttled", "timed out", "well" as const);
  await fc.assert(
    fc.asyncProperty(fc.nat(6), fc.integer({ min: 1, max: 8 }), fc.array(fault, { maxLength: 40 }), async (late, takes, faults) => {
      const region = restingRegion({ late, takes });
      const left = [...faults];
      region.rds.middlewareStack.add(
        (next) => async (args) => {
          const now = left.shift() ?? "well";
          if (now === "throttled") throw new RDSServiceException({ name: "Throttling", $fault: "client", $metadata: {} });
          const result = await next(args);
          if (now === "timed out") throw new RDSServiceException({ name: "TimeoutError", $fault: "server", $metadata: {} });
          return result;
        },
        { step: "initialize", priority: "high", name: "faults" },
      );
      expect(await followed(region)).toEqual({ is: "done" });
      expect(new Set(region.accepted.filter((one) => !one.startsWith("the proxy")))).toEqual(new Set(once.slice(1)));
      expect(region.accepted.filter((one) => one.includes("becomes") || one.includes("copies"))).toHaveLength(4);
    }),
    { numRuns: 60 },
  );
});

it.each(["stopped", "storage-full", "incompatible-parameters"])(
  "A12 a database that is %s waits for a person, who is told",
  async (status) => {
    const region = restingRegion({ late: 0 });
    region.put("data", { DBInstanceStatus: status });
    expect(await followed(region)).toEqual({ is: "failed", because: `data is ${status}` });
    expect(region.accepted).toEqual([]);
  },
);

it("A12 what RDS refuses while it is waited for is told in RDS's words: it may be a thing that does not pass", async () => {
  const region = restingRegion({ late: 0 });
  region.put("standby", { DBInstanceStatus: "available", BackupRetentionPeriod: 0 });
  const told: string[] = [];
  for (let looks = 0; looks < 20; looks++) {
    const result = await followAnew(given(region), "standby", as);
    told.push(result.is === "pending" ? result.because : result.is);
  }
  expect(told.at(-1)).toBe("data is being made a copy of standby: standby keeps no backups");
});

it("A12 one that somebody promoted, or made beside the one that is kept, is put aside for nothing", async () => {
  const region = restingRegion({ late: 0 });
  await followed(region);
  const { accepted } = region;
  const before = [...accepted];
  region.put("data", { ReadReplicaSourceDBInstanceIdentifier: undefined });
  expect(await followed(region)).toMatchObject({ is: "failed", because: expect.stringContaining("follows nobody") });
  expect(accepted).toEqual(before);
});

it("A12 one that follows another database is nobody's to put aside but a person's", async () => {
  const region = restingRegion({ late: 0 });
  region.put("data", { ReadReplicaSourceDBInstanceIdentifier: "arn:aws:rds:us-west-2:222222222222:db:other" });
  expect(await followed(region)).toMatchObject({ is: "failed", because: expect.stringContaining("db:other") });
  expect(region.accepted).toEqual([]);
});

it("A12 where neither the database nor the one that was kept is there, the deploy makes it", async () => {
  const region = restingRegion();
  await expect(followAnew({ ...given(region), id: "other" }, source, as)).rejects.toMatchObject({ code: "world/changed" });
});

it("A12 the name of what is kept fits RDS's 63 characters, and no two are the same", () => {
  const long = `${"catalog-production-".repeat(3)}db`;
  // Where the cut comes behind a hyphen, no second one follows; what just fits stays whole.
  const [cut, fits] = [`${"x".repeat(30)}-${"y".repeat(20)}`, "x".repeat(62 - as.length)];
  const names = ["data", `${long}-1`, `${long}-2`, "x".repeat(63), cut, fits].map((id) => keptName(id, as));
  expect(new Set(names).size).toBe(6);
  expect(names.at(-1)).toBe(`${fits}-${as}`);
  for (const name of names) expect(name).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/);
});
