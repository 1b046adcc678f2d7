import path from "node:path";
import type { Value } from "../aws/value.ts";
import { digests } from "./functions.gen.ts";
import type { Plan, Resource } from "./template.ts";

/** The archive that a function of ours takes its code from. */
export interface Archive {
  /** Its key in the bucket, and its name as a file: the function and the digest of what is in it. */
  readonly name: string;
  readonly digest: string;
  readonly bucket: Value<string>;
  /** Where this installation of Sluice has it. */
  readonly file: string;
}

type Thing = keyof typeof digests;

/** The key of a function's code, which is another one when the code is. */
export const archiveName = (thing: Thing): string => `${thing}-${digests[thing]}.zip`;

const digestOf: ReadonlyMap<unknown, string> = new Map(
  Object.entries(digests).map(([thing, digest]) => [`${thing}-${digest}.zip`, digest]),
);

/** The archive of a resource that is a function of ours; undefined for every other. */
export function archiveOf({ properties }: Resource): Archive | undefined {
  if (!("Code" in properties)) return undefined;
  const { S3Bucket: bucket, S3Key: name } = properties.Code;
  const digest = digestOf.get(name);
  if (digest === undefined || bucket === undefined || typeof name !== "string") return undefined;
  return { name, digest, bucket, file: path.join(folder, name) };
}

/** The archives that a deploy of a plan takes to AWS. */
export const archivesOf = ({ stacks }: Plan): readonly Archive[] =>
  stacks.flatMap(({ resources }) => resources.flatMap((one) => archiveOf(one) ?? []));

/** `npm run bundle` writes them there, and the published package brings them, whose code lies in `dist` already. */
const above = path.join(import.meta.dirname, "..", "..");
const folder = path.basename(above) === "dist" ? path.join(above, "functions") : path.join(above, "dist", "functions");
