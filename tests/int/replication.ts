import { GetBucketReplicationCommand, type ReplicationRule } from "@aws-sdk/client-s3";
import { unlessAbsent } from "./buckets.ts";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, type Told, told } from "./outputs.ts";

interface Copied {
  readonly called: string;
  readonly from: readonly Told[];
  readonly to: readonly Told[];
  /** How many of `to` are where the copies come from. */
  readonly sources: number;
}

/** Replication: what other regions have copies of is copied there, also what is encrypted, which Amazon S3 leaves out unless it is told. */
export function replication(stacks: readonly Stack[], clients: In<"s3">): Promise<Found> {
  const things = copied(stacks).filter(({ to, sources }) => to.length > sources);
  return eachOf(things, "no stack has a copy of a bucket in another region", async ({ from, to, sources }) => {
    const rules = (
      await Promise.all(
        from.map(async ({ stack, value }) => {
          const { s3 } = clients(stack.region);
          const asked = s3.send(new GetBucketReplicationCommand({ Bucket: value }));
          const found = await unlessAbsent(asked, "ReplicationConfigurationNotFoundError");
          return found?.ReplicationConfiguration?.Rules ?? [];
        }),
      )
    ).flat();
    const ruled = to.map((copy) => ({ copy, rule: rules.find(({ Destination }) => Destination?.Bucket?.endsWith(`:::${copy.value}`)) }));
    const without = ruled.flatMap(({ copy, rule }) => (rule ? [] : [copy.value]));
    return [
      ...unless(without.length === sources, `nothing is copied to ${without.join(" or to ")}`),
      ...ruled.flatMap(({ copy, rule }) => (rule ? problemsIn(copy, rule) : [])),
    ];
  });
}

/** Releases are copied to the replica; static files from the first region to every other. */
function copied(stacks: readonly Stack[]): readonly Copied[] {
  const files = told(stacks, /^FilesBucketName$/);
  return [
    { called: "releases", from: told(stacks, /^ReleasesBucketName$/), to: told(stacks, /^ReplicaBucketName$/), sources: 0 },
    { called: "static files", from: files, to: files, sources: 1 },
  ];
}

/** By default nothing that a key of KMS encrypts is copied (Amazon S3 User Guide, "Replicating encrypted objects"). */
function problemsIn({ stack, output, value }: Told, { Status, SourceSelectionCriteria, Destination }: ReplicationRule): readonly string[] {
  const key = stack.outputs[output.replace(/BucketName$/, "KeyArn")];
  const used = Destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  const takesEncrypted = SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled";
  return [
    ...unless(Status === "Enabled", `the rule for ${value} is ${Status}`),
    ...unless(takesEncrypted, `what is encrypted is not copied to ${value}`),
    ...unless(used === key, `copies in ${value} are encrypted with ${used}, not with ${key}`),
  ];
}
