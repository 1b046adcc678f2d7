import { existsSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Slot } from "../../../base/outcome.ts";
import { duration } from "../../../base/time.ts";
import type { Artifact } from "../../../ports/artifact.ts";
import type { FleetStatus } from "../../../ports/fleet.ts";
import { done, type Pending, type Result } from "../../../ports/step-result.ts";
import type { Balancer } from "./balancer.ts";
import { type Copy, runCopy } from "./instances.ts";
import type { Guarded, PlaneSettings, Wanted } from "./state.ts";
import type { Trouble } from "./trouble.ts";
import { unpack } from "./unpack.ts";
import type { RunningCopy } from "./verbs.ts";

/** The copies of one slot. The verbs of a fleet; none of them waits. */
export interface SlotFleet {
  status(): FleetStatus;
  start(artifact: Artifact, count: number): Result;
  stop(): Result;
  running(): readonly RunningCopy[];
  guarded(): readonly Guarded[];
  /** Resolves once nothing is left. */
  end(): Promise<void>;
}

interface SlotOrder {
  readonly slot: Slot;
  readonly slotsFolder: string;
  readonly logsFolder: string;
  readonly settings: PlaneSettings;
  readonly balancer: Balancer;
  /** What the slot should run was changed. */
  readonly want: (wanted: Wanted | undefined) => void;
  /** A process was started or ended. */
  readonly changed: () => void;
}

interface Current {
  readonly artifact: Artifact;
  readonly folder: string;
  count: number;
  copies: readonly Copy[];
  /** Copies that are too many and are coming to their end. */
  leaving: readonly Copy[];
  readonly unpacking: Promise<string | undefined>;
  unpacked: boolean;
  /** All copies were healthy at the same time once. */
  wasUp: boolean;
  problem: Trouble | undefined;
  ending: Promise<void> | undefined;
}

const lookAgainIn = duration(100);
const pending = (because: string): Pending => ({ is: "pending", lookAgainIn, because });

const same = (one: Artifact, other: Artifact): boolean =>
  one.digest === other.digest && one.start === other.start && one.through?.join("\0") === other.through?.join("\0");

/** An empty slot of the plane. `order` says where it lies and who hears of changes; nothing is started before `start`. */
export function openSlot(order: SlotOrder): SlotFleet {
  const { slot, balancer } = order;
  let current: Current | undefined;

  const begin = (artifact: Artifact, count: number) => {
    const folder = path.join(order.slotsFolder, `${slot}-${artifact.digest.slice(0, 12)}`);
    // After a crash the folder is there already, whole, and is used as it is.
    const unpacking = existsSync(folder) ? Promise.resolve(undefined) : unpack(artifact, folder);
    const none = { copies: [], leaving: [], unpacked: false, wasUp: false, problem: undefined, ending: undefined };
    const mine: Current = { artifact, folder, count, unpacking, ...none };
    current = mine;
    order.want({ artifact, count });
    void unpacking.then((because) => {
      if (because === undefined) mine.unpacked = true;
      else mine.problem = { because, details: [] };
      scale(order, mine);
    });
  };
  const ending = (mine: Current): Promise<void> => {
    mine.ending ??= endAll(mine).then(() => {
      current = undefined;
    });
    return mine.ending;
  };
  const progress = (mine: Current) =>
    balancer.inFlight(slot) > 0 ? `${balancer.inFlight(slot)} requests are under way` : `${mine.artifact.version} is being stopped`;

  return {
    status: () => statusOf(current, balancer.inFlight(slot)),
    start(artifact, count) {
      if (!current) begin(artifact, count);
      if (!current) return pending("starting");
      if (current.ending || !same(current.artifact, artifact)) {
        void ending(current);
        return pending(progress(current));
      }
      if (current.count !== count) {
        current.count = count;
        order.want({ artifact, count });
        scale(order, current);
      }
      return upTo(current);
    },
    stop() {
      if (!current) return done;
      if (!current.ending) order.want(undefined);
      void ending(current);
      return pending(progress(current));
    },
    running: () => current?.copies.flatMap((copy) => copy.running() ?? []) ?? [],
    guarded: () => (current ? [...current.copies, ...current.leaving].flatMap((copy) => copy.guarded() ?? []) : []),
    end: async () => current && ending(current),
  };
}

/** Brings the number of copies to what is wanted. */
function scale(order: SlotOrder, mine: Current): void {
  if (!mine.unpacked || mine.ending) return;
  mkdirSync(order.logsFolder, { recursive: true, mode: 0o700 });
  const leaving = mine.copies.slice(mine.count);
  mine.leaving = [...mine.leaving, ...leaving];
  for (const copy of leaving)
    void copy.end().then(() => {
      mine.leaving = mine.leaving.filter((other) => other !== copy);
    });
  const { artifact, folder } = mine;
  const more = Array.from({ length: Math.max(0, mine.count - mine.copies.length) }, (_, index) => {
    const number = mine.copies.length + index + 1;
    const log = path.join(order.logsFolder, `${path.basename(folder)}-${number}.log`);
    const { slot, settings, balancer, changed } = order;
    return runCopy({ slot, number, artifact, folder, log, settings, balancer, changed });
  });
  mine.copies = [...mine.copies.slice(0, mine.count), ...more];
}

async function endAll(mine: Current): Promise<void> {
  await mine.unpacking;
  await Promise.all([...mine.copies, ...mine.leaving].map((copy) => copy.end()));
  await rm(mine.folder, { recursive: true, force: true });
}

function upTo(mine: Current): Result {
  const trouble = mine.problem ?? mine.copies.map((copy) => copy.failure(mine.wasUp)).find((found) => found !== undefined);
  if (trouble) return { is: "failed", because: trouble.because, details: trouble.details };
  const healthy = mine.copies.filter((copy) => copy.status().health === "healthy").length;
  mine.wasUp ||= mine.unpacked && healthy === mine.count;
  if (mine.unpacked && healthy === mine.count) return done;
  return pending(mine.unpacked ? `${healthy} of ${mine.count} copies are healthy` : "the artifact is being unpacked");
}

function statusOf(mine: Current | undefined, inFlight: number): FleetStatus {
  if (!mine) return { digest: undefined, version: undefined, wanted: 0, instances: [], inFlight, trouble: [] };
  const instances = mine.copies.map((copy) => copy.status());
  const isUp = instances.every((one) => one.health === "healthy");
  const trouble = mine.problem ?? (isUp ? undefined : mine.copies.map((copy) => copy.trouble()).find((found) => found !== undefined));
  return {
    digest: mine.artifact.digest,
    version: mine.artifact.version,
    wanted: mine.ending ? 0 : mine.count,
    instances,
    inFlight,
    trouble: trouble ? [trouble.because, ...trouble.details] : [],
  };
}
