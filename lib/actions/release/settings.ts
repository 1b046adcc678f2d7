import type { Slot } from "../../base/outcome.ts";
import { type Duration, duration } from "../../base/time.ts";
import type { Config } from "../../config/config.ts";
import type { Check } from "../../ports/probe.ts";
import type { Placement, ReleasePlan } from "../../release/plan.ts";
import { planRelease } from "../../release/plan.ts";

interface Given {
  readonly config: Config;
  readonly release: string;
  readonly environment: string;
  readonly live: Placement;
  readonly candidate: Omit<Placement, "slot">;
  /** How long after a request the meter tells of it. */
  readonly delay: Duration;
}

/**
 * How many copies the candidate gets: as many as the live version has, and no fewer than its slot begins with. Instances of the two slots may
 * be of different sizes, so a slot never gets more than it is allowed to.
 */
export function countIn({ services: [{ compute }] }: Config, slot: Slot, live: number): number {
  switch (compute?.kind) {
    case "ec2":
      return Math.min(compute[slot].max, Math.max(live, compute[slot].desired));
    case "ecs":
      return Math.max(live, compute.count.min);
    case undefined:
      return live;
  }
}

/** CloudWatch tells every minute; whoever looks more often than this sees nothing new. */
const mostOften = 15_000;
const probeTimeout = duration(10_000);

/**
 * The plan of a release to an environment. What the gates see is as old as the meter's delay: each bake is as much longer, so that they hold
 * for all of it, and so is the wait for data.
 */
export function planFor({ config, delay, ...given }: Given): ReleasePlan {
  const { rollout, rehearsal } = config;
  const later = (span: Duration) => duration(span + delay);
  return planRelease({
    ...given,
    gates: rollout.gates,
    checks: rollout.probes.map(({ path, status }): Check => ({ kind: "http", method: "GET", path, status, timeout: probeTimeout })),
    reading: {
      every: duration(Math.max(mostOften, rollout.readEvery)),
      minRequests: rollout.minRequests,
      // Twice: what is topped up at the end of a bake has to be told of, too.
      dataLimit: duration(rollout.dataLimit + 2 * delay),
      topUp: rollout.topUp,
    },
    kinds: rehearsal.paths,
    rollout: {
      weights: rollout.weights,
      bake: later(rollout.bake),
      finalBake: later(rollout.finalBake),
      keepWarm: rollout.keepWarm,
      approval: rollout.approval === "before-first-shift",
    },
  });
}
