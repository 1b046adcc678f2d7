import { otherSlot, type Slot, type Weight, weight } from "../../base/outcome.ts";
import type { Instant } from "../../base/time.ts";
import type { MeterGroup } from "../../ports/meter.ts";
import type { Probe } from "../../ports/probe.ts";
import type { Router } from "../../ports/router.ts";
import type { Traffic, TrafficCount } from "../../ports/traffic.ts";
import type { World } from "../../ports/world.ts";
import { chance } from "./chance.ts";
import { type HandClock, handClock, tick } from "./clock.ts";
import { type SimulatedFleet, simulatedFleet } from "./fleet.ts";
import { simulatedLedger } from "./ledger.ts";
import { type SimulatedMeter, simulatedMeter } from "./meter.ts";
import { calm, type Script } from "./script.ts";

export interface SimulatedWorld extends World {
  readonly clock: HandClock;
  readonly fleet: SimulatedFleet;
  readonly meter: SimulatedMeter;
  /** Pids of holders that are certainly gone. */
  readonly gone: Set<number>;
  /** Every weight that was ever set, in order. */
  readonly weights: readonly Weight[];
}

const address = (group: MeterGroup) => `http://${group}.test`;

/** A world in memory: time passes only when somebody waits, and the same seed and script give the same release. */
export function simulatedWorld(candidate: Slot, script: Script = calm, seed = 1): SimulatedWorld {
  const clock = handClock();
  const random = chance(seed);
  const gone = new Set<number>();
  const weights: Weight[] = [];
  let share = weight(0);
  const fleet = simulatedFleet(clock, script, () => share);
  const meter = simulatedMeter(() => script.meterReads(clock.now(), share));
  const answer = (group: MeterGroup, at: Instant, delay = 0): boolean => {
    const now = group === "known-bad" ? undefined : fleet.running(group);
    const failed = !now?.healthy || random() < now.behaviour.failureRate(share, now.age);
    meter.count(group, at, failed, now ? now.behaviour.latency(random(), share) : delay);
    return failed;
  };
  const router: Router = {
    weight: async () => share,
    async shift(next) {
      if (next !== share) weights.push(next);
      share = next;
      return { is: "done" };
    },
    test: async (slot) => address(slot),
  };
  const pick = () => (random() * 100 < share ? candidate : otherSlot(candidate));
  const traffic = simulatedTraffic(clock, script, answer, pick);
  return {
    clock,
    fleet,
    router,
    meter,
    traffic,
    probe: simulatedProbe(answer, clock),
    ledger: simulatedLedger(gone, () => script.diskFullFrom),
    gone,
    weights,
  };
}

type Answer = (group: MeterGroup, at: Instant, delay?: number) => boolean;

function groupOf(base: string): MeterGroup {
  const group = (["blue", "green", "known-bad"] as const).find((name) => address(name) === base);
  if (!group) throw new Error(`no such address: ${base}`);
  return group;
}

function simulatedTraffic(clock: HandClock, script: Script, answer: Answer, pick: () => Slot): Traffic {
  let rate = 0;
  let due = 0;
  let total: TrafficCount = { requests: 0, failed: 0, failures: {} };
  clock.onTick((now) => {
    due += script.trafficFlows(now) ? (rate * tick) / 1_000 : 0;
    for (; due >= 1; due -= 1) total = counted(total, answer(pick(), now));
  });
  return {
    async send(next) {
      rate = next;
    },
    async burst(base, count, _over, kinds) {
      const delay = Number(kinds[0]?.headers?.["x-sluice-delay"] ?? 0);
      let sent: TrafficCount = { requests: 0, failed: 0, failures: {} };
      for (let index = 0; index < count; index += 1) sent = counted(sent, answer(groupOf(base), clock.now(), delay));
      clock.advance(tick);
      return sent;
    },
    count: async () => total,
  };
}

function counted({ requests, failed, failures }: TrafficCount, bad: boolean): TrafficCount {
  return {
    requests: requests + 1,
    failed: failed + (bad ? 1 : 0),
    failures: bad ? { ...failures, 500: (failures[500] ?? 0) + 1 } : failures,
  };
}

function simulatedProbe(answer: Answer, clock: HandClock): Probe {
  return {
    async ask(base, checks) {
      return checks.map((check) => {
        const failed = answer(groupOf(base), clock.now());
        return { check: check.kind === "http" ? `${check.method} ${check.path}` : check.command, ok: !failed, saw: failed ? "500" : "200" };
      });
    },
  };
}
