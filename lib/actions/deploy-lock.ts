import { UserError } from "../base/errors.ts";
import { type Clock, duration, type Instant } from "../base/time.ts";
import type { Plan } from "../plan/template.ts";
import type { StackChanges } from "../ports/engine.ts";
import type { Holder, Ledger } from "../ports/ledger.ts";
import { letGo, renew, take } from "../release/controller.ts";
import type { Release } from "../release/state.ts";

/** Who deploys, and where the lock of its releases is. */
interface Deployer {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly holder: Holder;
  /** Hears of a lock that could not be written. */
  readonly note: (text: string) => void;
}

/** A deploy that was killed on another machine keeps releases waiting no longer than this. */
const lease = duration(300_000);
const renewEvery = duration(lease / 3);

const prefix = "deploy-";

/** What a deploy is called where a release would stand: it holds the same lock. */
const idAt = (now: Instant): string => `${prefix}${new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15)}`;

/** Whether who holds the lock deploys. */
export const isDeploy = (id: string): boolean => id.startsWith(prefix);

/**
 * Works while nobody releases: holds the lock of the environment's releases, and lets it go after. A release that nobody is in charge of stays
 * where it is; the work gets it, as what it moves is not a deploy's to touch. Throws `release/held` while somebody is in charge (X06).
 */
export async function whileNobodyReleases<T>(by: Deployer, work: (unfinished: Release | undefined) => Promise<T>): Promise<T> {
  const id = idAt(by.clock.now());
  const { release } = await take({ ...by, lease }, () => id);
  const over = new AbortController();
  const held = keepHeld(by, id, over.signal);
  try {
    return await work(release?.ended ? undefined : release);
  } finally {
    over.abort();
    await held;
    // Where it cannot be written the lock ends by itself.
    await letGo(by, id).catch((error: unknown) => by.note(unheld(error)));
  }
}

async function keepHeld(by: Deployer, id: string, over: AbortSignal): Promise<void> {
  for (;;) {
    await by.clock.wait(renewEvery, over);
    if (over.aborted) return;
    await renew({ ...by, lease }, id).catch((error: unknown) => by.note(unheld(error)));
  }
}

const unheld = (error: unknown): string =>
  `the lock of releases could not be written: ${error instanceof Error ? error.message : String(error)}`;

/**
 * Throws `release/unfinished` where a deploy would change what a release that has not ended moves: engines send a resource whole, with the weights
 * and counts that it had when it was made (aws-cloudformation/cloudformation-coverage-roadmap#1529, pulumi/pulumi-aws#5798).
 */
export function refuseOwned({ environment, stacks }: Plan, changes: readonly StackChanges[], unfinished: Release | undefined): void {
  if (!unfinished) return;
  const owned = stacks.flatMap(({ name, resources }) =>
    resources.filter(({ releaseOwns = [] }) => releaseOwns.length > 0).map(({ id }) => `${name}/${id}`),
  );
  const touched = changes.flatMap(({ stack, changes: all }) => all.map(({ id }) => `${stack}/${id}`)).filter((one) => owned.includes(one));
  if (touched.length === 0) return;
  throw new UserError(
    "release/unfinished",
    `${unfinished.id} has not ended, and the deploy would change what it moves`,
    `end it first: sluice release ${environment} --version ${unfinished.sealed.plan.candidate.artifact.version}, or sluice rollback ${environment}`,
    touched,
  );
}
