import { createHash } from "node:crypto";
import type { Service } from "./schema/service.ts";

/** Which requests are those of a service that is not the first. */
export interface Route {
  /** Undefined where the environment has no domain: then any name. */
  readonly host: string | undefined;
  /** Empty: all paths. */
  readonly paths: readonly string[];
  /** Smaller is asked first. */
  readonly priority: number;
}

/** By paths under the domain, or by a name below it. The rules have refused a name where there is no domain. */
export function routeOf(service: Service, domain: string | undefined): Route {
  const { paths = [] } = service;
  return {
    host: domain === undefined || paths.length > 0 ? domain : `${labelOf(service)}.${domain}`,
    paths,
    priority: priorityOf(service),
  };
}

/** What stands before the domain in the name of a service. */
export const labelOf = ({ name, subdomain }: Service): string => subdomain ?? name.toLowerCase();

/** Services with paths before those with names, and of paths the longer before the shorter, each with room for services of one length. */
const places = { paths: { from: 1, each: 90 }, names: { from: 12_001, to: 24_999 } } as const;
/** Elastic Load Balancing API reference, PathPatternConditionConfig: the longest pattern. */
const longest = 128;

/**
 * The priority of a service, from itself alone: another service that comes or goes moves none, for a rule that changes sends its weights again.
 * Two services can get the same one; a rule asks for another then.
 */
export function priorityOf({ name, paths, priority }: Service): number {
  if (priority !== undefined) return priority;
  const hash = createHash("sha256").update(name).digest().readUInt32BE(0);
  if (!paths) return places.names.from + (hash % (places.names.to - places.names.from + 1));
  const shortest = Math.min(...paths.map(({ length }) => length));
  return places.paths.from + (longest - shortest) * places.paths.each + (hash % places.paths.each);
}

/** Whether a request to this path is the service's, where nothing but its own paths says so. */
export function takesPath({ paths }: Pick<Service, "paths">, path: string): boolean {
  const [asked = ""] = path.split("?");
  return paths === undefined || paths.some((pattern) => patternOf(pattern).test(asked));
}

/** Elastic Load Balancing, "Listener rules": `*` stands for any number of characters, `?` for one, and case matters. */
const patternOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
