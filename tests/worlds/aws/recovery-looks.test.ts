import { DescribeDBSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetBucketReplicationCommand, type ReplicationRule, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { copies, newestBackup } from "../../../lib/worlds/aws/recovery-looks.ts";
import { faked, on } from "./fake.ts";

const copyArn = "arn:aws:s3:::files-there";
const rule = (change: Partial<ReplicationRule>): ReplicationRule => ({ Status: "Enabled", Destination: { Bucket: copyArn }, ...change });

it.each<[string, ReplicationRule[], boolean, string]>([
  ["by a rule without a filter", [rule({})], true, "on"],
  ["by one whose filter takes all", [rule({ Filter: { Prefix: "" } })], true, "on"],
  ["by one of the first version for all", [rule({ Prefix: "" })], true, "on"],
  ["in parts, and all by another rule", [rule({ Filter: { Prefix: "a/" } }), rule({ Filter: {} })], true, "on"],
  ["as far as they begin so", [rule({ Filter: { Prefix: "assets/" } })], false, "only a part of the objects"],
  ["as far as they begin so, by the first version", [rule({ Prefix: "assets/" })], false, "only a part of the objects"],
  ["as far as they have a tag", [rule({ Filter: { Tag: { Key: "Copy", Value: "yes" } } })], false, "only a part of the objects"],
  ["as far as they have both", [rule({ Filter: { And: { Prefix: "a", Tags: [] } } })], false, "only a part of the objects"],
  ["no more", [rule({ Status: "Disabled" })], false, "a rule that is off"],
  ["elsewhere", [rule({ Destination: { Bucket: "arn:aws:s3:::other" } })], false, "no rule that leads there"],
])("A12 objects that are copied %s", async (_how, Rules, ok, saw) => {
  const client = faked(
    new S3Client({ region: "eu-west-1" }),
    on(GetBucketReplicationCommand, () => ({ ReplicationConfiguration: { Role: "arn:aws:iam::222222222222:role/copies", Rules } })),
  );
  expect(await copies({ name: "files-here", copyArn }, client)).toEqual({ ok, saw });
});

it("A12 the newest backup is one that is there, by the time of what it is a copy of: one that is being copied brings nothing back", async () => {
  const made = (hours: number, Status: string) => ({ Status, OriginalSnapshotCreateTime: new Date(hours * 3_600_000) });
  let told = [made(30, "creating"), made(4, "available"), made(24, "available")];
  const client = faked(
    new RDSClient({ region: "us-west-2" }),
    on(DescribeDBSnapshotsCommand, ({ DBInstanceIdentifier, SnapshotType }) => {
      expect({ DBInstanceIdentifier, SnapshotType }).toEqual({ DBInstanceIdentifier: "data", SnapshotType: "awsbackup" });
      return { DBSnapshots: told };
    }),
  );
  expect(await newestBackup(client, "data")).toBe(24 * 3_600_000);
  told = told.slice(0, 1);
  expect(await newestBackup(client, "data")).toBeUndefined();
});
