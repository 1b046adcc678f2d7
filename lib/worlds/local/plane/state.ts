import path from "node:path";
import { isDiskFull } from "../../../base/errors.ts";
import type { Slot } from "../../../base/outcome.ts";
import { weight } from "../../../base/outcome.ts";
import type { Duration } from "../../../base/time.ts";
import type { ProcessId } from "../../../machine/processes.ts";
import { damaged, fromJson, isNumber, isText, listOf, mapOf, maybe, textOf, withFields } from "../../../machine/read-back.ts";
import { writeWhole } from "../../../machine/whole-file.ts";
import type { Artifact } from "../../../ports/artifact.ts";
import type { Ports } from "./balancer.ts";
import type { Weights } from "./pick.ts";

/** When a copy counts as healthy, and how often it is asked. */
export interface HealthSettings {
  /** Path of the health check; 200 to 399 is healthy. */
  readonly path: string;
  readonly every: Duration;
  readonly timeout: Duration;
  /** A copy that is not healthy by then has failed to start. */
  readonly startWithin: Duration;
}

/** How a plane is to run. */
export interface PlaneSettings {
  /** The router's port; 0 takes any free one. */
  readonly port: number;
  readonly health: HealthSettings;
  /** What apps get in their environment besides what is inherited, and PORT. */
  readonly env: Readonly<Record<string, string>>;
  /** How long requests under way, and then processes, may take to end. */
  readonly grace: Duration;
  /** Without a call from a controller for this long the plane stops by itself. */
  readonly lease: Duration;
}

/** What is to run in a slot. */
export interface Wanted {
  readonly artifact: Artifact;
  readonly count: number;
}

/** A guard and, once known, the app under it. */
export interface Guarded {
  readonly guard: ProcessId;
  readonly app?: ProcessId;
}

/** How a command ended, with the end of what it said; without a reason it ended well. */
export interface Ended {
  readonly because?: string | undefined;
  readonly said: string;
}

/** All that a plane needs to come back after it was killed. */
export interface PlaneState {
  readonly settings: PlaneSettings;
  readonly ports: Ports;
  readonly weights: Weights;
  readonly slots: Readonly<Partial<Record<Slot, Wanted>>>;
  /** The highest fence that was shown; -1 before the first. */
  readonly fence: number;
  /** Commands that were begun, by id. */
  readonly jobs?: Readonly<Record<string, Ended>> | undefined;
  /** What must be gone before the next plane starts anything. */
  readonly processes: readonly Guarded[];
}

/** Where a plane keeps its things, under the state folder of the project. */
export const planeFiles = (folder: string) => {
  const inside = (name: string) => path.join(folder, "plane", name);
  return {
    root: path.join(folder, "plane"),
    state: inside("state.json"),
    process: inside("process.json"),
    log: inside("plane.log"),
    meter: inside("meter.jsonl"),
    slots: inside("slots"),
    logs: inside("logs"),
  };
};

/** Blue has all traffic until somebody says otherwise. */
export const freshState = (settings: PlaneSettings): PlaneState => ({
  settings,
  ports: { router: settings.port, blue: 0, green: 0, "known-bad": 0 },
  weights: { blue: weight(100), green: weight(0) },
  slots: {},
  fence: -1,
  processes: [],
});

const isProcess = withFields<ProcessId>({ pid: isNumber, started: isText });
const isArtifact = withFields<Artifact>({
  digest: isText,
  version: isText,
  file: isText,
  start: isText,
  through: maybe(listOf(isText)),
});
const isWanted = withFields<Wanted>({ artifact: isArtifact, count: isNumber });
const isSettings = withFields<PlaneSettings>({
  port: isNumber,
  health: withFields<HealthSettings>({ path: isText, every: isNumber, timeout: isNumber, startWithin: isNumber }),
  env: mapOf(isText),
  grace: isNumber,
  lease: isNumber,
});

const isPlaneState = withFields<PlaneState>({
  settings: isSettings,
  ports: withFields<Ports>({ router: isNumber, blue: isNumber, green: isNumber, "known-bad": isNumber }),
  weights: withFields<Weights>({ blue: isNumber, green: isNumber }),
  slots: withFields<PlaneState["slots"]>({ blue: maybe(isWanted), green: maybe(isWanted) }),
  fence: isNumber,
  jobs: maybe(mapOf(withFields<Ended>({ because: maybe(isText), said: isText }))),
  processes: listOf(withFields<Guarded>({ guard: isProcess, app: maybe(isProcess) })),
});

/** Undefined where no plane was set up. Throws `plane/lost` where the file is damaged. */
export function readState(file: string): PlaneState | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const state = fromJson(text, isPlaneState);
  if (!state) throw damaged(file);
  return state;
}

/** The state in memory, and how it gets to disk. */
export interface StateFile {
  readonly now: PlaneState;
  /** Changes the state; resolves once it is on disk. */
  change(part: Partial<PlaneState>): Promise<void>;
}

const retry = 1_000;

/** Begins with `first`, which is not written before something changes. */
export function openState(file: string, first: PlaneState): StateFile {
  let now = first;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    try {
      await writeWhole(file, JSON.stringify(now));
    } catch (error) {
      // With a full disk weights must still move, back above all; the file follows when there is room.
      if (!isDiskFull(error)) throw error;
      setTimeout(() => void change({}), retry).unref();
    }
  };
  const change = (part: Partial<PlaneState>): Promise<void> => {
    now = { ...now, ...part };
    writing = writing.then(write, write);
    return writing;
  };
  return {
    get now() {
      return now;
    },
    change,
  };
}
