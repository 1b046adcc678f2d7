import { GetBucketReplicationCommand, type ReplicationRule, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { copies } from "../../../lib/worlds/aws/recovery-looks.ts";
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
