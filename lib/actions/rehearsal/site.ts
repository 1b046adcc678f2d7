import path from "node:path";
import { rehearsalEnvironment } from "../../base/commands.ts";
import type { Tell } from "../../base/events.ts";
import type { Slot } from "../../base/outcome.ts";
import { duration } from "../../base/time.ts";
import { type ProcessId, signal } from "../../machine/processes.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { Unreachable } from "../../worlds/local/control.ts";
import { type HealingPlane, healing } from "../../worlds/local/healing.ts";
import { asHolder, claimPlane, type HeldPlane } from "../../worlds/local/plane/holder.ts";
import type { PlaneSettings } from "../../worlds/local/plane/state.ts";
import { findPlane, type Plane, restartPlane, startPlane } from "../../worlds/local/plane-process.ts";
import { type LocalWorld, localWorld } from "../../worlds/local/world.ts";

/** Requests of the callers. */
export interface Seen {
  readonly total: number;
  readonly failed: number;
}

/** A data plane with its load generator, and the world that a release sees of them. */
export interface Site {
  readonly plane: HealingPlane;
  /** The world with this slot as the candidate. */
  world(candidate: Slot): LocalWorld;
  /** Ends the traffic first, so that nobody sees the plane go, and says what the callers had seen. */
  close(): Promise<Seen>;
  /** Ends the traffic and leaves the plane to its lease. */
  leave(): Promise<void>;
  /** Ends everything at once, and says what the callers had seen. */
  kill(): Promise<Seen>;
}

interface SiteOptions {
  readonly state: string;
  readonly settings: PlaneSettings;
  /** Where the users' own gate commands run. */
  readonly folder: string;
  readonly tell: Tell;
  /** What the release writes through, and where its holder took the lock. */
  readonly ledger: Ledger;
  readonly fence: () => number;
}

/** Opens the data plane of a state folder: the one that runs, the one that was killed (with `revive`), or a fresh one. */
export async function openSite(options: SiteOptions, revive: boolean): Promise<Site> {
  const { state, settings, tell } = options;
  const found = findPlane(state);
  const plane = found ?? (revive ? await restartPlane(state) : await startPlane(state, settings));
  await claimPlane(plane.call, options.fence());
  tell({ type: "plane", is: found ? "found" : revive ? "restarted" : "started", url: plane.url, because: "" });
  return siteOf(options, plane);
}

function siteOf({ state, folder, tell, ledger, fence }: SiteOptions, first: Plane): Site {
  const plane = healing(state, first, ({ url }) => tell({ type: "plane", is: "restarted", url, because: "it had died" }));
  const { lease, env } = first.settings;
  const commands = { cwd: folder, env, log: path.join(state, "commands.log") };
  const held: HeldPlane = { url: plane.url, addresses: plane.addresses, call: asHolder(plane.call, fence) };
  const world = (candidate: Slot): LocalWorld => ({
    ...localWorld({ folder: state, plane: held, candidate, lease, commands }, rehearsalEnvironment),
    ledger,
  });
  const { traffic } = world("green");
  // A release may bake or wait for a person for hours without a call; both processes end when nobody calls them for a lease.
  const alive = setInterval(() => void Promise.allSettled([plane.now.call("ports", null), traffic.count()]), lease / 3);
  alive.unref();
  const end = async (target: ProcessId | undefined): Promise<Seen> => {
    clearInterval(alive);
    plane.letGo();
    // Who lost the lock leaves everything to whoever has it.
    if (!target) await unlessDead(claimPlane(plane.now.call, fence()));
    await traffic.send(0, []);
    // What is under way is answered before the plane goes, so that stopping costs nobody a request.
    if (!target) await settle(traffic);
    const { requests: total, failed } = await traffic.count();
    if (target) signal(target, "SIGKILL");
    await traffic.stop();
    if (!target) await unlessDead(asHolder(plane.now.call, fence)("end", null));
    await plane.now.stop();
    return { total, failed };
  };
  return {
    plane,
    world,
    close: () => end(undefined),
    kill: () => end(plane.now.process),
    async leave() {
      clearInterval(alive);
      await traffic.send(0, []);
      await settle(traffic);
      await traffic.stop();
    },
  };
}

/** A plane that is dead already needs no leave to be ended. */
async function unlessDead(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof Unreachable)) throw error;
  });
}

const settleStep = duration(50);
const settleSteps = 20;

/** Waits until no more answers come in, for a second at most. */
async function settle(traffic: LocalWorld["traffic"]): Promise<void> {
  let before = -1;
  for (let step = 0; step < settleSteps; step += 1) {
    const { requests } = await traffic.count();
    if (requests === before) return;
    before = requests;
    await new Promise((resolve) => setTimeout(resolve, settleStep));
  }
}
