import { type MeterGroup, meterGroups } from "../../ports/meter.ts";
import type { SimulatedFleet } from "./fleet.ts";
import type { SimulatedMeter } from "./meter.ts";
import { addressOf, type Splitter } from "./router.ts";

/** What came back for one request. */
interface Reply {
  readonly group: MeterGroup;
  readonly status: number;
}

/** Sends one request. Where everything is known to be bad the answer takes `delay` milliseconds. Undefined where nothing answers. */
export type Ask = (address: string, path: string, delay?: number) => Reply | undefined;

/** Who answers requests, and how. */
interface Answering {
  readonly split: Splitter;
  readonly fleet: SimulatedFleet;
  readonly meter: SimulatedMeter;
  /** The candidate's share now. */
  readonly weight: () => number;
  readonly random: () => number;
}

/** Answers as the versions' behaviours say and lets the meter count it. A slot without a healthy fleet answers 503. */
export function answering({ split, fleet, meter, weight, random }: Answering): Ask {
  const reply = (group: MeterGroup, path: string, delay: number): { status: number; latency: number } => {
    if (group === "known-bad") return { status: 500, latency: delay };
    const now = fleet.running(group);
    if (!now?.healthy) return { status: 503, latency: 0 };
    const failed = random() < now.behaviour.failureRate(weight(), now.age);
    return { status: failed ? 500 : now.behaviour.status(path), latency: now.behaviour.latency(random(), weight()) };
  };
  return (address, path, delay = 0) => {
    const group = address === addressOf("router") ? split.pick() : meterGroups.find((name) => addressOf(name) === address);
    if (!group) return undefined;
    const { status, latency } = reply(group, path, delay);
    meter.count(group, status >= 500, latency);
    return { group, status };
  };
}
