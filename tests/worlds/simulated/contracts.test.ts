import { expect } from "vitest";
import { otherSlot, type Slot, slots } from "../../../lib/base/outcome.ts";
import { duration } from "../../../lib/base/time.ts";
import type { Artifact } from "../../../lib/ports/artifact.ts";
import type { AlarmState } from "../../../lib/ports/meter.ts";
import { answering } from "../../../lib/worlds/simulated/answers.ts";
import { type HandClock, handClock, tick } from "../../../lib/worlds/simulated/clock.ts";
import { simulatedDriver } from "../../../lib/worlds/simulated/driver.ts";
import { type SimulatedFleet, simulatedFleet } from "../../../lib/worlds/simulated/fleet.ts";
import { simulatedJob } from "../../../lib/worlds/simulated/job.ts";
import { simulatedLedger } from "../../../lib/worlds/simulated/ledger.ts";
import { simulatedMeter } from "../../../lib/worlds/simulated/meter.ts";
import { simulatedProbe } from "../../../lib/worlds/simulated/probe.ts";
import { addressOf, simulatedRouter, splitter } from "../../../lib/worlds/simulated/router.ts";
import { type Behaviour, calm, type Script, sound } from "../../../lib/worlds/simulated/script.ts";
import { simulatedTraffic } from "../../../lib/worlds/simulated/traffic.ts";
import { driverContract } from "../../contracts/driver.ts";
import { fleetContract } from "../../contracts/fleet.ts";
import { jobContract } from "../../contracts/job.ts";
import { ledgerContract } from "../../contracts/ledger.ts";
import { meterContract } from "../../contracts/meter.ts";
import { probeContract } from "../../contracts/probe.ts";
import { routerContract } from "../../contracts/router.ts";
import { burstsContract, trafficContract } from "../../contracts/traffic.ts";

const close = async () => {};
const gone = (name: string): AlarmState => ({ name, is: "gone" });
const artifact = (name: string): Artifact => ({ digest: name.repeat(8), version: name, file: `${name}.tar`, start: "node server.js" });

/** Winds the clock until it is so. */
const untilOn = (clock: HandClock) => async (so: () => Promise<boolean>) => {
  for (let rounds = 0; rounds < 1_000; rounds += 1) {
    if (await so()) return;
    clock.advance(tick);
  }
  expect.fail("never so");
};

function fleetOn(clock: HandClock, versions: Script["versions"]): SimulatedFleet {
  return simulatedFleet({ clock, script: { ...calm, versions }, weight: () => 0, changed: () => {} });
}

/** Both slots run a version that never fails, and `paths` answer what they say. */
async function withBothSlots(behaviour: Partial<Behaviour> = {}) {
  const clock = handClock();
  const version = artifact("v");
  const fleet = fleetOn(clock, new Map([[version.digest, { ...sound, failureRate: () => 0, ...behaviour }]]));
  for (const slot of slots) await untilOn(clock)(async () => (await fleet.start(slot, version, 1)).is === "done");
  const split = splitter({ clock, live: "blue", delay: duration(200), changed: () => {} });
  const meter = simulatedMeter(clock, () => true, gone);
  return { clock, split, ask: answering({ split, fleet, meter, weight: () => split.share("green"), random: () => 0.5 }) };
}

fleetContract("simulated", async () => {
  const clock = handClock();
  const broken = artifact("broken");
  const slowToStop = { ...sound, stopsWithin: duration(300) };
  const fleet = fleetOn(
    clock,
    new Map([
      [broken.digest, { ...slowToStop, startsWithin: undefined }],
      [artifact("first").digest, slowToStop],
    ]),
  );
  return { fleet, first: artifact("first"), second: artifact("second"), broken, until: untilOn(clock), close };
});

driverContract("simulated", async () => {
  const clock = handClock();
  const [first, second, broken] = [artifact("first"), artifact("second"), artifact("broken")];
  const fleet = fleetOn(clock, new Map([[broken.digest, { ...sound, startsWithin: undefined }]]));
  await untilOn(clock)(async () => (await fleet.start("blue", first, 2)).is === "done");
  const split = splitter({ clock, live: "blue", delay: duration(0), changed: () => {} });
  const live = { slot: "blue", artifact: first, count: 2 } as const;
  const pace = { weights: [10, 100], every: duration(1_000), keeps: duration(1_000), alarm: () => false };
  const driver = simulatedDriver({ clock, fleet, split, live, ...pace });
  return {
    open: () => driver,
    order: (release, of = second) => ({ release, live, candidate: { slot: "green", artifact: of }, since: clock.now() }),
    broken,
    share: async (slot) => split.share(slot),
    begun: () => driver.begun.length,
    deployBeside: async () => driver.deployBeside("the pipeline", { slot: "green", artifact: second }),
    until: untilOn(clock),
    close,
  };
});

routerContract("simulated", async () => {
  const { clock, split, ask } = await withBothSlots();
  return {
    router: (candidate) => simulatedRouter(split, candidate),
    async ask(count) {
      const answered: Record<Slot, number> = { blue: 0, green: 0 };
      for (let index = 0; index < count; index += 1) {
        const slot = ask(addressOf("router"), "/")?.group;
        if (slot && slot !== "known-bad") answered[slot] += 1;
      }
      return answered;
    },
    async who(address) {
      const reply = ask(address, "/");
      return { slot: reply?.group ?? "", status: reply?.status ?? 0 };
    },
    until: untilOn(clock),
    close,
  };
});

meterContract("simulated", async () => {
  const clock = handClock();
  const alarms = new Map<string, AlarmState>();
  const meter = simulatedMeter(
    clock,
    () => true,
    (name) => alarms.get(name) ?? gone(name),
  );
  return {
    meter,
    setAlarm: async (name, is, because) => void alarms.set(name, { name, is, since: clock.now(), because }),
    async ask(group, count, status, milliseconds) {
      for (let index = 0; index < count; index += 1) meter.count(group, status === 500, milliseconds);
    },
    async settle() {
      clock.advance(meter.delay);
      return clock.now();
    },
    close,
  };
});

function openTraffic() {
  const clock = handClock();
  let [status, arrived] = [200, 0];
  const traffic = simulatedTraffic(
    clock,
    () => true,
    (address) => {
      if (address !== addressOf("router")) return undefined;
      arrived += 1;
      return { group: "blue", status };
    },
  );
  return {
    traffic,
    bursts: traffic,
    address: addressOf("router"),
    nowhere: "http://nowhere.test",
    arrived: () => arrived,
    clock,
    answer: (next: number) => {
      status = next;
    },
    async advance(milliseconds: number) {
      clock.advance(milliseconds);
    },
    close,
  };
}

trafficContract("simulated", async () => openTraffic());
burstsContract("simulated", async () => openTraffic());

probeContract("simulated", async () => {
  const statuses: Record<string, number> = { "/old": 302, "/broken": 503 };
  const { ask } = await withBothSlots({ status: (path) => statuses[path] ?? 200 });
  return {
    probe: simulatedProbe(ask, (command) => (command === "fails" ? 7 : 0)),
    address: addressOf(otherSlot("green")),
    nowhere: "http://nowhere.test",
    commands: { passes: "passes", fails: "fails" },
    close,
  };
});

ledgerContract("simulated", async () => {
  const ledger = simulatedLedger(new Set([2]), Number.POSITIVE_INFINITY);
  const living = { name: "sluice", host: "here", pid: 1, started: "1" };
  return { one: ledger, other: ledger, living, dead: { ...living, pid: 2 }, close };
});

jobContract("simulated", async () => {
  const clock = handClock();
  const effects: string[] = [];
  const exits: Readonly<Record<string, number>> = { passes: 0, fails: 3, hangs: 0 };
  const ends: Script["ends"] = (command) => ({ takes: duration(command === "hangs" ? 1e9 : 1_000), exit: exits[command] ?? 1 });
  const job = simulatedJob({ clock, ends, changed: (what) => effects.push(what) });
  return {
    job: () => job,
    artifact: artifact("v"),
    commands: { passes: "passes", fails: "fails", hangs: "hangs" },
    ran: (command) => effects.filter((one) => one === `run ${command} of v`).length,
    pass: async () => clock.advance(tick),
    close,
  };
});
