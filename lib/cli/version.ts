import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** Sluice's own version, from the package.json that this file belongs to. */
export function version(): string {
  const file = findPackageJSON(".", import.meta.url);
  if (!file) throw new Error("Sluice's package.json is missing");
  const found: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof found !== "object" || found === null || !("version" in found)) throw new Error("Sluice's package.json has no version");
  return String(found.version);
}
