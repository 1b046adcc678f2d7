import path from "node:path";
import { type Entry, entries } from "./content.ts";

/**
 * The files and links below a root that any of the patterns matches, sorted. `*` stays inside one name and `**` crosses folders, as in a
 * buildspec (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html); a plain path of a folder means all of it.
 */
export async function matching(root: string, patterns: readonly string[], excluded: readonly string[] = []): Promise<Entry[]> {
  const takes = patterns.map(patternOf);
  const drops = excluded.map(patternOf);
  const found = await entries(root, new Set([".git", ".sluice"]));
  return found.filter(
    ({ kind, path: at }) => kind !== "folder" && takes.some((take) => take.test(at)) && !drops.some((drop) => drop.test(at)),
  );
}

/** A pattern as a regular expression over paths with forward slashes. */
export function patternOf(pattern: string): RegExp {
  const plain = path.posix.normalize(pattern).replace(/^\.\//, "").replace(/\/$/, "");
  const source = plain.replaceAll(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return plain === "." ? /^/ : new RegExp(`^${source}${/[*?]/.test(plain) ? "" : "(?:/.*)?"}$`, "s");
}
