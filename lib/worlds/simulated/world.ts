import { otherSlot, type Slot, type Weight, weight } from "../../base/outcome.ts";
import type { RehearsedWorld } from "../../ports/world.ts";
import { answering } from "./answers.ts";
import { chance } from "./chance.ts";
import { type HandClock, handClock } from "./clock.ts";
import { type SimulatedFleet, simulatedFleet } from "./fleet.ts";
import { simulatedJob } from "./job.ts";
import { simulatedLedger } from "./ledger.ts";
import { simulatedMeter } from "./meter.ts";
import { simulatedProbe } from "./probe.ts";
import { type Splitter, simulatedRouter, splitter } from "./router.ts";
import { calm, type Script } from "./script.ts";
import { simulatedTraffic } from "./traffic.ts";

/** A world with its insides open, so that tests can ask what happened in truth and not what was reported. */
export interface SimulatedWorld extends RehearsedWorld {
  readonly clock: HandClock;
  readonly fleet: SimulatedFleet;
  readonly split: Splitter;
  /** Pids of holders that are certainly gone. */
  readonly gone: Set<number>;
  /** Every weight that the candidate was ever given, in order. */
  readonly weights: readonly Weight[];
  /** Everything that was changed in truth, in order: fleets started and stopped, weights set, commands run. */
  readonly effects: readonly string[];
}

/** What the regions of one environment have in common. */
export type Shared = Pick<SimulatedWorld, "clock" | "gone" | "ledger">;

/** The time, the ledger and the dead of an environment, before anything happened. */
export function shared(diskFullFrom: number): Shared {
  const gone = new Set<number>();
  return { clock: handClock(), gone, ledger: simulatedLedger(gone, diskFullFrom) };
}

/** A world in memory: time passes only when somebody waits, and the same seed and script give the same release. */
export function simulatedWorld(candidate: Slot, script: Script = calm, seed = 1, common = shared(script.diskFullFrom)): SimulatedWorld {
  const { clock } = common;
  const weights: Weight[] = [];
  const effects: string[] = [];
  const changed = (slot: Slot, share: number) => {
    weights.push(weight(slot === candidate ? share : 100 - share));
    effects.push(`shift to ${weights.at(-1)}`);
  };
  const split = splitter({ clock, live: otherSlot(candidate), delay: script.shiftsWithin, changed });
  const share = () => split.share(candidate);
  const fleet = simulatedFleet({ clock, script, weight: share, changed: (what) => effects.push(what) });
  const meter = simulatedMeter(
    clock,
    () => script.meterReads(clock.now(), share()),
    (name) => script.alarm(name, clock.now(), share()),
  );
  const ask = answering({ split, fleet, meter, weight: share, random: chance(seed) });
  return {
    ...common,
    fleet,
    split,
    router: simulatedRouter(split, candidate),
    meter,
    traffic: simulatedTraffic(clock, () => script.trafficFlows(clock.now()), ask),
    probe: simulatedProbe(ask, script.exits),
    job: simulatedJob({ clock, ends: script.ends, changed: (what) => effects.push(what) }),
    notifiers: [],
    weights,
    effects,
  };
}
