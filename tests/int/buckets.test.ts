import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type ReplicationRule,
  S3Client,
  type ServerSideEncryptionByDefault,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { buckets } from "./buckets.ts";
import type { Stack } from "./outputs.ts";
import { replication } from "./replication.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const absent = (name: string): never => {
  throw Object.assign(new Error(name), { name });
};

interface Facts {
  readonly encryption?: ServerSideEncryptionByDefault;
  readonly versioning?: "Enabled" | "Suspended";
  readonly access?: PublicAccessBlockConfiguration;
  readonly policy?: string;
}

const access = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const policy = JSON.stringify({ Statement: [{ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }] });
const own: ServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "arn:key" };

const look = ({ encryption, versioning, access, policy }: Facts, output = "ReleasesBucketName") =>
  buckets([stack({ [output]: "orders-releases", ReleasesKeyArn: "arn:key" })], () => ({
    s3: faked(
      new S3Client(options),
      on(GetBucketEncryptionCommand, () =>
        encryption
          ? { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: encryption }] } }
          : absent("ServerSideEncryptionConfigurationNotFoundError"),
      ),
      on(GetBucketVersioningCommand, () => (versioning ? { Status: versioning } : {})),
      on(GetPublicAccessBlockCommand, () =>
        access ? { PublicAccessBlockConfiguration: access } : absent("NoSuchPublicAccessBlockConfiguration"),
      ),
      on(GetBucketPolicyCommand, () => (policy ? { Policy: policy } : absent("NoSuchBucketPolicy"))),
    ),
  }));

describe("A04 B11 B22 C13 buckets", () => {
  const good: Facts = { encryption: own, versioning: "Enabled", access, policy };
  const called = "orders-production-use1-base orders-releases";

  it("are fine when they are encrypted with the key that is told, versioned, private, by TLS alone", async () => {
    expect(await look(good)).toEqual(fine);
  });

  it("are fine with Amazon S3's own key where logs are written, and nowhere else", async () => {
    const plain: Facts = { ...good, encryption: { SSEAlgorithm: "AES256" } };
    expect(await look(plain, "LogBucketName")).toEqual(fine);
    expect(await look(plain)).toEqual(wrong(`${called}: is encrypted with Amazon S3's own key, not with arn:key`));
  });

  it.each<[string, Facts, string]>([
    ["another key", { ...good, encryption: { ...own, KMSMasterKeyID: "arn:other" } }, "is encrypted with arn:other, not with arn:key"],
    ["versioning that was stopped", { ...good, versioning: "Suspended" }, "versioning is Suspended"],
    ["one block of public access too few", { ...good, access: { ...access, BlockPublicPolicy: false } }, "public access is not blocked"],
    ["a policy that says nothing of TLS", { ...good, policy: "{}" }, "its policy takes requests without TLS"],
  ])("report %s", async (_, facts, problem) => {
    expect(await look(facts)).toEqual(wrong(`${called}: ${problem}`));
  });

  it("report everything that is missing from a bare one", async () => {
    expect(await look({})).toEqual(
      wrong(
        `${called}: is not encrypted`,
        `${called}: versioning is off`,
        `${called}: public access is not blocked`,
        `${called}: its policy takes requests without TLS`,
      ),
    );
  });

  it("report one that is not there, rather than take that for a bare one", async () => {
    const gone = buckets([stack({ ReleasesBucketName: "orders-releases" })], () => ({
      s3: faked(
        new S3Client(options),
        on(GetBucketEncryptionCommand, () => absent("NoSuchBucket")),
      ),
    }));
    expect(await gone).toEqual(wrong(`${called}: NoSuchBucket: NoSuchBucket`));
  });
});

describe("B11 B22 A12 replication", () => {
  const rule = (to: string, key: string): ReplicationRule => ({
    Status: "Enabled",
    Destination: { Bucket: `arn:aws:s3:::${to}`, EncryptionConfiguration: { ReplicaKmsKeyID: key } },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
  });
  const ask = (stacks: readonly Stack[], rules: Readonly<Record<string, readonly ReplicationRule[]>>) =>
    replication(stacks, () => ({
      s3: faked(
        new S3Client(options),
        on(GetBucketReplicationCommand, ({ Bucket = "" }) => {
          const Rules = rules[Bucket];
          return Rules ? { ReplicationConfiguration: { Role: "arn", Rules: [...Rules] } } : absent("ReplicationConfigurationNotFoundError");
        }),
      ),
    }));
  const releases = [stack({ ReleasesBucketName: "here" }), stack({ ReplicaBucketName: "there", ReplicaKeyArn: "arn:there" }, "replica")];
  const files = ["one", "two", "three"].map((name) => stack({ FilesBucketName: name, FilesKeyArn: `arn:${name}` }, `files-${name}`));

  it("is fine when releases are copied, encrypted with the key over there", async () => {
    expect(await ask(releases, { here: [rule("there", "arn:there")] })).toEqual(fine);
  });

  it("is fine when static files are copied from one region to all others, whichever comes first", async () => {
    expect(await ask(files, { two: [rule("one", "arn:one"), rule("three", "arn:three")] })).toEqual(fine);
  });

  it.each<[string, Readonly<Record<string, readonly ReplicationRule[]>>, string]>([
    ["no rule", {}, "nothing is copied to there"],
    ["a rule to another bucket", { here: [rule("elsewhere", "arn:there")] }, "nothing is copied to there"],
    ["a rule that is off", { here: [{ ...rule("there", "arn:there"), Status: "Disabled" }] }, "the rule for there is Disabled"],
    [
      "a rule that leaves out what is encrypted",
      { here: [{ ...rule("there", "arn:there"), SourceSelectionCriteria: {} }] },
      "what is encrypted is not copied to there",
    ],
    ["another key", { here: [rule("there", "arn:here")] }, "copies in there are encrypted with arn:here, not with arn:there"],
  ])("reports %s", async (_, rules, problem) => {
    expect(await ask(releases, rules)).toEqual(wrong(`releases: ${problem}`));
  });

  it("reports a region that gets no static files", async () => {
    expect(await ask(files, { two: [rule("one", "arn:one")] })).toEqual(wrong("static files: nothing is copied to two or to three"));
  });

  it("is skipped, saying so, where nothing has a copy", async () => {
    expect(await ask(files.slice(0, 1), {})).toEqual({ is: "skipped", because: "no stack has a copy of a bucket in another region" });
  });
});
