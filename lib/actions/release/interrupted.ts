import { UserError } from "../../base/errors.ts";
import type { Tell } from "../../base/events.ts";
import type { Clock, Instant } from "../../base/time.ts";
import type { TrafficCount } from "../../ports/traffic.ts";
import type { Controller } from "../../release/controller.ts";
import { standing } from "../../release/standing.ts";
import type { Release } from "../../release/state.ts";
import { turnUntilEnded } from "../carry-out.ts";
import { goOnCommand } from "../ledger-of.ts";
import { outcomeWithout } from "../rehearsal/outcome.ts";
import type { OutcomeEvent } from "../views.ts";
import type { Watched } from "./in-lambda.ts";

/** A release as the command left it: what carried it out, or watched it, ended before it did, with an error. */
export interface Interrupted {
  readonly is: "interrupted";
  /** Its id. */
  readonly release: string;
  readonly error: unknown;
  /** Where its callers are, in one sentence. */
  readonly stands: string;
}

/** The release that is carried out, and how far it was when this began, where it goes on. */
interface Carried {
  readonly id: string;
  readonly known: Release | undefined;
  readonly stop: AbortSignal;
}

/**
 * Carries a release out from here. Whoever cannot go on in the middle leaves callers where they are, and nobody may take that for a release
 * that never began: what the ledger told last is told with the error. That somebody else is in charge is no such end.
 */
export async function orInterrupted(controller: Controller, { id, known, stop }: Carried): Promise<Watched | Interrupted> {
  try {
    return { is: "ended", release: await turnUntilEnded(controller, id, stop, controller.world.ledger) };
  } catch (error) {
    const release = controller.read?.release ?? known;
    if (release?.id !== id || (error instanceof UserError && error.code === "release/held")) throw error;
    return { is: "interrupted", release: id, error, stands: standing(release) };
  }
}

/** The same for what is carried out in Lambda and watched from here, where only the watching ends. */
export async function orUnwatched(watching: Promise<Watched>, release: string): Promise<Watched | Interrupted> {
  try {
    return await watching;
  } catch (error) {
    if (!(error instanceof UserError) || error.code === "release/stopped") throw error;
    return { is: "interrupted", release, error, stands: `${release} goes on in Lambda, and nobody here watches it` };
  }
}

/** Tells what ended the command, where the callers are and what goes on. Throws what is a fault of ours, once that is told. */
export function interrupted(
  { tell, clock, environment }: { readonly tell: Tell; readonly clock: Clock; readonly environment: string },
  { release, error, stands }: Interrupted,
  begun: Instant,
): OutcomeEvent {
  const command = goOnCommand(environment);
  tell({ type: "note", text: `${stands}; go on with: ${command}` });
  if (!(error instanceof UserError)) throw error;
  const { code, message, fix, details } = error;
  tell({ type: "error", code, message, fix: `${fix}; then go on with: ${command}`, details });
  const at = clock.now();
  const because = `${stands}: ${message}`;
  return {
    ...outcomeWithout("interrupted", because, { release, begun, requests: { total: 0, failed: 0 } }),
    at,
    ms: at - begun,
  };
}

/** What became of the command, not of the release, which nobody aborted. */
export function outcomeUnwatched({ id }: Release, { requests: total, failed }: TrafficCount, begun: Instant, at: Instant): OutcomeEvent {
  const because = "nobody watches any more; the release goes on in Lambda, and the same command watches it again";
  return { ...outcomeWithout("interrupted", because, { release: id, begun, requests: { total, failed } }), at, ms: at - begun };
}
