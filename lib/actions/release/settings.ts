import type { Slot } from "../../base/outcome.ts";
import { type Duration, duration } from "../../base/time.ts";
import type { Config } from "../../config/config.ts";
import type { Gate } from "../../config/gate.ts";
import type { Service } from "../../config/schema/service.ts";
import type { Check } from "../../ports/probe.ts";
import type { RequestKind } from "../../ports/traffic.ts";
import { planDriven } from "../../release/driven.ts";
import type { ReleasePlan, SchemaChange } from "../../release/plan.ts";
import { planWaves, type WaveGiven } from "../../release/waves.ts";

interface Common {
  readonly config: Config;
  readonly service: Service;
  readonly release: string;
  readonly environment: string;
  /** How long after a request the meter tells of it. */
  readonly delay: Duration;
}

interface Given extends Common {
  readonly waves: readonly [WaveGiven, ...WaveGiven[]];
}

interface Driven extends Common {
  readonly wave: WaveGiven;
  /** Who moves the callers. */
  readonly driver: string;
}

/**
 * How many copies the candidate gets: as many as the live version has, and no fewer than its slot begins with. Instances of the two slots may
 * be of different sizes, so a slot never gets more than it is allowed to.
 */
export function countIn({ compute }: Pick<Service, "compute">, slot: Slot, live: number): number {
  switch (compute?.kind) {
    case "ec2":
      return Math.min(compute[slot].max, Math.max(live, compute[slot].desired));
    case "ecs":
      return Math.max(live, compute.count.min);
    case undefined:
      return live;
  }
}

/** A gate that is left with no alarm is none. */
function watching(gate: Gate, names: readonly string[]): readonly Gate[] {
  if (gate.kind !== "alarms") return [gate];
  return names.length > 0 ? [{ ...gate, names }] : [];
}

/** What a release does to the data before the candidate starts, if anything. */
export const schemaChangeOf = ({ migrate, migrateWithin }: Service): SchemaChange | undefined =>
  migrate === undefined ? undefined : { command: migrate, within: migrateWithin };

/** CloudWatch tells every minute; whoever looks more often than this sees nothing new. */
const mostOften = 15_000;
const probeTimeout = duration(10_000);

/**
 * The plan of a release to an environment. What the gates see is as old as the meter's delay: each bake is as much longer, so that they hold
 * for all of it, and so is the wait for data.
 */
export function planFor({ config, service, delay, waves, ...given }: Given): ReleasePlan {
  const { rollout } = config;
  const later = (span: Duration) => duration(span + delay);
  const baked = (wave: WaveGiven): WaveGiven => ({ ...wave, bake: later(wave.bake) });
  const [first, ...others] = waves;
  return planWaves({
    ...given,
    service: service.name,
    rollback: rollout.rollback,
    waves: [baked(first), ...others.map(baked)],
    gates: rollout.gates.flatMap((gate) => watching(gate, first.alarms)),
    ...readBy(service, config, delay),
    migrate: schemaChangeOf(service),
    rollout: {
      weights: rollout.weights,
      bake: later(rollout.bake),
      finalBake: later(rollout.finalBake),
      keepWarm: rollout.keepWarm,
      approval: rollout.approval === "before-first-shift",
      startWithin: service.startWithin,
    },
  });
}

/** The plan of a release that a driver carries out, with the driver's own steps and waits, and of the gates those that tell more than its alarms. */
export function planForDriver({ config, service, delay, driver, wave, ...given }: Driven): ReleasePlan {
  const { rollout } = config;
  const { weights, bake, finalBake, keepWarm } = rollout;
  // To ECS both waits after the last shift are one (ADR 0010); CodeDeploy knows one, without alarms.
  const keeps = rollout.weightHolder === "ecs" ? duration(finalBake + keepWarm) : keepWarm;
  return planDriven({
    ...given,
    live: wave.live,
    candidate: wave.candidate,
    by: driver,
    of: { service: service.name, region: wave.region },
    // Where its copies are not well it turns back by itself, and has taken them away before a gate looks.
    gates: rollout.gates.filter(({ kind }) => kind !== "health").flatMap((gate) => watching(gate, wave.alarms)),
    ...readBy(service, config, delay),
    rollout: { weights, every: bake, keeps, approval: rollout.approval === "before-first-shift" },
  });
}

function readBy(service: Service, config: Config, delay: Duration): Pick<ReleasePlan, "checks" | "kinds" | "reading"> {
  const { readEvery, minRequests, dataLimit, topUp } = config.rollout;
  const reading = {
    every: duration(Math.max(mostOften, readEvery)),
    minRequests,
    // Twice: what is topped up at the end of a bake has to be told of, too.
    dataLimit: duration(dataLimit + 2 * delay),
    topUp,
  };
  return { ...askedOf(service, config), reading };
}

/** Probes and requests of the rehearsal are of the first service, which is the one that is rehearsed. A further one is asked for its health. */
function askedOf(
  { name, health }: Service,
  { services: [first], rollout, rehearsal }: Config,
): { readonly checks: readonly Check[]; readonly kinds: readonly RequestKind[] } {
  const isFirst = name === first.name;
  const probes = isFirst ? rollout.probes : [{ path: health, status: "2xx-3xx" as const }];
  return {
    checks: probes.map(({ path, status }): Check => ({ kind: "http", method: "GET", path, status, timeout: probeTimeout })),
    kinds: isFirst ? rehearsal.paths : [{ method: "GET", path: health, share: 1 }],
  };
}
