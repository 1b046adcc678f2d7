import { UserError } from "../../base/errors.ts";
import type { Clock } from "../../base/time.ts";
import type { Config } from "../../config/config.ts";
import type { Holder } from "../../ports/ledger.ts";
import { refuseHeld } from "../../release/controller.ts";
import { type Copies, planRecovery, type RecoveryKind, type RecoveryPlan } from "../../release/recovery/plan.ts";
import { type Recoveries, servedFrom } from "../../release/recovery/state.ts";
import { isDeploy, readEnvironment } from "../../release/state.ts";
import { liveTold } from "../../release/waves.ts";
import { runningIn } from "../../worlds/aws/artifact.ts";
import type { OpenedRecovery, OpenedSide } from "../../worlds/aws/recovery-opened.ts";
import type { RecoveryPlaces } from "../../worlds/aws/recovery-place.ts";
import { newReleaseId } from "../rehearsal/open.ts";
import { liveIn } from "../release/begin.ts";
import { lagOf } from "./findings.ts";

/** What is asked for. */
export interface Wanted {
  readonly kind: RecoveryKind;
  /** The region that is left answers nobody. */
  readonly lost: boolean;
  /** An image by tag or digest, for a region that cannot be asked what runs there. */
  readonly version?: string;
}

interface Seen {
  readonly config: Config;
  readonly places: RecoveryPlaces;
  readonly aws: OpenedRecovery;
  readonly before: Recoveries;
  readonly clock: Clock;
  readonly holder: Holder;
}

/** The slot that serves where nothing was released: so it is in the recovery region, whose rule nobody moves. */
const slotAtFirst = "blue";

/** Throws where callers are already where the command would lead them, or a drill would disturb them. */
export function refuseDirection({ kind }: Wanted, { environment, primary, recovery }: RecoveryPlaces, before: Recoveries): void {
  if (kind === "replicate") return;
  const served = servedFrom(before, primary.region);
  const wanted = kind === "failback" ? recovery.region : primary.region;
  if (served === wanted) return;
  throw new UserError(
    "release/none",
    `${environment} is served from ${served}, so there is no ${kind} to do`,
    kind === "failback" ? `move it there with: sluice failover ${environment}` : `move it back with: sluice failback ${environment}`,
  );
}

/** Looks at both regions and plans. Throws where what has to be there is not. Changes nothing. */
export async function planned(wanted: Wanted, seen: Seen): Promise<RecoveryPlan> {
  const { kind, lost } = wanted;
  const { places, aws, clock } = seen;
  if (kind === "replicate") return plannedReplica(seen);
  const [from, to] = kind === "failback" ? [aws.recovery, aws.primary] : [aws.primary, aws.recovery];
  await refuseNoReplica(from, to, places.environment, kind);
  if (kind !== "drill" && !lost) await refuseBehind(to, { kind, places, clock });
  const serving = lost ? undefined : kind === "failback" ? await servingThere(seen) : await servingHere(seen);
  const copies = serving ?? lastKnown(wanted, seen);
  const image = await to.image(copies.image);
  const served: Copies = {
    slot: kind === "failback" ? ((await toldHere(seen))?.slot ?? slotAtFirst) : slotAtFirst,
    artifact: { ...image, version: copies.version },
    count: copies.count,
  };
  return planRecovery({
    ...called(kind, places),
    from: from.region,
    to: to.region,
    lost,
    serving: serving?.copies,
    served,
  });
}

const called = (kind: RecoveryKind, { environment }: RecoveryPlaces) => ({
  id: newReleaseId().replace(/^r-/, `${kind}-`),
  kind,
  environment,
});

/** For the region that rests. Throws where callers are led elsewhere than the ledger knows: what they use must not be taken from them. */
async function plannedReplica(seen: Seen): Promise<RecoveryPlan> {
  const { places, aws, before } = seen;
  await refuseWhileDeploying(seen);
  const [from, to] =
    servedFrom(before, aws.primary.region) === aws.primary.region ? [aws.primary, aws.recovery] : [aws.recovery, aws.primary];
  const led = await aws.entry.region();
  if (led !== from.region)
    throw new UserError(
      "world/changed",
      `callers are led to ${led}, and the ledger of recoveries says ${from.region}`,
      "find out who led them there, and lead them back or do the move by a failover or failback",
    );
  const here = from === aws.primary;
  const { copies } = here ? await servingHere(seen) : await servingThere(seen);
  const slot = here ? slotAtFirst : ((await toldHere(seen))?.slot ?? slotAtFirst);
  const served = { ...copies, slot };
  return planRecovery({ ...called("replicate", places), from: from.region, to: to.region, lost: false, serving: undefined, served });
}

/** An engine would not find the database that is given another name meanwhile. A release goes on: it knows nothing of the region that rests. */
async function refuseWhileDeploying({ aws, clock, holder, places }: Seen): Promise<void> {
  const { ledger } = aws.primary.world("green");
  const { held } = await readEnvironment(ledger);
  if (held && isDeploy(held.release)) await refuseHeld(ledger, held, holder, clock.now(), places.environment);
}

interface Serving {
  readonly image: string;
  readonly version: string;
  readonly count: number;
}

/** In the primary region: what its ledger says is live, and runs. */
async function servingHere(seen: Seen): Promise<Serving & { readonly copies: Copies }> {
  const { aws, places } = seen;
  const told = await toldHere(seen);
  const at = { environment: places.environment, world: aws.primary.world };
  return servingOf(await liveIn(at, told, (digest, name) => runningIn(places.primary.place, digest, name)));
}

/** What its ledger says is live there, of the one service that an environment which can move has. */
async function toldHere({ aws: { primary }, config }: Seen): Promise<Copies | undefined> {
  const environment = await readEnvironment(primary.world("green").ledger);
  return liveTold(environment, { service: config.services[0].name, region: primary.region, isFirst: true });
}

/** In the recovery region: what the failover brought there, as many copies as it has by now. */
async function servingThere({ aws, before }: Seen): Promise<Serving & { readonly copies: Copies }> {
  const { served } = before.moved?.plan ?? {};
  if (!served) throw new Error("nobody moved callers there; the caller refuses these");
  const { wanted } = await aws.recovery.world("green").fleet.status(served.slot);
  return servingOf({ ...served, count: Math.max(1, wanted) });
}

const servingOf = (copies: Copies): Serving & { readonly copies: Copies } => ({
  image: `sha256:${copies.artifact.digest}`,
  version: copies.artifact.version,
  count: copies.count,
  copies,
});

/** What a lost region ran, as a person says, or as the last drill or failover knew. */
function lastKnown({ version }: Wanted, { config, places, before }: Seen): Serving {
  const known = before.recovery?.plan.served;
  const least = config.services[0].compute?.kind === "ecs" ? config.services[0].compute.count.min : 1;
  const count = Math.max(least, known?.count ?? 0);
  if (version !== undefined) return { image: version, version, count };
  if (known) return { image: `sha256:${known.artifact.digest}`, version: known.artifact.version, count };
  throw new UserError(
    "usage/invalid",
    `${places.primary.region} cannot be asked which version runs there, and no drill has written it down`,
    `name it: sluice failover ${places.environment} --lost --version VERSION`,
  );
}

async function refuseNoReplica(from: OpenedSide, to: OpenedSide, environment: string, kind: RecoveryKind): Promise<void> {
  const { follows, isAvailable } = await to.replica.status();
  if (follows === from.databaseArn && isAvailable) return;
  throw new UserError(
    "world/changed",
    `the database in ${to.region} ${follows === undefined ? "copies no other" : `copies ${follows}`}${isAvailable ? "" : " and is not available"}; it has to copy ${from.databaseArn}`,
    isAvailable
      ? `make it a replica first, which takes hours: sluice replicate ${environment}; then run sluice ${kind} ${environment} again`
      : `see what it is with: aws rds describe-db-instances --region ${to.region}, and run again once it is available, as after its backup`,
  );
}

/** Callers get no answer from the fence until the replica has all: one that does not come to have it in minutes would keep them out for nothing. */
async function refuseBehind(to: OpenedSide, { kind, places, clock }: Pick<Wanted, "kind"> & Pick<Seen, "places" | "clock">): Promise<void> {
  const { ok, saw } = await lagOf(to.replica, clock.now());
  if (ok) return;
  throw new UserError(
    "world/changed",
    `the replica in ${to.region} would not come to have all that was written: ${saw}`,
    kind === "failback"
      ? `wait until it follows, and run again: sluice failback ${places.environment}`
      : `wait until it follows, and run again; if ${places.primary.region} is lost: sluice failover ${places.environment} --lost`,
  );
}
