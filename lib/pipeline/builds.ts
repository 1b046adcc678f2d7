import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { isObject } from "../machine/read-back.ts";
import { writeWhole } from "../machine/whole-file.ts";
import { hashFile, hashText } from "./content.ts";
import type { Stage } from "./stages.ts";
import { writing } from "./state.ts";

/** A build that succeeded before and whose artifact is still there, unchanged. */
export interface Build {
  readonly digest: string;
  readonly file: string;
  readonly bytes: number;
  /** How the app is started by default; absent where nothing in it says how. */
  readonly start?: string;
}

/** Stands for what is done to a source: the stages and everything on this machine that a build depends on. */
export function stagesHash(stages: readonly Stage[]): string {
  return hashText(JSON.stringify([1, stages, process.version, process.platform, process.arch]));
}

/** The artifact of an earlier build of the same source by the same stages, or undefined. */
export async function reused(state: string, source: string, stages: string): Promise<Build | undefined> {
  const text = await readFile(recordOf(state, source, stages), "utf8").catch(() => undefined);
  const record = text === undefined ? undefined : parsed(text);
  if (!record) return undefined;
  const file = path.join(state, "artifacts", `${record.digest}.tar`);
  const is = await stat(file).catch(() => undefined);
  if (!is || (await hashFile(file)) !== record.digest) return undefined;
  return { ...record, file, bytes: is.size };
}

/** Remembers a successful build. */
export async function remember(
  state: string,
  source: string,
  stages: string,
  { digest, start }: Pick<Build, "digest" | "start">,
): Promise<void> {
  const record = recordOf(state, source, stages);
  await writing(state, async () => {
    await mkdir(path.dirname(record), { recursive: true, mode: 0o700 });
    await writeWhole(record, `${JSON.stringify({ digest, ...(start !== undefined && { start }) })}\n`);
  });
}

function recordOf(state: string, source: string, stages: string): string {
  return path.join(state, "builds", `${hashText(`${source}\0${stages}`)}.json`);
}

function parsed(text: string): { digest: string; start?: string } | undefined {
  try {
    const record: unknown = JSON.parse(text);
    if (!isObject(record) || typeof record.digest !== "string" || !/^[0-9a-f]{64}$/.test(record.digest)) return undefined;
    return { digest: record.digest, ...(typeof record.start === "string" && { start: record.start }) };
  } catch {
    return undefined;
  }
}
