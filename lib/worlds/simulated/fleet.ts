import type { Slot } from "../../base/outcome.ts";
import { duration, type Instant, showDuration } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Fleet, type FleetStatus, type Instance, nothingRuns } from "../../ports/fleet.ts";
import type { HandClock } from "./clock.ts";
import { type Behaviour, type Script, sound } from "./script.ts";

interface Started {
  readonly artifact: Artifact;
  readonly count: number;
  readonly since: Instant;
  readonly stopsAt?: number;
}

/** What runs in a slot, and how it behaves. */
export interface Running {
  readonly digest: string;
  readonly version: string;
  readonly count: number;
  readonly behaviour: Behaviour;
  readonly age: number;
  readonly healthy: boolean;
}

/** A fleet that tells how what runs in a slot behaves, for whoever answers requests in its place. */
export interface SimulatedFleet extends Fleet {
  /** Undefined while the slot is empty. */
  running(slot: Slot): Running | undefined;
}

/** What a fleet is told of. */
interface FleetWorld {
  readonly clock: HandClock;
  readonly script: Script;
  /** The candidate's share now. */
  readonly weight: () => number;
  /** Called when something is started or stopped in truth. */
  readonly changed: (what: string) => void;
}

/** How long a fleet may take to become healthy before its start has failed. */
const startWithin = 10_000;

/** Both slots, empty at first; what a version in them does, the script says. */
export function simulatedFleet({ clock, script, weight, changed }: FleetWorld): SimulatedFleet {
  const fleets: Record<Slot, Started | undefined> = { blue: undefined, green: undefined };
  const inSlot = (slot: Slot): Started | undefined => {
    const fleet = fleets[slot];
    return fleet?.stopsAt !== undefined && fleet.stopsAt <= clock.now() ? undefined : fleet;
  };
  const running = (slot: Slot): Running | undefined => {
    const fleet = inSlot(slot);
    return fleet && runningNow(fleet, script, clock.now());
  };
  return {
    running,
    async status(slot) {
      const now = running(slot);
      return now ? statusOf(slot, now, weight()) : nothingRuns;
    },
    async start(slot, artifact, count) {
      const before = inSlot(slot);
      const same = before?.artifact.digest === artifact.digest && before.stopsAt === undefined;
      if (!same) changed(`start ${artifact.version} in ${slot}`);
      const started = { artifact, count, since: same ? before.since : clock.now() };
      fleets[slot] = started;
      const now = runningNow(started, script, clock.now());
      if (now.healthy) return { is: "done" };
      const [trouble] = troubleOf(now);
      if (trouble) return { is: "failed", because: trouble };
      return { is: "pending", lookAgainIn: duration(100), because: `${artifact.version} is starting` };
    },
    async stop(slot) {
      const fleet = inSlot(slot);
      const now = running(slot);
      if (!fleet || !now) return { is: "done" };
      if (fleet.stopsAt === undefined) {
        changed(`stop ${slot}`);
        fleets[slot] = { ...fleet, stopsAt: clock.now() + now.behaviour.stopsWithin };
      }
      if (!inSlot(slot)) return { is: "done" };
      return { is: "pending", lookAgainIn: duration(100), because: "open requests" };
    },
  };
}

function runningNow({ artifact, count, since }: Started, script: Script, now: Instant): Running {
  const { digest, version } = artifact;
  const behaviour = script.versions.get(digest) ?? sound;
  const age = now - since;
  return { digest, version, count, behaviour, age, healthy: behaviour.startsWithin !== undefined && age >= behaviour.startsWithin };
}

function troubleOf({ healthy, age, version }: Running): string[] {
  return healthy || age < startWithin ? [] : [`${version} did not become healthy within ${showDuration(startWithin)}`];
}

function statusOf(slot: Slot, now: Running, weight: number): FleetStatus {
  const restarts = now.behaviour.crashes(weight, now.age);
  const instances = Array.from({ length: now.count }, (_, index): Instance => {
    return { id: `${slot}-${index + 1}`, health: now.healthy ? "healthy" : "starting", restarts: index === 0 ? restarts : 0 };
  });
  return { digest: now.digest, version: now.version, wanted: now.count, instances, inFlight: 0, trouble: troubleOf(now) };
}
