import type { Slot } from "../../base/outcome.ts";
import { weight } from "../../base/outcome.ts";
import { type Duration, duration, type Instant } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Busy, type Driver, inTheWay, type Order } from "../../ports/driver.ts";
import type { Fleet } from "../../ports/fleet.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import type { HandClock } from "./clock.ts";
import type { Splitter } from "./router.ts";

interface Placed {
  readonly slot: Slot;
  readonly artifact: Artifact;
}

interface Driven {
  readonly clock: HandClock;
  readonly fleet: Fleet;
  readonly split: Splitter;
  /** Who has all callers at first, and with how many copies. */
  readonly live: Placed & { readonly count: number };
  /** The shares that a new version gets, and how far they are apart; the last is 100. */
  readonly weights: readonly number[];
  readonly every: Duration;
  /** How long the old version is kept without callers. */
  readonly keeps: Duration;
  /** Whether an alarm of its own fires. */
  readonly alarm: () => boolean;
}

interface Deployment {
  readonly by: string;
  readonly to: Placed;
  readonly from: Placed;
  /** Since when its copies are healthy. */
  healthyAt?: Instant;
  is: "going" | "succeeded" | "stopped";
}

/** What moves the callers in this world: it outlives those who tell it what to do. */
export interface SimulatedDriver extends Driver {
  /** Who had a deployment begun, in order: a release, there or back, or somebody else. */
  readonly begun: readonly string[];
  /** Somebody else has a version deployed. */
  deployBeside(by: string, to: Placed): void;
}

const lookAgainIn = duration(500);

/** A driver that is as far as its steps say whenever somebody looks. */
export function simulatedDriver(given: Driven): SimulatedDriver {
  const deployments: Deployment[] = [];
  const begun: string[] = [];
  const begin = (by: string, to: Placed): void => {
    begun.push(by);
    deployments.push({ by, to, from: liveOf(given, deployments), is: "going" });
  };
  const look = async (by: string): Promise<{ readonly ours: Deployment | undefined; readonly other: Deployment | undefined }> => {
    const going = deployments.find(({ is }) => is === "going");
    if (going) await advance(given, going);
    const still = deployments.find(({ is }) => is === "going");
    return { ours: deployments.find((one) => one.by === by), other: still && still.by !== by ? still : undefined };
  };
  const waiting = ({ by, to }: Deployment): Pending => {
    const share = weight(given.split.share(to.slot));
    const note = `${by}: ${share} % on ${to.slot}`;
    return { is: "pending", lookAgainIn, because: note, note, weight: share };
  };
  const deploy = async (order: Order): Promise<Result | Busy> => {
    const { release, candidate } = order;
    const { ours, other } = await look(release);
    if (other) return busy(other);
    if (!ours) {
      const { slot, artifact } = liveOf(given, deployments);
      const obstacle = inTheWay(order, { is: "running", slot, ...artifact });
      if (obstacle) return obstacle;
      begin(release, candidate);
      return { is: "pending", lookAgainIn, because: "begun" };
    }
    if (ours.is === "stopped") return turnedBack(ours);
    return ours.is === "succeeded" || given.split.share(ours.to.slot) === 100 ? done : waiting(ours);
  };
  const settle = async ({ release }: Order): Promise<Result> => {
    const { ours } = await look(release);
    if (!ours || ours.is === "stopped") return turnedBack(ours);
    return ours.is === "succeeded" ? done : waiting(ours);
  };
  const back = async ({ release, live }: Order): Promise<Result> => {
    const { ours } = await look(release);
    if (ours?.is === "going") await stop(given, ours);
    if (ours?.is !== "succeeded") return done;
    const { ours: again } = await look(`${release}, back`);
    if (!again) begin(`${release}, back`, live);
    return again?.is === "succeeded" ? done : { is: "pending", lookAgainIn, because: "goes back" };
  };
  return {
    name: "the simulated driver",
    live: async () => {
      const { other } = await look("");
      const { slot, artifact } = liveOf(given, deployments);
      return other ? busy(other) : { is: "running", slot, digest: artifact.digest, version: artifact.version, count: given.live.count };
    },
    deploy,
    settle,
    back,
    begun,
    deployBeside: begin,
  };
}

const liveOf = ({ live }: Driven, deployments: readonly Deployment[]): Placed =>
  deployments.findLast(({ is }) => is === "succeeded")?.to ?? live;

async function advance(given: Driven, one: Deployment): Promise<void> {
  const { clock, fleet, split, weights, every, keeps, live } = given;
  if (one.healthyAt === undefined) {
    const started = await fleet.start(one.to.slot, one.to.artifact, live.count);
    if (started.is === "failed") await stop(given, one);
    if (started.is === "done") one.healthyAt = clock.now();
  }
  if (one.healthyAt === undefined || one.is !== "going") return;
  if (given.alarm()) return stop(given, one);
  const passed = clock.now() - one.healthyAt;
  split.set(one.to.slot, weights[Math.min(weights.length - 1, Math.floor(passed / every))] ?? 100);
  if (passed < every * (weights.length - 1) + keeps) return;
  one.is = "succeeded";
  await fleet.stop(one.from.slot);
}

async function stop({ split, fleet }: Driven, one: Deployment): Promise<void> {
  one.is = "stopped";
  split.set(one.from.slot, 100);
  await fleet.stop(one.to.slot);
}

const busy = ({ by }: Deployment): Busy => ({ is: "busy", because: `a deployment of ${by} is under way` });

const turnedBack = (one: Deployment | undefined): Failed => ({
  is: "failed",
  because: `the deployment of ${one?.by ?? "nobody"} was turned back`,
});
