import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorNumber, UserError } from "../base/errors.ts";
import { nearest } from "../config/nearest.ts";
import { CommandFailed, capture } from "../machine/capture.ts";
import { toolEnvironment } from "../machine/environment.ts";
import { writing } from "./state.ts";
import type { Source } from "./version.ts";

const packageSpec = /^npm:((?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*)@([\w.+-]+)$/i;

/** The field of our package.json that says which package it is about; `defaultStart` reads it. */
export const publishedField = "sluicePublished";

/** One quick second try: npm's own patience is a minute and a half. */
const patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=500"];

/** Whether somebody means a package of npm; whether it is written well, `npmSource` says. */
export function isNpmSpec(spec: string | undefined): spec is `npm:${string}` {
  return spec?.startsWith("npm:") ?? false;
}

/**
 * A published version, or what a dist-tag stands for now. Its checkout is a package.json with this one exact dependency; the install
 * stage does the rest. Throws `source/not-found`, with the versions that come nearest.
 */
export async function npmSource(spec: string, signal?: AbortSignal): Promise<Source> {
  const [, name, wanted] = packageSpec.exec(spec) ?? [];
  if (!name || !wanted)
    throw new UserError(
      "source/not-found",
      `"${spec}" does not name one published version`,
      "write npm:PACKAGE@VERSION, for example npm:http-server@14.1.1",
    );
  const { version, integrity } = await lookUp(name, wanted, signal);
  return {
    version: `${name}@${version}`,
    from: `npm package ${name}, version ${version}`,
    kind: "npm",
    digest: integrity,
    revision: version,
    notes: [],
    checkout: (into) =>
      writing(into, async () => {
        await mkdir(into, { recursive: true });
        const manifest = { name: "rehearsed", version: "0.0.0", private: true, dependencies: { [name]: version }, [publishedField]: name };
        await writeFile(path.join(into, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
      }),
  };
}

async function lookUp(name: string, wanted: string, signal: AbortSignal | undefined): Promise<{ version: string; integrity: string }> {
  const found = await view([`${name}@${wanted}`, "version", "dist.integrity", "dist.shasum"], signal);
  if (typeof found === "object" && found !== null && "version" in found && typeof found.version === "string") {
    const integrity = ["dist.integrity", "dist.shasum"].map((key) => Object.entries(found).find(([has]) => has === key)?.[1]).find(Boolean);
    return { version: found.version, integrity: String(integrity ?? `${name}@${found.version}`) };
  }
  const versions = await view([name, "versions"], signal);
  const known = Array.isArray(versions) ? versions.map(String).reverse() : [];
  if (known.length === 0)
    throw new UserError("source/not-found", `there is no npm package ${name}`, "check its name, and that npm can reach its registry");
  const alike = nearest(wanted, known);
  throw new UserError(
    "source/not-found",
    `${name} has no one version "${wanted}"`,
    alike.length > 0 ? `what comes nearest: ${alike.join(", ")}` : `its newest: ${known.slice(0, 3).join(", ")}`,
  );
}

/** What `npm view` answers, or undefined where the registry knows no such thing. Throws where it does not answer at all. */
async function view(args: readonly string[], signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const stdout = await capture("npm", ["view", "--json", ...patience, "--", ...args], { env: toolEnvironment(), signal });
    return stdout.trim() === "" ? undefined : (JSON.parse(stdout) as unknown);
  } catch (error) {
    signal?.throwIfAborted();
    if (errorNumber(error) === "ENOENT")
      throw new UserError(
        "source/not-found",
        "npm is needed to take a published version, and it is not installed",
        "install npm, which comes with Node",
      );
    const said = error instanceof CommandFailed ? error.stderr : String(error);
    if (/\bE404\b|\bETARGET\b|No match found/.test(said)) return undefined;
    throw new UserError(
      "source/not-found",
      `npm could not look up ${args[0]}`,
      "check that npm can reach its registry: npm ping",
      lastOf(said),
    );
  }
}

function lastOf(said: string): string[] {
  return said
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 5);
}
