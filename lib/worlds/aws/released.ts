import { createHash } from "node:crypto";
import type { Artifact } from "../../ports/artifact.ts";

/** Where copies of what was released lie, each under the digest of its content. */
const released = /^s3:\/\/[^/]+\/released\/([0-9a-f]{64})\/(.+)$/;

/** A release as a fleet of instances takes it. */
export function archiveAt(bucket: string, digest: string, version: string): Artifact {
  return { digest, version, file: version.startsWith("s3://") ? version : `s3://${bucket}/released/${digest}/${version}`, start: "" };
}

/** What an address stands for. One that a person wrote says nothing of its content: it is known by itself. */
export function releaseAt(address: string): { readonly digest: string; readonly version: string } | undefined {
  const [, digest, version] = released.exec(address) ?? [];
  if (digest !== undefined && version !== undefined) return { digest, version };
  return address.startsWith("s3://") ? { digest: createHash("sha256").update(address).digest("hex"), version: address } : undefined;
}
