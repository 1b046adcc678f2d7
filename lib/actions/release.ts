import { UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import { type Clock, duration } from "../base/time.ts";
import type { Config } from "../config/config.ts";
import type { Service } from "../config/schema/service.ts";
import type { Account } from "../ports/account.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Holder, Ledger } from "../ports/ledger.ts";
import type { World } from "../ports/world.ts";
import { letGo, newController, record, recordPlan, take } from "../release/controller.ts";
import { untilEnd } from "../release/narrate.ts";
import { type SealedPlan, seal } from "../release/plan.ts";
import { type Report, reportOf } from "../release/report.ts";
import { type Environment, planOf, type Release, readEnvironment } from "../release/state.ts";
import type { Opened } from "../worlds/aws/opened.ts";
import { type Place, releaseHostOf } from "../worlds/aws/place.ts";
import type { ReleaseFunction } from "../worlds/aws/release-function.ts";
import { newReleaseId } from "./rehearsal/open.ts";
import { outcomeOf } from "./rehearsal/outcome.ts";
import { tellPlan } from "./rehearsal/release.ts";
import type { AlarmsIn } from "./release/alarms.ts";
import { refuseOtherHolder } from "./release/begin.ts";
import { limitsOf, refuseSeveral } from "./release/driven.ts";
import { seeingExecutions, underWay, type Watched, watch } from "./release/in-lambda.ts";
import { type Interrupted, interrupted, orInterrupted, orUnwatched, outcomeUnwatched } from "./release/interrupted.ts";
import { outlasting } from "./release/outlasting.ts";
import { preflight } from "./release/preflight.ts";
import { openRegions, type Regions, wavesFor, worldFor } from "./release/regions.ts";
import { seenIn } from "./release/seen.ts";
import { refuseUntestable, serviceOf } from "./release/service.ts";
import { planFor, planForDriver } from "./release/settings.ts";
import { refuseOtherVersion, versionNamed } from "./release/unfinished.ts";
import type { OutcomeEvent, Signals } from "./views.ts";

/** What a release to an environment on AWS works with. */
export interface ReleaseWith {
  readonly config: Config;
  readonly map: EnvironmentMap;
  /** A tag or digest of an image, or the key of an archive; may be left out for what was left unfinished. */
  readonly version?: string;
  /** Which service; may be left out where there is one. */
  readonly service?: string;
  readonly open: (place: Place) => Opened;
  readonly account: Pick<Account, "answer">;
  /** The alarms of CloudWatch in a region that must be quiet before the release, and that its gate watches. */
  readonly alarms: AlarmsIn;
  readonly clock: Clock;
  readonly holder: Holder;
  readonly tell: Tell;
  readonly signals: Pick<Signals, "stop">;
  /** Keeps the report of what has ended, and tells where. */
  readonly keep: (report: Report) => Promise<string>;
}

/** Longer than a turn whose self-test waits three times for CloudWatch. Here a dead holder is seen to be gone sooner. */
const lease = duration(900_000);

/**
 * Releases a version of a service to an environment on AWS, region by region, or goes on with the release that was left unfinished there.
 * Nothing is changed before the account, the holder of the weights, the live version and its traffic are as the configuration and the ledger
 * say, the version is there, no alarm fires and the candidate has room (`preflight`). Killed at any instant, the
 * next call goes on (X05). Carried out from here, the first Ctrl-C asks for a rollback; in Lambda it only stops the watching. A gate that fails
 * turns it back by itself: all traffic to the live version, then the candidate is stopped. Once it has ended as released, the way back is a
 * release of the version before.
 */
export async function release(given: ReleaseWith): Promise<OutcomeEvent> {
  const { config, map, open, clock } = given;
  const { environment } = map;
  const begun = clock.now();
  refuseOtherHolder(config, environment);
  const service = serviceOf(config, given.service);
  refuseUntestable(service);
  const regions = openRegions(config, map, service, open);
  const [{ aws }] = regions;
  try {
    const alias = config.rollout.host === "lambda" ? releaseHostOf(map) : undefined;
    await aws.refuseOtherAccount(accountOf(map));
    const carrier = alias === undefined ? undefined : aws.releaseFunction(alias);
    const watched = await begunOrLeft({ ...given, released: service, regions, aws, ...(carrier && { carrier }) });
    if (watched.is === "interrupted") return interrupted({ ...given, environment }, watched, begun);
    const seen = await seenIn(regions, watched.release, given.tell);
    if (watched.is === "unwatched") return outcomeUnwatched(watched.release, seen.callers, begun, clock.now());
    const report = reportOf(untilEnd(await aws.world("green").ledger.read(planOf(watched.release.id)), watched.release.id), seen);
    return outcomeOf(report, await kept(given, report), begun, clock.now());
  } finally {
    for (const region of regions) region.aws.close();
  }
}

/** Where the report is. One that cannot be written, as on a full disk, changes nothing of how the release ended. */
async function kept({ keep, tell }: ReleaseWith, report: Report): Promise<string> {
  try {
    return await keep(report);
  } catch (error) {
    tell({
      type: "note",
      text: `the report of ${report.release} could not be kept: ${error instanceof Error ? error.message : String(error)}`,
    });
    return "";
  }
}

const accountOf = ({ stacks: [stack] }: EnvironmentMap): string => stack?.account ?? "";

/** A release on its way: where to, and by whom if not from here. */
interface Way extends ReleaseWith {
  readonly released: Service;
  readonly regions: Regions;
  /** The first region, by which the ledger is read. */
  readonly aws: Opened;
  readonly carrier?: ReleaseFunction;
}

async function begunOrLeft(way: Way): Promise<Watched | Interrupted> {
  const { carrier, clock, holder, tell } = way;
  const ledger = ledgerOf(way);
  const running = carrier && (await underWay(ledger, carrier));
  if (running) {
    refuseOtherVersion(wantedBy(way), running.release);
    tellPlan(running.release.sealed, tell);
    return orUnwatched(watch(watchOf(way, carrier), running.release.id, running.execution), running.release.id);
  }
  const { release: found, held } = await readEnvironment(ledger);
  // What carries it out takes the lock itself, and may be about to.
  if (carrier && found && !found.ended && !(held && held.until > clock.now())) {
    refuseOtherVersion(wantedBy(way), found);
    return goOn(way, found);
  }
  const fresh = newReleaseId();
  // Nothing is held for whoever is refused.
  const before = await take({ ledger, clock, holder, lease, environment: way.map.environment }, ({ release: left }) => {
    if (left && !left.ended) refuseOtherVersion(wantedBy(way), left);
    else versionNamed(wantedBy(way));
    return left && !left.ended ? left.id : fresh;
  });
  const left = before.release?.ended ? undefined : before.release;
  return left ? goOn(way, left) : beginNew(way, before, fresh);
}

function ledgerOf({ aws, carrier }: Way): Ledger {
  const { ledger } = aws.world("green");
  return carrier ? seeingExecutions(ledger, carrier) : ledger;
}

const wantedBy = ({ config, map, released, version }: Way) => ({
  config,
  environment: map.environment,
  service: released.name,
  ...(version !== undefined && { version }),
});

async function beginNew(way: Way, before: Environment, id: string): Promise<Watched | Interrupted> {
  const { config, map, holder, tell, clock, regions, released: service, aws } = way;
  const where = () => ({ release: id, at: clock.now(), holder });
  const { ledger, meter, driver } = aws.world("green");
  try {
    if (driver) refuseSeveral(driver, map.environment, regions);
    const version = versionNamed(wantedBy(way));
    const { lives, artifacts } = await preflight({ ...way, version, before, service, accountId: accountOf(map) });
    const waves = wavesFor(regions, lives, artifacts, service, way.alarms);
    for (const { live, where: at, known } of lives) if (!known) await record(ledger, "seeded", { live, where: at }, where());
    if (driver) tell({ type: "note", text: limitsOf(driver) });
    const common = { config, service, release: id, environment: map.environment, delay: meter.delay };
    const sealed = seal(driver ? planForDriver({ ...common, wave: waves[0], driver: driver.name }) : planFor({ ...common, waves }));
    tellPlan(sealed, tell);
    // What carries it out elsewhere has a role there.
    const outlasts = way.carrier ? undefined : outlasting(sealed.plan, clock.now(), await aws.credentialsEnd());
    if (outlasts !== undefined) tell({ type: "note", text: outlasts });
    await Promise.all(artifacts.map((artifact, at) => regions[at]?.aws.keep(artifact)));
    await recordPlan(ledger, sealed, where());
    return await carryOut(way, sealed, id);
  } catch (error) {
    if (error instanceof UserError && error.code !== "release/held") await endUnplanned(aws.world("green"), id, error, holder);
    throw error;
  }
}

/** What stands in the way before there is a plan ends the release, so that nobody has to wait for its lease. */
async function endUnplanned({ ledger, clock }: World, id: string, error: UserError, holder: Holder): Promise<void> {
  if ((await readEnvironment(ledger)).release?.id === id) return;
  const body = { outcome: "blocked", because: error.message, undid: [], left: [] } as const;
  await record(ledger, "ended", body, { release: id, at: clock.now(), holder });
}

/** A release whose controller died goes on where the ledger says that it was, whatever carried it out before. */
async function goOn(way: Way, found: Release): Promise<Watched | Interrupted> {
  const { id, sealed } = found;
  way.tell({ type: "resumed", release: id, because: "its controller ended before it did" });
  tellPlan(sealed, way.tell);
  return carryOut(way, sealed, id, found);
}

async function carryOut(way: Way, sealed: SealedPlan, id: string, known?: Release): Promise<Watched | Interrupted> {
  const { regions, carrier, clock, holder, tell, signals } = way;
  const world = worldFor(regions, sealed.plan);
  if (!carrier) return orInterrupted(newController(world, holder, tell, lease), { id, known, stop: signals.stop });
  await letGo({ ledger: world.ledger, clock, holder }, id);
  const execution = await carrier.start({ release: id, place: regions[0].place });
  // Whoever pressed Ctrl-C before there was anything to watch wanted no release.
  if (signals.stop.aborted)
    await record(world.ledger, "asked", { what: "rollback", by: "Ctrl-C" }, { release: id, at: clock.now(), holder });
  return orUnwatched(watch(watchOf(way, carrier), id, execution), id);
}

const watchOf = (way: Way, carrier: ReleaseFunction) => ({ ...way, carrier, ledger: ledgerOf(way), stop: way.signals.stop });
