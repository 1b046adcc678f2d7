import { UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import { exitCodes, otherSlot } from "../base/outcome.ts";
import { type Clock, duration, type Instant } from "../base/time.ts";
import type { Config } from "../config/config.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import type { Holder } from "../ports/ledger.ts";
import type { World } from "../ports/world.ts";
import { newController, record, take } from "../release/controller.ts";
import { seal } from "../release/plan.ts";
import { type Environment, foldLedger, type Release } from "../release/state.ts";
import { runningIn } from "../worlds/aws/artifact.ts";
import type { Opened } from "../worlds/aws/opened.ts";
import { type Place, placeOf } from "../worlds/aws/place.ts";
import { turnUntilEnded } from "./carry-out.ts";
import { newReleaseId } from "./rehearsal/open.ts";
import { tellPlan } from "./rehearsal/release.ts";
import { domainOf, liveIn, refuseMore, refuseOtherHolder } from "./release/begin.ts";
import { countIn, planFor } from "./release/settings.ts";
import type { OutcomeEvent, Signals } from "./views.ts";

/** What a release to an environment on AWS works with. */
export interface ReleaseWith {
  readonly config: Config;
  readonly map: EnvironmentMap;
  /** A tag or digest of an image, or the key of an archive. */
  readonly version: string;
  readonly open: (place: Place) => Opened;
  readonly clock: Clock;
  readonly holder: Holder;
  readonly tell: Tell;
  readonly signals: Pick<Signals, "stop">;
}

/** Longer than a turn whose self-test waits three times for CloudWatch. Here a dead holder is seen to be gone sooner. */
const lease = duration(900_000);

/**
 * Releases a version to an environment on AWS, or goes on with the release that was left unfinished there. Nothing is changed before the
 * account, the holder of the weights, the live version and its traffic are as the configuration and the ledger say. The first Ctrl-C asks
 * for a rollback; killed at any instant, the next call goes on (X05). A gate that fails turns it back by itself: all traffic to the live
 * version, then the candidate is stopped. Once it has ended as released, the way back is a release of the version before.
 */
export async function release(given: ReleaseWith): Promise<OutcomeEvent> {
  const { config, map, open, holder, clock } = given;
  const { environment } = map;
  const begun = clock.now();
  refuseOtherHolder(config, environment);
  refuseMore(config, environment);
  const place = placeOf(map, config, domainOf(config, environment));
  const aws = open(place);
  try {
    await aws.refuseOtherAccount(map.stacks[0]?.account ?? "");
    const fresh = newReleaseId();
    const { ledger } = aws.world("green");
    const before = await take({ ledger, clock, holder, lease }, ({ release: left }) => (left && !left.ended ? left.id : fresh));
    const left = before.release?.ended ? undefined : before.release;
    const ended = left ? await goOn(given, aws, left) : await beginNew(given, { before, id: fresh, place, aws });
    return outcomeOf(ended, await seenBy(aws.world("green"), ended), begun, clock.now());
  } finally {
    aws.close();
  }
}

interface New {
  readonly before: Environment;
  readonly id: string;
  readonly place: Place;
  readonly aws: Opened;
}

async function beginNew(given: ReleaseWith, { before, id, place, aws }: New): Promise<Release> {
  const { config, version, holder, tell, clock } = given;
  const where = () => ({ release: id, at: clock.now(), holder });
  const { ledger, meter } = aws.world("green");
  try {
    const live = await liveIn(aws.world, before, (digest, name) => runningIn(place, digest, name));
    const artifact = await aws.artifact(version);
    if (!before.live) await record(ledger, "seeded", { live }, where());
    const count = countIn(config, otherSlot(live.slot), live.count);
    const sealed = seal(
      planFor({ config, release: id, environment: place.environment, live, candidate: { artifact, count }, delay: meter.delay }),
    );
    tellPlan(sealed, tell);
    await record(ledger, "planned", sealed, where());
    return await carryOut(given, aws.world(sealed.plan.candidate.slot), id);
  } catch (error) {
    if (error instanceof UserError && error.code !== "release/held") await letGo(aws.world("green"), id, error, holder);
    throw error;
  }
}

/** What stands in the way before there is a plan ends the release, so that nobody has to wait for its lease. */
async function letGo({ ledger, clock }: World, id: string, error: UserError, holder: Holder): Promise<void> {
  if (foldLedger(await ledger.read()).release?.id === id) return;
  const body = { outcome: "blocked", because: error.message, undid: [], left: [] } as const;
  await record(ledger, "ended", body, { release: id, at: clock.now(), holder });
}

/** A release whose controller died goes on where the ledger says that it was. */
async function goOn(given: ReleaseWith, aws: Opened, { id, sealed }: Release): Promise<Release> {
  given.tell({ type: "resumed", release: id, because: "its controller ended before it did" });
  tellPlan(sealed, given.tell);
  return carryOut(given, aws.world(sealed.plan.candidate.slot), id);
}

const carryOut = ({ holder, tell, signals }: ReleaseWith, world: World, id: string): Promise<Release> =>
  turnUntilEnded(newController(world, holder, tell, lease), id, signals.stop, world.ledger);

/** What the callers saw since it was planned, as far as CloudWatch tells of it already. */
async function seenBy({ meter, clock }: World, { plannedAt }: Release): Promise<OutcomeEvent["requests"]> {
  const { blue, green } = await meter.read({ from: plannedAt, to: clock.now() });
  return { total: blue.requests + green.requests, failed: blue.failed + green.failed };
}

function outcomeOf({ id, ended }: Release, requests: OutcomeEvent["requests"], begun: Instant, at: Instant): OutcomeEvent {
  if (!ended) throw new Error(`${id} has ended without an outcome`);
  const { outcome, because, undid, left } = ended;
  return {
    type: "outcome",
    at,
    outcome,
    exit: exitCodes[outcome],
    because,
    release: id,
    requests,
    ms: at - begun,
    undid,
    left,
    report: "",
  };
}
