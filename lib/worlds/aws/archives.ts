import { createHash } from "node:crypto";
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, NoSuchKey, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { UserError } from "../../base/errors.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { asked } from "./failure.ts";
import { archiveAt } from "./released.ts";

/** Archives of releases in a bucket. */
export interface Archives {
  /** What a release of this key runs: a copy whose name says what is in it. It need not be there yet. */
  find(key: string): Promise<Artifact>;
  /** Makes the copy of what was found, unless it is there. */
  keep(artifact: Artifact): Promise<void>;
}

/**
 * An object of the same key may hold something else tomorrow, and instances fetch theirs whenever they start: so a release runs a copy, and what
 * was released once can come back. What is copied is what was found, whatever the key holds since.
 */
export function archivesIn(client: S3Client, bucket: string): Archives {
  const sources = new Map<string, string>();
  return {
    find: (key) =>
      asked(`take ${key} from ${bucket}`, async () => {
        const { digest, version } = await read(client, bucket, key);
        const artifact = archiveAt(bucket, digest, key);
        const source = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
        sources.set(artifact.file, version === undefined ? source : `${source}?versionId=${version}`);
        return artifact;
      }),
    keep: ({ file, version: key }) =>
      asked(`copy ${key} in ${bucket}`, async () => {
        const [Key, CopySource] = [file.slice(`s3://${bucket}/`.length), sources.get(file)];
        if (CopySource === undefined) throw new Error(`${key} is to be copied, and was not looked for`);
        if (!(await isThere(client, bucket, Key))) await client.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource }));
      }),
  };
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
