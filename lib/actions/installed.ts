import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { errorNumber, UserError } from "../base/errors.ts";

/** Loads a part of Sluice that needs packages which not everybody installs; where one is missing, says which to install. */
export async function installed<T>(what: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (errorNumber(error) !== "ERR_MODULE_NOT_FOUND" || !(error instanceof Error)) throw error;
    const missing = packages.find((name) => error.message.includes(`'${name}'`));
    if (missing === undefined) throw error;
    throw new UserError(
      "engine/not-installed",
      `${what} needs the package ${missing}, which is not installed`,
      `npm install ${packages.map((name) => `${name}@${versionOf(name)}`).join(" ")}`,
    );
  }
}

/**
 * Throws for packages that are not installed, all of them at once. For what needs several of them one after the other, and would otherwise come half-way
 * before it misses the first.
 */
export function refuseUninstalled(what: string, packages: readonly string[], isThere: (name: string) => boolean = isInstalled): void {
  const missing = packages.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  throw new UserError(
    "engine/not-installed",
    `${what} needs ${missing.length === 1 ? "a package" : `${missing.length} packages`} that ${missing.length === 1 ? "is" : "are"} not installed`,
    `npm install ${missing.map((name) => `${name}@${versionOf(name)}`).join(" ")}`,
    missing,
  );
}

function isInstalled(name: string): boolean {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch (error) {
    if (errorNumber(error) === "ERR_MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/** The version that Sluice was tried with: the newest one need not work, and was once not even installable. */
function versionOf(name: string): string {
  const file = findPackageJSON(".", import.meta.url);
  const found: unknown = file && JSON.parse(readFileSync(file, "utf8"));
  const version: unknown = Reflect.get(Object(Reflect.get(Object(found), "peerDependencies")), name);
  if (typeof version !== "string") throw new Error(`Sluice's package.json has no peer dependency ${name}`);
  return version;
}
