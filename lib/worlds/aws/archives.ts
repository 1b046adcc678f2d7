import { createHash } from "node:crypto";
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { asked } from "./failure.ts";
import { archiveAt } from "./released.ts";

/**
 * The archive of this key in the bucket of the releases. An object of the same key may hold something else tomorrow, and instances fetch theirs
 * whenever they start: so a release runs a copy whose name says what is in it, and what was released once can come back.
 */
export async function archiveOf(client: S3Client, bucket: string, key: string): Promise<Artifact> {
  return asked(`take ${key} from ${bucket}`, async () => {
    const { digest, version } = await read(client, bucket, key);
    const artifact = archiveAt(bucket, digest, key);
    const Key = artifact.file.slice(`s3://${bucket}/`.length);
    if (!(await isThere(client, bucket, Key))) {
      const source = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}${version === undefined ? "" : `?versionId=${version}`}`;
      await client.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource: source }));
    }
    return artifact;
  });
}

async function read(client: S3Client, Bucket: string, Key: string): Promise<{ readonly digest: string; readonly version?: string }> {
  try {
    const { Body, VersionId } = await client.send(new GetObjectCommand({ Bucket, Key }));
    if (!Body) throw new Error(`S3 gave no content of ${Key}`);
    const hash = createHash("sha256");
    for await (const chunk of Body.transformToWebStream()) hash.update(chunk);
    return { digest: hash.digest("hex"), ...(VersionId !== undefined && { version: VersionId }) };
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new UserError(
      "version/missing",
      `there is no archive ${Key} in ${Bucket}`,
      `put it there first: aws s3 cp ARCHIVE s3://${Bucket}/${Key}`,
    );
  }
}

async function isThere(client: S3Client, Bucket: string, Key: string): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand({ Bucket, Key }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
