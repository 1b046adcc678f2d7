import path from "node:path";
import { errorCodes, UserError } from "../base/errors.ts";
import type { Tell } from "../base/events.ts";
import type { Outcome } from "../base/outcome.ts";
import { duration, type Instant, instant, systemClock } from "../base/time.ts";
import { loadConfig } from "../config/load.ts";
import { prune } from "../pipeline/artifact.ts";
import { resolveSources, type Sources } from "../pipeline/source.ts";
import { record } from "../release/controller.ts";
import type { Placement, ReleasePlan } from "../release/plan.ts";
import type { Release } from "../release/state.ts";
import { holderHere } from "../worlds/local/ledger.ts";
import { type Fault, parseFault } from "./faults/parse.ts";
import { refuseOtherVersions } from "./rehearsal/again.ts";
import { keptLive, refuseOther } from "./rehearsal/kept.ts";
import { bringUp } from "./rehearsal/live.ts";
import { isTakenOver, type Tenure, takeTenure, whenGivenUp } from "./rehearsal/open.ts";
import { Cut, Killed, outcomeOf, outcomeWithout, untilKilled } from "./rehearsal/outcome.ts";
import { carryOut, type Rehearsal, sealPlan, tellPlan, writeReport } from "./rehearsal/release.ts";
import { isFolder, type Settings, settingsFrom } from "./rehearsal/settings.ts";
import { openSite, type Site } from "./rehearsal/site.ts";
import { build } from "./rehearsal/versions.ts";
import { supervise } from "./supervise.ts";
import { userName } from "./user.ts";
import type { OutcomeEvent, RehearseOptions, Signals, Tell as TellEvent } from "./views.ts";

/** How long the live version has traffic of its own before the release begins. */
const leadIn = duration(1_000);

/** What one call of `rehearse` carries through. */
interface Run {
  readonly options: RehearseOptions;
  readonly faults: readonly Fault[];
  readonly settings: Settings;
  readonly sources: Sources;
  readonly tenure: Tenure;
  readonly tell: Tell;
  readonly signals: Signals;
  readonly early: Early;
  readonly begun: Instant;
}

/** What stops a rehearsal before there is a release that could be turned back: a Ctrl-C, or a person who asked from elsewhere. */
interface Early {
  readonly signal: AbortSignal;
  /** Who asked, and for what. */
  readonly because: () => string;
  close(): void;
}

/**
 * Rehearses a release on this machine: builds two versions, runs the old one under traffic, and moves the traffic to the new one behind
 * gates. Resolves with the outcome, which is also the last event told; an error is told before it. Throws `UserError` when there was no
 * release to begin with, or somebody else took it over. Nothing is left running, but for `--keep`. Killed at any instant, the next call
 * goes on with the release or says why it cannot (X05). It goes back by itself when a gate fails, and when a person asks: Ctrl-C, or
 * `sluice rollback`.
 */
export async function rehearse(options: RehearseOptions, tellEvent: TellEvent, signals: Signals): Promise<OutcomeEvent> {
  const faults = options.faults.map(parseFault);
  const supervised = process.env.SLUICE_SUPERVISED !== undefined;
  if (!supervised && faults.some(({ name }) => name === "controller-dies")) return supervise(options, tellEvent, signals);
  const begun = instant(Date.now());
  let isOver = false;
  // After a second Ctrl-C the last turn of the controller may still come to its end: the outcome stays the last word.
  const tell: Tell = (what) => {
    if (!isOver) tellEvent({ ...what, at: instant(Date.now()) });
  };
  const asked = await unlessStopped(whatIsAsked(options, faults, signals.stop), signals);
  if (!asked) {
    const outcome = outcomeWithout("aborted", "Ctrl-C", { release: "", begun, requests: { total: 0, failed: 0 } });
    tellEvent(outcome);
    return outcome;
  }
  const { settings, sources } = asked;
  const tenure = await takeTenure(sources.state, holderHere(userName()), tell, (left) => refuseOtherVersions(left, options, sources));
  tell({ type: "state", folder: sources.state });
  const early = stopsEarly(tenure, tell, signals);
  const run: Run = { options, faults, settings, sources, tenure, tell, signals, early, begun };
  try {
    const ending = tenure.goesOn ? goOn(run, tenure.goesOn) : release(run);
    const outcome = await ending.catch((error: unknown) =>
      error instanceof Cut ? endEarly(run, error.cause, error.requests) : endEarly(run, error),
    );
    tellEvent(outcome);
    return outcome;
  } finally {
    isOver = true;
    early.close();
    tenure.close();
  }
}

/** Finds everything that can be wrong with what was asked, before anything runs. */
async function whatIsAsked(
  options: RehearseOptions,
  faults: readonly Fault[],
  signal: AbortSignal,
): Promise<{ settings: Settings; sources: Sources }> {
  const { source, cwd } = options;
  const where = source === undefined || !isFolder(source) ? source : path.resolve(cwd, source);
  const { config } = await loadConfig(where !== undefined && isFolder(where) ? where : cwd, options.config);
  const settings = settingsFrom(config, options, faults);
  const [from, to] = [options.from ?? config.rehearsal.from, options.to ?? config.rehearsal.to];
  return { settings, sources: await resolveSources({ where, cwd, from, to, signal }) };
}

/** Undefined where the first Ctrl-C ended it. */
async function unlessStopped<T>(work: Promise<T>, { stop }: Signals): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (stop.aborted) return undefined;
    throw error;
  }
}

function stopsEarly(tenure: Tenure, tell: Tell, { stop }: Signals): Early {
  const givenUp = new AbortController();
  let because = "Ctrl-C";
  const close = whenGivenUp(tenure, ({ what, by }) => {
    tell({ type: "asked", what, by });
    if (!stop.aborted) because = `${by} asked to ${what === "abort" ? "abort" : "roll back"}`;
    givenUp.abort();
  });
  return { signal: AbortSignal.any([stop, givenUp.signal]), because: () => because, close };
}

/** A new release, from the pipeline on. */
async function release(run: Run): Promise<OutcomeEvent> {
  const { live, candidate, kept } = await versions(run);
  // A kept plane whose lease ran out during the build comes back with its weights.
  return onSite(run, kept, async (site) => {
    const placement = await goLive(run, site, live, kept);
    const sealed = await sealPlan(rehearsalOf(run, site), placement, candidate);
    return turnUntilEnded(run, site, sealed.plan);
  });
}

/**
 * Writes down how a release ended that could not be carried out, and tells why. Throws what is no mistake of the user; where somebody else
 * took the release over, that it is theirs.
 */
async function endEarly({ tenure, early, tell, begun }: Run, error: unknown, requests = { total: 0, failed: 0 }): Promise<OutcomeEvent> {
  if (await isTakenOver(tenure, error)) throw error;
  const outcome = outcomeFor(error, early);
  const because = outcome === "aborted" ? early.because() : error instanceof Error ? error.message : String(error);
  const where = { release: tenure.release, at: systemClock.now(), holder: tenure.holder };
  await record(tenure.ledger, "ended", { outcome, because, undid: [], left: [] }, where).catch((why: unknown) => {
    // A ledger that cannot be written may be what went wrong in the first place.
    if (!(why instanceof UserError)) throw why;
  });
  const ended = outcomeWithout(outcome, because, { release: tenure.release, begun, requests });
  if (outcome === "aborted") return ended;
  if (!(error instanceof UserError)) throw error;
  const { code, message, fix, details } = error;
  tell({ type: "error", code, message, fix, details });
  return { ...ended, exit: errorCodes[code].exit };
}

function outcomeFor(error: unknown, { signal }: Early): Outcome {
  if (signal.aborted || error instanceof Killed) return "aborted";
  return error instanceof UserError && error.code === "pipeline/failed" ? "failed" : "blocked";
}

/** A release whose controller died: its data plane is found or brought back, and the ledger says what comes next. */
async function goOn(run: Run, { id, sealed }: Release): Promise<OutcomeEvent> {
  run.tell({ type: "resumed", release: id, because: "its controller ended before it did" });
  tellPlan(sealed, run.tell);
  return onSite(run, true, async (site) => {
    await site.world(sealed.plan.candidate.slot).traffic.send(run.settings.rate, run.settings.kinds);
    return turnUntilEnded(run, site, sealed.plan);
  });
}

/**
 * From here on the controller's own turns renew the lock and read what people ask. Whoever else wrote into the ledger in the middle of a
 * turn would fence what that turn came to, and a turn that takes longer than such a renewal, as slow commands of gates do, would never end.
 */
function turnUntilEnded(run: Run, site: Site, plan: ReleasePlan): Promise<Release> {
  run.early.close();
  run.tenure.close();
  return carryOut(rehearsalOf(run, site), plan);
}

function rehearsalOf({ tenure, settings, sources, faults, tell, signals }: Run, site: Site): Rehearsal {
  return { tenure, settings, site, state: sources.state, faults, tell, signals };
}

/** Opens the data plane, runs a release on it and reports. Nothing is left running, except with `--keep` after a release that ended. */
async function onSite(run: Run, revive: boolean, carry: (site: Site) => Promise<Release>): Promise<OutcomeEvent> {
  const { tenure, sources, settings, options, tell, signals, begun } = run;
  const where = { state: sources.state, settings: settings.plane, folder: settings.folder, tell };
  const site = await openSite({ ...where, ledger: tenure.ledger, fence: tenure.fence }, revive);
  try {
    const ended = await Promise.race([carry(site), untilKilled(signals.kill)]);
    const { report, file } = await writeReport(rehearsalOf(run, site), ended);
    await (options.keep ? site.leave() : site.close());
    tell({ type: "plane", is: options.keep ? "kept" : "stopped", url: site.plane.url, because: "" });
    return outcomeOf(report, file, begun);
  } catch (error) {
    if (error instanceof Killed) throw new Cut(error, await site.kill());
    throw (await isTakenOver(tenure, error)) ? error : new Cut(error, await site.close());
  }
}

/** Builds what is needed: on a data plane that was kept, what is live there is the live version. */
async function versions(run: Run): Promise<{ live: Placement; candidate: Placement["artifact"]; kept: boolean }> {
  const { options, settings, sources, tenure, faults, tell, early } = run;
  const building = { settings, state: sources.state, release: tenure.release, faults, tell, signal: early.signal };
  const kept = await keptLive(sources.state, settings.plane, tenure.environment.live);
  if (!kept) tell({ type: "source", role: "live", version: sources.from.version, from: sources.from.from });
  tell({ type: "source", role: "candidate", version: sources.to.version, from: sources.to.from });
  const live = kept ?? { slot: "blue", artifact: await build(sources.from, "live", building), count: settings.count };
  if (kept && options.from !== undefined) refuseOther(kept, await build(sources.from, "live", building));
  const candidate = await build(sources.to, "candidate", building);
  await prune(sources.state, new Set([live.artifact.digest, candidate.digest]));
  early.signal.throwIfAborted();
  return { live, candidate, kept: kept !== undefined };
}

/** The live version at 100 %, under load. */
async function goLive({ tenure, settings, tell, early: { signal } }: Run, site: Site, live: Placement, kept: boolean): Promise<Placement> {
  const world = site.world("green");
  await bringUp(world.fleet, live, signal);
  signal.throwIfAborted();
  const where = { release: tenure.release, at: systemClock.now(), holder: tenure.holder };
  if (!kept) await record(tenure.ledger, "seeded", { live }, where);
  tell({ type: "live", slot: live.slot, version: live.artifact.version, instances: live.count });
  await world.traffic.fresh();
  await world.traffic.send(settings.rate, settings.kinds);
  tell({ type: "traffic", rate: settings.rate, paths: settings.kinds.map(({ method, path: at }) => `${method} ${at}`) });
  await systemClock.wait(leadIn, signal);
  signal.throwIfAborted();
  return live;
}
