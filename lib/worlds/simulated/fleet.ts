import type { Slot } from "../../base/outcome.ts";
import { duration, type Instant } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Fleet, FleetStatus, Instance } from "../../ports/fleet.ts";
import type { HandClock } from "./clock.ts";
import { type Behaviour, type Script, sound } from "./script.ts";

interface Running {
  readonly artifact: Artifact;
  readonly count: number;
  readonly since: Instant;
}

export interface SimulatedFleet extends Fleet {
  /** What runs in a slot and how it behaves; undefined while it is empty. */
  running(
    slot: Slot,
  ): { readonly behaviour: Behaviour; readonly age: number; readonly healthy: boolean; readonly digest: string } | undefined;
}

/** How long a fleet may take to become healthy before its start has failed. */
const startWithin = 10_000;

export function simulatedFleet(clock: HandClock, script: Script, weight: () => number): SimulatedFleet {
  const fleets: Record<Slot, Running | undefined> = { blue: undefined, green: undefined };
  const behaviourOf = (artifact: Artifact) => script.versions.get(artifact.digest) ?? sound;
  const running = (slot: Slot) => {
    const fleet = fleets[slot];
    if (!fleet) return undefined;
    const age = clock.now() - fleet.since;
    const behaviour = behaviourOf(fleet.artifact);
    return {
      behaviour,
      age,
      healthy: behaviour.startsWithin !== undefined && age >= behaviour.startsWithin,
      digest: fleet.artifact.digest,
    };
  };
  const status = async (slot: Slot): Promise<FleetStatus> => {
    const fleet = fleets[slot];
    const now = running(slot);
    if (!fleet || !now) return { digest: undefined, version: undefined, wanted: 0, instances: [], inFlight: 0, trouble: [] };
    const restarts = now.behaviour.crashes(weight(), now.age);
    const instances = Array.from({ length: fleet.count }, (_, index): Instance => {
      return { id: `${slot}-${index + 1}`, health: now.healthy ? "healthy" : "starting", restarts: index === 0 ? restarts : 0 };
    });
    return { digest: fleet.artifact.digest, version: fleet.artifact.version, wanted: fleet.count, instances, inFlight: 0, trouble: [] };
  };
  return {
    running,
    status,
    async start(slot, artifact, count) {
      if (fleets[slot]?.artifact.digest !== artifact.digest || fleets[slot]?.count !== count)
        fleets[slot] = { artifact, count, since: clock.now() };
      const now = running(slot);
      if (now?.healthy) return { is: "done" };
      if ((now?.age ?? 0) >= startWithin) return { is: "failed", because: `${artifact.version} did not become healthy` };
      return { is: "pending", lookAgainIn: duration(100), because: `${artifact.version} is starting` };
    },
    async stop(slot) {
      fleets[slot] = undefined;
      return { is: "done" };
    },
  };
}
