import path from "node:path";
import { rehearsalEnvironment } from "../../base/commands.ts";
import { type Duration, duration } from "../../base/time.ts";
import type { Config } from "../../config/config.ts";
import type { Gate } from "../../config/gate.ts";
import { gitUrl } from "../../pipeline/git-clone.ts";
import { isNpmSpec } from "../../pipeline/npm-source.ts";
import type { Check } from "../../ports/probe.ts";
import type { RequestKind } from "../../ports/traffic.ts";
import type { ReadingRules, Rollout, SchemaChange } from "../../release/plan.ts";
import type { PlaneSettings } from "../../worlds/local/plane/state.ts";
import type { Fault } from "../faults/parse.ts";
import { schemaChangeOf } from "../release/settings.ts";
import type { RehearseOptions } from "../views.ts";

/** Everything a rehearsal needs to know, from the configuration, the options and the faults. */
export interface Settings {
  readonly environment: string;
  readonly count: number;
  readonly start: string | undefined;
  readonly buildspec: { readonly build?: string | undefined; readonly test?: string | undefined };
  readonly rollout: Rollout;
  readonly migrate: SchemaChange | undefined;
  readonly gates: readonly Gate[];
  readonly checks: readonly Check[];
  readonly reading: ReadingRules;
  readonly rate: number;
  readonly kinds: readonly RequestKind[];
  readonly plane: PlaneSettings;
  /** Where the user's own gate commands run. */
  readonly folder: string;
}

/** Readings do not come faster than this, however much a rehearsal is sped up. */
const fastestReading = 100;
const probeTimeout = duration(5_000);
const healthEvery = duration(250);
const healthTimeout = duration(2_000);

/** Joins configuration and options. `--speed` divides bakes and waits, never limits: callers and processes are as quick as they are. */
export function settingsFrom(config: Config, options: RehearseOptions, faults: readonly Fault[]): Settings {
  const service = config.services[0];
  const { rollout, rehearsal } = config;
  const sooner = (span: Duration) => duration(span / (options.speed ?? 1));
  const health = options.health ?? service.health;
  const noTopUp = faults.some(({ name, argument }) => name === "no-traffic" && argument === "no-top-up");
  // Without a configuration of its own the probe follows --health.
  const probes = rollout.probes.map((probe) => (probe.path === service.health ? { ...probe, path: health } : probe));
  return {
    environment: rehearsalEnvironment,
    count: service.count,
    start: options.start ?? service.start,
    buildspec: service.buildspec ?? {},
    rollout: {
      weights: rollout.weights,
      bake: sooner(rollout.bake),
      finalBake: sooner(rollout.finalBake),
      keepWarm: sooner(rollout.keepWarm),
      approval: options.approve || rollout.approval === "before-first-shift",
      startWithin: service.startWithin,
    },
    migrate: schemaChangeOf(service),
    gates: rehearsedGates(rollout.gates, faults),
    checks: probes.map(({ path: at, status }): Check => ({ kind: "http", method: "GET", path: at, status, timeout: probeTimeout })),
    reading: {
      every: duration(Math.max(fastestReading, sooner(rollout.readEvery))),
      minRequests: rollout.minRequests,
      dataLimit: rollout.dataLimit,
      topUp: rollout.topUp && !noTopUp,
    },
    rate: options.rate ?? rehearsal.rate,
    kinds: rehearsal.paths,
    plane: {
      port: options.port ?? rehearsal.port,
      health: { path: health, every: healthEvery, timeout: healthTimeout, startWithin: service.startWithin },
      env: service.env,
      grace: service.grace,
      lease: rehearsal.lease,
    },
    folder: path.resolve(options.cwd, isFolder(options.source) ? (options.source ?? ".") : "."),
  };
}

/** This machine has no alarms; the fault brings one of its own, with a gate that watches it. */
function rehearsedGates(gates: readonly Gate[], faults: readonly Fault[]): readonly Gate[] {
  const fires = faults.some(({ name }) => name === "alarm-fires");
  const others = gates.filter(({ kind }) => kind !== "alarms");
  if (fires) return [...others, { kind: "alarms", names: ["rehearsed"] }];
  return others.length < gates.length ? [...others, { kind: "alarms", names: [] }] : others;
}

/** A source that is neither a URL nor a published version is a folder. */
export function isFolder(source: string | undefined): boolean {
  return source === undefined || !(isNpmSpec(source) || gitUrl(source));
}
