import { existsSync } from "node:fs";
import { rehearsalEnvironment } from "../../base/commands.ts";
import { UserError } from "../../base/errors.ts";
import type { Tell } from "../../base/events.ts";
import { systemClock } from "../../base/time.ts";
import type { Holder, Ledger } from "../../ports/ledger.ts";
import { leaseFor, record, renew, take } from "../../release/controller.ts";
import type { GiveUp, Held } from "../../release/facts.ts";
import { type Environment, type Release, readEnvironment, releasePrefix, sameHolder } from "../../release/state.ts";
import { fileLedger } from "../../worlds/local/ledger.ts";
import { planeFiles } from "../../worlds/local/plane/state.ts";
import { ledgerFile } from "../../worlds/local/world.ts";

/** The lock on an environment, held for one release from before its pipeline runs. */
export interface Tenure {
  readonly release: string;
  /** Also the release has to write through this one, so that `fence` is that of the newest renewal. */
  readonly ledger: Ledger;
  readonly holder: Holder;
  /** Where in the ledger this holder last took or renewed the lock. What it then changes carries it. */
  readonly fence: () => number;
  /** What the environment was when it was taken. */
  readonly environment: Environment;
  /** The unfinished release that it is for, if it is not for a new one. */
  readonly goesOn: Release | undefined;
  /** Stops renewing the lock. Safe to repeat. */
  close(): void;
}

/** The ledger of a project's rehearsals, which no two projects share; the file need not be there yet. */
export function rehearsalLedger(state: string): Ledger {
  return fileLedger(ledgerFile(state, rehearsalEnvironment), { clock: systemClock });
}

/** Whether whoever holds an environment still lives. */
export async function isInCharge(ledger: Ledger, held: Held | undefined): Promise<boolean> {
  return held !== undefined && held.until > systemClock.now() && !(await ledger.isGone(held.by));
}

/** What is to become of a release that an earlier controller left unfinished. */
type Unfinished =
  | { readonly is: "none" }
  | { readonly is: "go-on"; readonly release: Release }
  | { readonly is: "gone"; readonly release: string };

/** A release goes on if its data plane runs, or was killed and can be brought back. Otherwise there is nothing left to go on with. */
export function unfinished({ release, held }: Environment, state: string): Unfinished {
  if (release && !release.ended)
    return existsSync(planeFiles(state).state) ? { is: "go-on", release } : { is: "gone", release: release.id };
  return held ? { is: "gone", release: held.release } : { is: "none" };
}

/**
 * Takes the environment for the unfinished release if it can go on, else for a new one. Throws `release/held`, naming who and since
 * when, while another rehearsal of the project runs, and what `mayGoOn` throws about the unfinished release. Until it is closed the lock is
 * renewed beside a long pipeline; the turns of a release renew it themselves.
 */
export async function takeTenure(state: string, holder: Holder, tell: Tell, mayGoOn: (release: Release) => void): Promise<Tenure> {
  const { ledger, fence } = fenceOf(rehearsalLedger(state));
  const lock = { ledger, holder, clock: systemClock, lease: leaseFor };
  const fresh = newReleaseId();
  const which = (environment: Environment) => {
    const left = unfinished(environment, state);
    if (left.is !== "go-on") return fresh;
    mayGoOn(left.release);
    return left.release.id;
  };
  const environment = await take(lock, which);
  const left = unfinished(environment, state);
  if (left.is === "gone") await writeOff(ledger, left.release, holder, tell);
  const release = which(environment);
  const renewing = setInterval(() => void renew(lock, release).catch(() => {}), leaseFor / 3);
  renewing.unref();
  return {
    release,
    ledger,
    holder,
    fence,
    environment,
    goesOn: left.is === "go-on" ? left.release : undefined,
    close: () => clearInterval(renewing),
  };
}

/** Remembers where the lock was last taken or renewed through this ledger. */
function fenceOf(ledger: Ledger): { readonly ledger: Ledger; readonly fence: () => number } {
  let fence = -1;
  const append: Ledger["append"] = async (expected, draft) => {
    const result = await ledger.append(expected, draft);
    if (result.is === "appended" && draft.kind === "held") fence = result.position;
    return result;
  };
  return { ledger: { ...ledger, append }, fence: () => fence };
}

/**
 * Whether somebody else is in charge, as after a sleep longer than the lease: then the data plane is theirs. Their release may have ended by
 * now; `error` is what this controller met.
 */
export async function isTakenOver({ ledger, holder }: Tenure, error: unknown): Promise<boolean> {
  if (error instanceof UserError && error.code === "release/held") return true;
  const held = await readEnvironment(ledger).then(
    (environment) => environment.held,
    () => undefined,
  );
  return held !== undefined && !sameHolder(held.by, holder);
}

/** How often the pipeline looks whether a person wants it no more. */
const lookEvery = 250;

/** Calls back once when a person gives the release up before it has a plan. Returns what ends the looking. */
export function whenGivenUp({ ledger, release }: Tenure, act: (by: GiveUp) => void): () => void {
  const look = async () => {
    const { held } = await readEnvironment(ledger);
    if (held?.release !== release || !held.giveUp) return;
    clearInterval(looking);
    act(held.giveUp);
  };
  // A ledger that cannot be read stops whoever next writes to it.
  const looking = setInterval(() => void look().catch(() => {}), lookEvery);
  looking.unref();
  return () => clearInterval(looking);
}

/** Writes down that a release cannot go on. */
async function writeOff(ledger: Ledger, release: string, holder: Holder, tell: Tell): Promise<void> {
  const because = "its controller and its data plane ended before it did";
  await record(ledger, "ended", { outcome: "aborted", because, undid: [], left: [] }, { release, at: systemClock.now(), holder });
  tell({ type: "note", text: `${release} was left unfinished: ${because}` });
}

/** A name for a new release that sorts by time. */
export function newReleaseId(now: number = Date.now()): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${releasePrefix}${stamp}-${String(now % 1_000).padStart(3, "0")}`;
}
