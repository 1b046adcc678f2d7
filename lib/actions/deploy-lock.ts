import { UserError } from "../base/errors.ts";
import { type Clock, type Duration, duration, type Instant } from "../base/time.ts";
import type { Plan } from "../plan/template.ts";
import type { Change, StackChanges } from "../ports/engine.ts";
import type { Holder, Ledger } from "../ports/ledger.ts";
import { letGo, renew, take } from "../release/controller.ts";
import { deployPrefix, type Environment, type Release } from "../release/state.ts";

/** Who deploys, and where the lock of its releases is. */
export interface Deployer {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly holder: Holder;
  /** Whose releases they are. */
  readonly environment: string;
  /** Hears of a lock that could not be written. */
  readonly note: (text: string) => void;
  /** What it does instead of a deploy. Nothing of it goes on at AWS once its process is gone, so the same command takes over at once. */
  readonly as?: string;
}

/** A deploy that was killed keeps releases waiting as long as this: AWS goes on with the stack that it began. */
const deployLease = duration(900_000);
/** Longer than a turn of what stands in for a deploy. */
const otherLease = duration(120_000);

/** What a deploy is called where a release would stand: it holds the same lock. */
function idAt(now: Instant, as: string | undefined): string {
  const at = new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return as === undefined ? `${deployPrefix}${at}` : `${deployPrefix}${as}-${at}`;
}

/**
 * Works while nobody releases: holds the lock of the environment's releases, and lets it go after. A release that nobody is in charge of stays
 * where it is; the work gets what the environment was, as what releases move is not a deploy's to touch. Throws `release/held` while somebody is in charge (X06).
 */
export async function whileNobodyReleases<T>(deployer: Deployer, work: (before: Environment) => Promise<T>): Promise<T> {
  const by = lockOf(deployer);
  const id = idAt(by.clock.now(), by.as);
  const before = await take(by, () => id);
  const over = new AbortController();
  const held = keepHeld(by, id, over.signal);
  try {
    return await work(before);
  } finally {
    over.abort();
    await held;
    // Where it cannot be written the lock ends by itself.
    await letGo(by, id).catch((error: unknown) => by.note(unheld(error)));
  }
}

type Lock = Deployer & { readonly lease: Duration };

function lockOf(by: Deployer): Lock {
  if (by.as !== undefined) return { ...by, lease: otherLease };
  // Not to be seen to be gone from this machine: what a deploy began on AWS goes on without it.
  return { ...by, lease: deployLease, holder: { ...by.holder, host: `a deploy from ${by.holder.host}` } };
}

async function keepHeld(by: Lock, id: string, over: AbortSignal): Promise<void> {
  for (;;) {
    await by.clock.wait(duration(by.lease / 3), over);
    if (over.aborted) return;
    const still = await renew(by, id).catch((error: unknown) => void by.note(unheld(error)));
    if (still === false) by.note("the lock of releases was lost: it was not renewed in time, and a release may begin");
  }
}

const unheld = (error: unknown): string =>
  `the lock of releases could not be written: ${error instanceof Error ? error.message : String(error)}`;

/**
 * Throws `release/unfinished` where a deploy would change what releases move: while one has not ended, and after it what would begin with the counts
 * and weights of the first deploy. An engine that sends a resource whole sends them with every change
 * (aws-cloudformation/cloudformation-coverage-roadmap#1529), any other one only to what it makes anew.
 */
export function refuseOwned(plan: Plan, changes: readonly StackChanges[], { release }: Environment, sendsWhole: boolean): void {
  if (!release) return;
  const owned = plan.stacks.flatMap(({ name, resources }) =>
    resources.filter(({ releaseOwns = [] }) => releaseOwns.length > 0).map(({ id }) => `${name}/${id}`),
  );
  // Under another name, as its engine knows it, it would be made anew too; without that, what is made is of a service that is new.
  const leaves = (type: string) => changes.some(({ changes: all }) => all.some(({ of, will }) => of === type && goes.includes(will)));
  const counts = ({ will, of }: Change): boolean =>
    !release.ended || will === "replace" || will === "may-replace" || (sendsWhole && (will !== "create" || leaves(of)));
  const touched = changes
    .flatMap(({ stack, changes: all }) => all.filter(counts).map(({ id }) => `${stack}/${id}`))
    .filter((one) => owned.includes(one));
  if (touched.length === 0) return;
  throw new UserError("release/unfinished", ...refusalOf(plan, release, sendsWhole), touched);
}

const goes: readonly Change["will"][] = ["destroy", "release"];

function refusalOf({ environment }: Plan, { id, ended, sealed }: Release, sendsWhole: boolean): readonly [message: string, fix: string] {
  const { version } = sealed.plan.candidate.artifact;
  if (!ended)
    return [
      `${id} has not ended, and the deploy would change what it moves`,
      `end it first: sluice release ${environment} --version ${version}, or sluice rollback ${environment}`,
    ];
  return sendsWhole
    ? [
        `CloudFormation would put back what ${id} moved, to the counts and weights of the first deploy`,
        "take that change out: with the engine cdk it can be made only before the first release",
      ]
    : [
        `what ${id} moved would be made anew, with the counts and weights of the first deploy`,
        "take that change out: it can be made only before the first release",
      ];
}
