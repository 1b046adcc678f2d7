import { allow, objectsIn, type Statement } from "../../aws/policy.ts";
import type { OneOrMany, Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { bucket } from "./bucket.ts";
import { key } from "./key.ts";
import { principal, type RoleElsewhere } from "./role-elsewhere.ts";

/** Where a pipeline keeps what its stages hand on, with a key of its own (C03, C13, C16). */
export interface ArtifactStore {
  readonly bucketName: Value<string>;
  readonly bucketArn: Value<string>;
  readonly keyArn: Value<string>;
  /** What a stage may do with it. */
  readonly reads: readonly Statement[];
  readonly writes: readonly Statement[];
}

/** Days after which what a stage handed on goes: long enough to turn back to an earlier version. */
const expireAfter = 180;

/** `readers` are roles of other accounts that deploy what is kept here: they and nobody else there may read it (E07). */
export function artifactStore(block: Block, logs: Value<string>, readers: readonly RoleElsewhere[] = []): ArtifactStore {
  const there = readers.length > 0 ? [principal(block, readers)] : [];
  const opened = there.map((who) => ({
    Sid: "StagesOpenArtifacts",
    Effect: "Allow" as const,
    Action: "kms:Decrypt",
    Resource: "*",
    ...who,
  }));
  const encryption = key(block, "artifacts", "Encrypts what the stages of the pipeline hand on", opened);
  const made = bucket(block, "artifacts", {
    key: att(encryption, "Arn"),
    logs,
    expireAfter,
    statements: (own) =>
      there.map((who) => ({
        Sid: "StagesReadArtifacts",
        Effect: "Allow" as const,
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: objectsIn(att(own, "Arn")),
        ...who,
      })),
  });
  return storeOf({ bucketName: ref(made), bucketArn: att(made, "Arn"), keyArn: att(encryption, "Arn") });
}

type Place = Pick<ArtifactStore, "bucketName" | "bucketArn" | "keyArn">;

/** A store by where it is, such as in another stack. */
export const storeOf = (place: Place): ArtifactStore => ({ ...place, reads: readsOf([place]), writes: writesOf([place]) });

/** May read what the stages hand on in these stores. */
export const readsOf = (stores: readonly Place[]): readonly Statement[] => [
  allow({ sid: "ReadsArtifacts", actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: ofEach(stores, objects) }),
  allow({ sid: "KnowsTheBucket", actions: ["s3:GetBucketAcl", "s3:GetBucketLocation"], resources: ofEach(stores, (one) => one.bucketArn) }),
  // Also for what is written in parts (Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": multipart uploads).
  allow({ sid: "OpensArtifacts", actions: "kms:Decrypt", resources: ofEach(stores, (one) => one.keyArn) }),
];

/** May add to what the stages hand on in these stores. */
export const writesOf = (stores: readonly Place[]): readonly Statement[] => [
  allow({ sid: "WritesArtifacts", actions: "s3:PutObject", resources: ofEach(stores, objects) }),
  allow({ sid: "SealsArtifacts", actions: "kms:GenerateDataKey", resources: ofEach(stores, (one) => one.keyArn) }),
];

const objects = ({ bucketArn }: Place): Value<string> => objectsIn(bucketArn);

function ofEach(stores: readonly Place[], resource: (store: Place) => Value<string>): OneOrMany<Value<string>> {
  const [only, ...others] = stores.map(resource);
  return only !== undefined && others.length === 0 ? only : stores.map(resource);
}
