import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
  type ServerSideEncryptionByDefault,
} from "@aws-sdk/client-s3";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

const ownKey = "Amazon S3's own key";

interface Facts {
  readonly encryption: ServerSideEncryptionByDefault | undefined;
  readonly versioning: string | undefined;
  readonly access: PublicAccessBlockConfiguration | undefined;
  readonly policy: string | undefined;
}

/** Buckets: encrypted with their own key, versioned, private, by TLS alone. */
export function buckets(stacks: readonly Stack[], clients: In<"s3">): Promise<Found> {
  const things = told(stacks, /BucketName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a bucket", async ({ stack, output, value }) => {
    const facts = await look(clients(stack.region).s3, value);
    // Load balancers and Amazon S3 write their logs with Amazon S3's own key alone (lib/plan/blocks/log-bucket.ts).
    const key = output === "LogBucketName" ? ownKey : stack.outputs[output.replace(/BucketName$/, "KeyArn")];
    return problemsIn(key, facts);
  });
}

async function look(s3: S3Client, Bucket: string): Promise<Facts> {
  const encryption = await unlessAbsent(
    s3.send(new GetBucketEncryptionCommand({ Bucket })),
    "ServerSideEncryptionConfigurationNotFoundError",
  );
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  const access = await unlessAbsent(s3.send(new GetPublicAccessBlockCommand({ Bucket })), "NoSuchPublicAccessBlockConfiguration");
  const policy = await unlessAbsent(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy");
  return {
    encryption: encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
    versioning: Status,
    access: access?.PublicAccessBlockConfiguration,
    policy: policy?.Policy,
  };
}

/** What a bucket does not have Amazon S3 answers with an error of its own (API reference, "Error responses"). */
export async function unlessAbsent<T>(asked: Promise<T>, name: string): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === name) return undefined;
    throw error;
  }
}

/** `key`: whose the bucket's should be, where that is known. */
function problemsIn(key: string | undefined, { encryption, versioning, access, policy }: Facts): readonly string[] {
  const used = encryption?.SSEAlgorithm === "aws:kms" ? encryption.KMSMasterKeyID : encryption && ownKey;
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } = access ?? {};
  return [
    ...unless(encryption !== undefined, "is not encrypted"),
    ...unless(encryption === undefined || key === undefined || used === key, `is encrypted with ${used}, not with ${key}`),
    ...unless(versioning === "Enabled", `versioning is ${versioning ?? "off"}`),
    ...unless(BlockPublicAcls && BlockPublicPolicy && IgnorePublicAcls && RestrictPublicBuckets, "public access is not blocked"),
    ...unless(policy?.includes("aws:SecureTransport"), "its policy takes requests without TLS"),
  ];
}
