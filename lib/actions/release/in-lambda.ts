import { UserError } from "../../base/errors.ts";
import type { Tell } from "../../base/events.ts";
import { type Clock, duration } from "../../base/time.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { waitsForApproval } from "../../release/decide.ts";
import type { Held } from "../../release/facts.ts";
import { hear, untilEnd } from "../../release/narrate.ts";
import { againAfter } from "../../release/patience.ts";
import { awaitedApproval, type Environment, planOf, type Release, readEnvironment } from "../../release/state.ts";
import { executionOf } from "../../worlds/aws/execution-of.ts";
import type { ReleaseFunction } from "../../worlds/aws/release-function.ts";

/** How often the ledger is read for what is new, and how often is asked whether the execution still runs. */
const readEvery = duration(2_000);
const lookEvery = duration(30_000);

interface Watch {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly tell: Tell;
  /** Ends the watching, not the release. */
  readonly stop: AbortSignal;
  readonly carrier: ReleaseFunction;
}

/** A ledger in which also executions that have ended are seen to be gone, which no machine could see of a process elsewhere. */
export function seeingExecutions(ledger: Ledger, carrier: ReleaseFunction): Ledger {
  return {
    ...ledger,
    isGone: async (holder) => {
      const execution = executionOf(holder);
      return execution === undefined ? ledger.isGone(holder) : (await carrier.look(execution)).is !== "running";
    },
  };
}

/** The release that an execution carries out now, and that execution. */
export async function underWay(
  ledger: Ledger,
  carrier: ReleaseFunction,
): Promise<{ readonly release: Release; readonly execution: string } | undefined> {
  const { release, held } = await readEnvironment(ledger);
  const execution = held && executionOf(held.by);
  if (!release || release.ended || held?.release !== release.id || execution === undefined) return undefined;
  return (await carrier.look(execution)).is === "running" ? { release, execution } : undefined;
}

/** A release at its end, or, where it is carried out elsewhere, once nobody watches it any more. */
export interface Watched {
  readonly is: "ended" | "unwatched";
  readonly release: Release;
}

/**
 * Tells what the ledger says of a release, whoever carries it out, until it has ended or nobody watches. A look that AWS did not let through is
 * taken again, as a turn would be. Throws `release/stopped` when its execution has ended before it and nobody else is in charge.
 */
export async function watch(given: Watch, id: string, execution: string): Promise<Watched> {
  const { clock, tell, stop } = given;
  const note = (text: string) => tell({ type: "note", text });
  tell({ type: "handed-over", release: id, to: execution });
  const look = looking(given, id, execution);
  for (let failures = 0; ; ) {
    const seen = await look().catch((error: unknown) => againAfter(error, failures + 1, note));
    if (seen && seen.is !== "failed") return seen;
    failures = seen ? failures + 1 : 0;
    await clock.wait(seen ? seen.in : readEvery, stop);
  }
}

/** One look after another at a release that an execution carries out; undefined while there is more to see. */
function looking(given: Watch, id: string, execution: string): () => Promise<Watched | undefined> {
  const { ledger, clock, tell, stop } = given;
  let heard: Environment | undefined;
  let waiting: string | undefined;
  let unknown = false;
  let lookedAt = clock.now();
  return async () => {
    heard = hear(heard, untilEnd(await ledger.read(planOf(id)), id), tell);
    const { release, held } = heard;
    if (release?.id !== id) throw new Error(`the ledger's newest release is ${release?.id}, not ${id}`);
    if (release.ended) return { is: "ended", release };
    if (stop.aborted) return { is: "unwatched", release };
    const approval = awaitedApproval(release)?.step.id;
    if (approval !== undefined && approval !== waiting) tell({ type: "waiting", step: approval, because: waitsForApproval(release) });
    waiting = approval;
    if (clock.now() - lookedAt < lookEvery) return undefined;
    lookedAt = clock.now();
    unknown = await refuseStopped(given, id, held, execution, unknown);
    return undefined;
  };
}

/**
 * Somebody else may have taken the release over, whose lock says so. Resolves with whether AWS does not know its execution: twice in a row means that
 * nothing carries it out any more, once that it was begun a moment ago.
 */
async function refuseStopped(
  { ledger, carrier, clock }: Watch,
  id: string,
  held: Held | undefined,
  execution: string,
  wasUnknown: boolean,
): Promise<boolean> {
  const others = held !== undefined && executionOf(held.by) !== execution && held.until > clock.now() && !(await ledger.isGone(held.by));
  if (others) return false;
  const seen = await carrier.look(execution);
  if (seen.is === "running") return false;
  if (seen.is === "unknown" && !wasUnknown) return true;
  // It may have written the end after the ledger was read.
  if ((await readEnvironment(ledger)).release?.ended) return false;
  const why =
    seen.is === "ended" ? `has ended before it, as ${seen.because}` : "is not known to AWS any more: somebody deleted the function";
  throw new UserError(
    "release/stopped",
    `${id} stands still: what carried it out in Lambda ${why}`,
    "run the same command again, which goes on with it; its log group ends in /release",
    [execution],
  );
}
