import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Slot } from "../../../lib/base/outcome.ts";
import { type Clients, closeClients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { awsWorld } from "../../../lib/worlds/aws/world.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { cloudWatch } from "./cloudwatch.ts";
import { credentials, region } from "./credentials.ts";
import { mapWith } from "./environment.ts";
import { hearing } from "./hearing.ts";
import { testListener } from "./listener.ts";
import { type Emulators, type System, systems } from "./systems.ts";
import { ledgerTable } from "./tables.ts";

interface Staged {
  readonly system?: System;
  /** The share of green at which it begins to answer 500. */
  readonly fails: number;
}

/** What all regions of an environment have in common: emulators that know nothing yet but the table of the ledger, and the time. */
export async function openGround(emulators: Emulators) {
  const { moto, ministack } = emulators;
  await Promise.all([moto?.reset(), ministack?.reset()]);
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: ministack?.url ?? "" });
  await dynamodb.send(new CreateTableCommand(ledgerTable("releases")));
  return { emulators, dynamodb, clock: handClock() };
}

/** A service on emulators: what splits the callers in moto or ministack, the ledger in ministack, the rest answered here. */
export async function openStage(emulators: Emulators, staged: Staged) {
  return openRegion(await openGround(emulators), staged);
}

/** The service in one region, the first one where none is said. */
export async function openRegion(
  { emulators, clock, dynamodb }: Awaited<ReturnType<typeof openGround>>,
  { system = systems["containers by a listener's rule"], fails }: Staged,
  name?: string,
) {
  const split = await system.split(emulators, name ?? region);
  const running = system.running(split, clock);
  const map = mapWith({ LedgerTable: "releases", ...split.outputs, ...running.outputs }, system.config);
  const place = placeOf(map, system.config, "orders.example.com", name === undefined ? {} : { region: name });
  const metrics = { blue: split.groups.blue.split(":").at(-1) ?? "", green: split.groups.green.split(":").at(-1) ?? "" };
  const { client: cloudwatch, requests, alarms } = cloudWatch({ balancers: place.balancers, groups: metrics });
  const listener = await testListener(({ slot }) => {
    if (slot !== "blue" && slot !== "green" && slot !== "known-bad") return 503;
    requests.push({ at: clock.now(), group: slot, status: slot === "known-bad" ? 500 : 200, milliseconds: 10 });
    return slot === "known-bad" ? 500 : 200;
  });
  const { told, ...telling } = hearing();
  const clients: Clients = { ...openClients(region), ...split.clients, ...running.clients, ...telling, dynamodb, cloudwatch };
  const given = { clients, clock, place: { ...place, entrance: { ...listener.entrance, domain: place.entrance.domain } } };
  const worldWith = (candidate: Slot) =>
    awsWorld({ ...given, isGone: async () => false, run: async () => ({ ok: true, saw: "" }) }, candidate);
  let shares = await split.shares();
  // Callers, by the weights: two a second.
  clock.onTick((now) => {
    if (now % 5_000 === 0) running.tick();
    if (now % 500 !== 0) return;
    const group = (now / 500) % 100 < shares.green ? "green" : "blue";
    requests.push({ at: now, group, status: group === "green" && shares.green >= fails ? 500 : 200, milliseconds: 20 });
  });
  return {
    map,
    clients,
    /** A world that nobody used before, as a new process would open it. */
    worldWith,
    world: worldWith("green"),
    artifact: running.artifact,
    /** What people and rules were told of releases, the former by their subjects. */
    told,
    /** Makes an alarm say so from now on. */
    setAlarm: (AlarmName: string, StateValue: StateValue, StateReason: string) =>
      alarms.set(AlarmName, { AlarmName, StateValue, StateReason, StateTransitionedTimestamp: new Date(clock.now()) }),
    clock,
    close: async () => {
      closeClients(clients);
      await listener.close();
    },
    look: async () => {
      shares = await split.shares();
      return shares;
    },
  };
}
