import { duration } from "../../../lib/base/time.ts";
import { type Placement, planRelease, seal } from "../../../lib/release/plan.ts";

/** The plan of a release by 10, 50 and 100, as slowly as CloudWatch tells. */
export const sealedFor = (release: string, live: Placement, candidate: Omit<Placement, "slot">, alarms: readonly string[] = []) =>
  seal(
    planRelease({
      release,
      environment: "production",
      live,
      candidate,
      gates: [
        { kind: "error-rate", max: 0.02 },
        { kind: "latency", quantile: 0.95, max: duration(250) },
        { kind: "health" },
        { kind: "compare", falseAborts: 0.01 },
        ...(alarms.length > 0 ? [{ kind: "alarms", names: alarms } as const] : []),
      ],
      checks: [{ kind: "http", method: "GET", path: "/health", status: [200], timeout: duration(2_000) }],
      reading: { every: duration(60_000), minRequests: 10, dataLimit: duration(600_000), topUp: true },
      kinds: [{ method: "GET", path: "/", share: 1 }],
      rollout: {
        weights: [10, 50, 100],
        bake: duration(300_000),
        finalBake: duration(60_000),
        keepWarm: duration(60_000),
        startWithin: duration(30_000),
        approval: false,
      },
    }),
  );
