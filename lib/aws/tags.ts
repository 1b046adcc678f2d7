import type { Tag, Value } from "./value.ts";

/** The most tags that one resource can have (Tagging AWS Resources User Guide, "Tag naming limits and requirements"). */
export const maxTags = 50;

/** Most services take 256 characters; those of RDS Proxy end at 128 (AWS CloudFormation template reference, AWS::RDS::DBProxy TagFormat). */
export const maxValue = 128;

/** Says of what a release builds which commit it is of. Nothing else has it, so that a commit alone changes nothing else (C14, ADR 0031). */
export const commitKey = "Commit";

/** The tag of what runs a version, or none where its name is no commit: a whole hash of Git, by SHA-1 or SHA-256, and no shortened one. */
export function commitTag(version: string): Tag | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(version) ? tag(commitKey, version) : undefined;
}

interface Ownership {
  readonly environment: string;
  readonly owner: string;
  readonly project: string;
  readonly costCenter: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** The tags of everything that can carry them (C14), sorted by key. Throws for a tag that AWS refuses: configuration has been checked. */
export function tagsOf({ environment, owner, project, costCenter, extra = {} }: Ownership): readonly Tag[] {
  const own = { Environment: environment, Owner: owner, Project: project, CostCenter: costCenter, ManagedBy: "sluice" };
  const taken = Object.keys(extra).find((key) => Object.hasOwn(own, key) || key === commitKey);
  if (taken !== undefined) throw new RangeError(`the tag ${taken} is Sluice's own`);
  const tags = Object.entries({ ...own, ...extra }).map(([key, value]) => tag(key, value));
  if (tags.length >= maxTags) throw new RangeError(`${tags.length} tags and the commit's; AWS takes at most ${maxTags}`);
  return tags.sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

/** Tags as the map that some services take. */
export const tagMap = (tags: readonly Tag[]): Readonly<Record<string, Value<string>>> =>
  Object.fromEntries(tags.map(({ Key, Value: given }) => [Key, given]));

/** Why AWS would refuse a tag: the narrowest rules that hold for all services. */
export function tagProblem(key: string, value: string): string | undefined {
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  if (key.trim() === "") return "a tag needs a key";
  if ([...key].length > 128) return `the key of a tag has at most 128 characters; "${key.slice(0, 20)}…" has ${[...key].length}`;
  if ([...value].length > maxValue) return `the value of ${key} has ${[...value].length} characters; at most ${maxValue} are possible`;
  if (/^aws:/i.test(key) || /^aws:/i.test(value)) return `"aws:" at the start of a tag is reserved for AWS: ${key}`;
  if (!allowed.test(key)) return `the key "${key}" has other characters than letters, digits, spaces and _ . : / = + - @`;
  if (!allowed.test(value)) return `the value of ${key} has other characters than letters, digits, spaces and _ . : / = + - @`;
  return undefined;
}

function tag(key: string, value: string): Tag {
  const problem = tagProblem(key, value);
  if (problem !== undefined) throw new RangeError(problem);
  return { Key: key, Value: value };
}
