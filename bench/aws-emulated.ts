/** How soon a gate that fails gives the callers back, where the ledger and the weights are an HTTP request away: in emulators of others. */
import { duration } from "../lib/base/time.ts";
import { newController, record, turn } from "../lib/release/controller.ts";
import { type Emulator, emulator, whyNo } from "../tests/worlds/aws/emulator.ts";
import { holder } from "../tests/worlds/aws/in-memory.ts";
import { sealedFor } from "../tests/worlds/aws/sealed.ts";
import { openStage } from "../tests/worlds/aws/stage.ts";
import { type System, systems } from "../tests/worlds/aws/systems.ts";
import { type Called, watching } from "../tests/worlds/aws/turned.ts";
import { returned } from "./calls.ts";
import { median, type Row } from "./row.ts";

const rounds = 5;
const target = "≤ 200 ms after one reading";

interface Emulators {
  readonly moto: Emulator;
  readonly ministack: Emulator;
}

export async function backOnEmulators(): Promise<Row[]> {
  const what = (where: string) => `a reading in which a gate fails → the call that gives all traffic back, by HTTP on emulators (${where})`;
  const skip = whyNo("moto") ?? whyNo("ministack");
  if (skip !== undefined) return [{ what: what("rule or records"), measured: `not measured: ${skip}`, target, ok: true }];
  const [moto, ministack] = await Promise.all([emulator("moto"), emulator("ministack")]);
  try {
    const rows: Row[] = [];
    for (const [where, system] of [
      ["rule in moto, ledger in ministack", systems["containers by a listener's rule"]],
      ["records and ledger in ministack", systems["instances by weighted records"]],
    ] as const) {
      const found: ReturnType<typeof returned>[] = [];
      for (let round = 0; round < rounds; round += 1) found.push(await rolledBack({ moto, ministack }, system));
      const [span, own] = [median(found.map((one) => one.span)), median(found.map((one) => one.own))];
      const measured = `${span.toFixed(0)} ms, ${own.toFixed(0)} ms of it ours beside ${found[0]?.calls} calls`;
      rows.push({ what: what(where), measured, target, ok: span <= 200 });
    }
    return rows;
  } finally {
    await Promise.all([moto.close(), ministack.close()]);
  }
}

/** Plays a release whose candidate fails from 50 % on. */
async function rolledBack(emulators: Emulators, system: System): Promise<ReturnType<typeof returned>> {
  const stage = await openStage(emulators, { system, fails: 50 });
  const { clients, clock, world, artifact } = stage;
  const called: Called[] = [];
  for (const client of Object.values(clients)) watching(client, called);
  while ((await world.fleet.start("blue", artifact("1"), 2)).is !== "done") await clock.wait(duration(5_000));
  const sealed = sealedFor("r-1", { slot: "blue", artifact: artifact("1"), count: 2 }, { artifact: artifact("2"), count: 2 });
  await record(world.ledger, "planned", sealed, { release: "r-1", at: clock.now(), holder });
  const controller = newController(world, holder, () => {}, duration(900_000));
  for (;;) {
    const next = await turn(controller);
    await stage.look();
    if (next.is === "ended") break;
    if (next.in > 0) await clock.wait(next.in);
  }
  await stage.close();
  return returned(called);
}
