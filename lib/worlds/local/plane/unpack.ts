import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { extract } from "tar";
import { errorNumber, isDiskFull } from "../../../base/errors.ts";
import type { Artifact } from "../../../ports/artifact.ts";

interface Order {
  readonly file: string;
  readonly digest: string;
  readonly folder: string;
}

/**
 * Unpacks an artifact into a folder that must not be there yet, if its content is what its digest says. Resolves with
 * undefined, or with why not. In a thread of its own, since thousands of files would hold up the balancer.
 */
export function unpack(artifact: Artifact, folder: string): Promise<string | undefined> {
  const order: Order = { file: artifact.file, digest: artifact.digest, folder };
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: order });
    worker.once("message", (problem: string | null) => resolve(problem ?? undefined));
    worker.once("error", (error) => resolve(`cannot unpack ${artifact.version}: ${error instanceof Error ? error.message : error}`));
    worker.once("exit", () => resolve(`cannot unpack ${artifact.version}`));
  });
}

async function unpackHere({ file, digest, folder }: Order): Promise<string | undefined> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found !== digest) return `the artifact was changed after it was packed: ${file} has digest ${found}, not ${digest}`;
  const next = `${folder}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true, mode: 0o700 });
  await extract({ file, cwd: next, preserveOwner: false });
  await rename(next, folder);
  return undefined;
}

function describe(error: unknown, order: Order): string {
  if (errorNumber(error) === "ENOENT") return `the artifact is gone: ${order.file}`;
  if (isDiskFull(error)) return "the disk has no space left to unpack the artifact";
  return `the artifact cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`;
}

if (!isMainThread) {
  const order = workerData as Order;
  const problem = await unpackHere(order).catch((error: unknown) => describe(error, order));
  parentPort?.postMessage(problem ?? null);
}
