import { UserError } from "../../base/errors.ts";
import { otherSlot } from "../../base/outcome.ts";
import { type Duration, duration } from "../../base/time.ts";
import type { Config } from "../../config/config.ts";
import type { Service } from "../../config/schema/service.ts";
import { wavesOf } from "../../config/serving.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import type { World } from "../../ports/world.ts";
import type { Placement, ReleasePlan } from "../../release/plan.ts";
import type { Environment } from "../../release/state.ts";
import { liveTold, type WaveGiven, whereOf, worldOf } from "../../release/waves.ts";
import { runningIn } from "../../worlds/aws/artifact.ts";
import type { Opened } from "../../worlds/aws/opened.ts";
import { type Place, placeOf } from "../../worlds/aws/place.ts";
import type { AlarmsIn } from "./alarms.ts";
import { domainOf, liveIn } from "./begin.ts";
import { liveBy } from "./driven.ts";
import { countIn } from "./settings.ts";

/** One region in which a service serves callers, opened. */
export interface Region {
  readonly name: string;
  /** How long the gates must hold there at each weight. */
  readonly bake: Duration;
  readonly place: Place;
  readonly aws: Opened;
}

/** In the order in which a release goes through them. */
export type Regions = readonly [Region, ...Region[]];

/** Opens every region that serves callers, each in its own. Asks AWS nothing. */
export function openRegions(config: Config, map: EnvironmentMap, service: Service, open: (place: Place) => Opened): Regions {
  const domain = domainOf(config, map.environment);
  const environment = config.environments.find(({ name }) => name === map.environment);
  const places = environment ? wavesOf(config, environment) : [];
  const placed = places.map(({ region, bake }) => ({ name: region, bake, place: placeOf(map, config, domain, { service, region }) }));
  const [first, ...others] = placed.map((one): Region => ({ ...one, aws: open(one.place) }));
  if (!first) throw new Error(`${map.environment} has no region; the schema let this pass`);
  return [first, ...others];
}

/** What the plan of a release acts on. Throws `world/unsupported` where it goes on in a region that the configuration no longer has. */
export function worldFor(regions: Regions, plan: ReleasePlan): World {
  return worldOf(plan, (candidate, name) => {
    const found = name === undefined ? regions[0] : regions.find((region) => region.name === name);
    if (found) return found.aws.world(candidate);
    throw new UserError(
      "world/unsupported",
      `${plan.release} has not ended in ${name}, where "${plan.environment}" serves no callers by the configuration`,
      "put the region back into the configuration until the release has ended",
    );
  });
}

/** A version in the registry of each region. Throws where one has another image, or none, with the command that copies it. */
export async function artifactsIn(regions: Regions, version: string): Promise<readonly Artifact[]> {
  const [first, ...others] = regions;
  const artifact = await first.aws.artifact(version);
  const copies = await Promise.all(others.map((region) => copyIn(region, artifact)));
  const missing = copies.flatMap((copy) => ("missing" in copy ? [copy] : []));
  if (missing.length > 0) {
    throw new UserError(
      "version/missing",
      `${version} of ${first.name} is not in ${missing.map(({ missing: name }) => name).join(", ")}: each region starts its copies from a registry of its own`,
      `copy it, then release again: ${missing.map(({ fix }) => fix).join(" && ")}`,
    );
  }
  return [artifact, ...copies.flatMap((copy) => ("digest" in copy ? [copy] : []))];
}

type Copy = Artifact | { readonly missing: string; readonly fix: string };

/** The same image by its digest: a tag may lead to another one there. */
async function copyIn({ name, aws, place: { runs } }: Region, { digest, version, file }: Artifact): Promise<Copy> {
  try {
    return { ...(await aws.artifact(`sha256:${digest}`)), version };
  } catch (error) {
    if (!(error instanceof UserError && error.code === "version/missing") || runs.on !== "ecs") throw error;
    const tag = version.startsWith("sha256:") ? digest.slice(0, 12) : version;
    return { missing: name, fix: `docker buildx imagetools create --prefer-index=false --tag ${runs.registry}:${tag} ${file}` };
  }
}

/** What is live in a region, and how the ledger calls it. */
export interface Live {
  readonly where: string;
  readonly live: Placement;
  /** Whether the ledger knew. */
  readonly known: boolean;
}

/** What it takes to know what is live. */
interface Looked {
  readonly regions: Regions;
  readonly before: Environment;
  readonly config: Config;
  readonly service: Service;
}

/** What is live in a region. */
export async function liveAt({ name, place, aws }: Region, { regions, before, config, service }: Looked): Promise<Live> {
  const where = whereOf(service.name, name);
  const isFirst = service.name === config.services[0].name && name === place.ledgerRegion;
  const told = liveTold(before, { service: service.name, region: name, isFirst });
  const running = (digest: string, version: string) => runningIn(place, digest, version);
  const { driver } = aws.world("green");
  const at = { environment: place.environment, world: aws.world, ...(regions.length > 1 && { region: name }) };
  const live = await (driver ? liveBy(driver, told, running) : liveIn(at, told, running));
  return { where, live, known: before.lives[where]?.artifact === live.artifact };
}

/** The regions as the plan takes them. */
export function wavesFor(
  regions: Regions,
  lives: readonly Live[],
  artifacts: readonly Artifact[],
  service: Service,
  alarms: AlarmsIn,
): [WaveGiven, ...WaveGiven[]] {
  const [first, ...others] = regions.flatMap(({ name, bake }, at): WaveGiven[] => {
    const [live, artifact] = [lives[at]?.live, artifacts[at]];
    if (!live || !artifact) return [];
    const count = countIn(service, otherSlot(live.slot), live.count);
    return [{ region: name, bake, live, candidate: { artifact, count }, alarms: alarms(name) }];
  });
  if (!first) throw new Error("a release has a region");
  return [first, ...others];
}

const patience = duration(10_000);

/**
 * Throws where the tests could not come in from here: that would be found out only once the candidate runs, as if it were its fault, or in a later
 * region once the first has the new version. Each test listener lets in its own network. A function in the environment tests from there, and a
 * driver asks nobody.
 */
export async function refuseUnreachable({ rollout }: Pick<Config, "rollout">, regions: Regions): Promise<void> {
  if (rollout.host === "lambda") return;
  const answers = await Promise.all(
    regions.map(async ({ name, aws, place }) => {
      const { router, probe, driver } = aws.world("green");
      if (driver) return [];
      const check = { kind: "http", method: "GET", path: "/", status: [500], timeout: patience } as const;
      const [answer] = await probe.ask(await router.test("known-bad"), [check]);
      return answer?.ok === true ? [] : [`${name} (${place.entrance.balancers["known-bad"]}:${place.entrance.port}): ${answer?.saw ?? ""}`];
    }),
  );
  const silent = answers.flat();
  if (silent.length === 0) return;
  const where = regions.length === 1 ? "the load balancer" : "the load balancer of every region";
  const [{ place }] = regions;
  throw new UserError(
    "world/unreachable",
    `tests cannot come in from here: ${silent.join("; ")}`,
    `release from a network that ${where} lets in at its test port, ${place.entrance.port}, such as its own VPC, or let a function there do it: rollout.host "lambda"`,
  );
}
