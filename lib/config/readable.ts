import { type Config, configuration } from "./config.ts";
import { type Problem, problemsOf, valueAt } from "./problems.ts";
import { Unread } from "./rules/rule.ts";

type Path = readonly PropertyKey[];

/** A configuration as far as it can be read, and what was wrong with the rest. */
export interface Read {
  /** Undefined where nothing can be read. What could not be read throws `Unread`. */
  readonly config: Config | undefined;
  readonly wrong: readonly Problem[];
}

/** Reads what somebody wrote. Whatever is wrong leaves a hole, so that the rules see the rest. */
export function readConfig(given: unknown): Read {
  const wrong: Problem[] = [];
  let holes: readonly Path[] = [];
  for (;;) {
    const parsed = configuration.safeParse(holes.reduce<unknown>(filled, given));
    if (parsed.success) return { config: withHoles(parsed.data, holes), wrong };
    const next: Path[] = [];
    for (const problem of problemsOf(parsed.error.issues)) {
      const hole = holes.find((one) => leadsTo(one, problem.path));
      // What no stand-in could fill goes with what it is part of.
      if (hole) next.push(hole.slice(0, -1));
      else {
        wrong.push(problem);
        next.push(holeAt(given, problem.path));
      }
    }
    holes = widest([...holes, ...next]);
    if (holes.some(({ length }) => length === 0)) return { config: undefined, wrong };
  }
}

/** The place of a mistake, or of the list that it is in: what is left of a list would have other positions. */
function holeAt(given: unknown, path: Path): Path {
  const list = path.findIndex((_, at) => Array.isArray(valueAt(given, path.slice(0, at))));
  return list < 0 ? path : path.slice(0, list);
}

const leadsTo = (one: Path, other: Path): boolean => one.every((key, at) => key === other[at]);

/** Holes that are in no other. */
const widest = (paths: readonly Path[]): readonly Path[] =>
  paths.filter((path, at) => !paths.some((other, place) => leadsTo(other, path) && (other.length < path.length || place < at)));

/** Stands in for what must be there, by the names on its way; `*` is the name of a service or an environment. Nobody ever reads it. */
const standIns: Readonly<Record<string, unknown>> = {
  project: "unread",
  "environments.*": { account: "000000000000", regions: ["us-east-1"] },
  "environments.*.account": "000000000000",
  "environments.*.regions": ["us-east-1"],
  "environments.*.existing.vpc.id": "vpc-00000000",
  "environments.*.existing.vpc.publicSubnets": ["subnet-00000000", "subnet-11111111"],
  "environments.*.existing.vpc.privateSubnets": ["subnet-00000000", "subnet-11111111"],
  "environments.*.existing.cluster.name": "unread",
  "environments.*.existing.balancer.arn": "unread",
  "environments.*.existing.balancer.securityGroup": "sg-00000000",
  "environments.*.existing.service.name": "unread",
  "environments.*.existing.service.taskFamily": "unread",
  "environments.*.existing.service.executionRole": "unread",
  "environments.*.existing.codeDeploy.application": "unread",
  "environments.*.migration.snapshot.identifier": "unread",
  "environments.*.migration.source.host": "un.read",
  "environments.*.migration.source.cidr": "unread",
  "services.*": {},
  "database.engine": "mysql",
  "database.version": "0",
  "delivery.source.connection": "unread",
  "delivery.source.repository": "un/read",
  "delivery.dockerHub.username": "unread",
  "delivery.dockerHub.token": "unread",
  "delivery.pulumi.backend": "unread",
  "delivery.pulumi.key": "unread",
  "workflow.repository": "un/read",
  "workflow.backend": "unread",
  "workflow.key": "unread",
};

/** A copy with what stands in for the value at a path, or without the value. */
function filled(given: unknown, path: Path): unknown {
  const names = path.map((name, at) => (at === 1 && isNamed(path) ? "*" : String(name)));
  return changed(given, path, standIns[names.join(".")]);
}

const isNamed = ([section]: Path): boolean => section === "environments" || section === "services";

function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  const after = changed(Reflect.get(Object(value), key), rest, to);
  // In its place: the first service is another one than the others.
  return Object.fromEntries(Object.entries({ ...Object(value), [key]: after }).filter(([, one]) => one !== undefined));
}

/** Services and environments keep their names, by which others know them; all else in a hole throws where it is read. */
function withHoles(config: Config, holes: readonly Path[]): Config {
  for (const [section = "", name, ...rest] of holes) {
    const list = section === "environments" || section === "services" ? config[section] : undefined;
    if (!list || name === undefined) dig(config, [section, ...(name === undefined ? [] : [name]), ...rest]);
    else {
      const at = list.findIndex((one) => one.name === name);
      if (rest.length > 0) dig(list[at], rest);
      else
        Object.defineProperty(list, at, {
          value: new Proxy({ name }, { get: (target, key) => (key === "name" ? target.name : unread()) }),
        });
    }
  }
  return config;
}

function dig(from: unknown, path: Path): void {
  const [key, ...back] = path.toReversed();
  const holder = valueAt(from, back.toReversed());
  if (key !== undefined && typeof holder === "object" && holder !== null)
    Object.defineProperty(holder, key, { enumerable: true, get: unread });
}

function unread(): never {
  throw new Unread();
}
