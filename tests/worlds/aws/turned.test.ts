import { expect, it } from "vitest";
import { newController, turn } from "../../../lib/release/controller.ts";
import { holder, onEc2, onEcs, openService } from "./in-memory.ts";
import { turnsOf } from "./turned.ts";

/** What a release on AWS waits for, turn by turn, on each of the ways that it moves callers. */
it.each([
  ["ECS by a rule", onEcs, []],
  ["EC2 by a rule", onEc2("listener"), []],
  ["EC2 by records of Route 53", onEc2("dns"), ["shift-10", "shift-50", "shift-100"]],
] as const)(
  "X04 a turn that changes nothing asks AWS for six things at most, at each wait of a release: %s",
  async (_name, on, shifts) => {
    const idle = (await turnsOf(101, on)).filter(({ wrote }) => !wrote);
    const waits = ["start", ...shifts, "bake-10", "bake-50", "bake-100", "bake-final", "keep-warm", "retire"];
    expect(new Set(idle.map(({ step }) => step))).toEqual(new Set(waits));
    const tooMany = idle.filter(({ called }) => called.length > 6);
    expect(tooMany.map(({ step, called }) => [step, ...called.map(({ command }) => command)])).toEqual([]);
  },
  60_000,
);

it.each([
  ["an alarm that fires while name servers take the weights", 1],
  ["a candidate that dies while name servers take the weights", 1],
  ["an alarm that fires while callers follow them", 2],
  ["a candidate that dies while callers follow them", 2],
] as const)(
  "B06 B21 %s turns the release back before the shift is over",
  async (what, wait) => {
    const service = await openService({ fails: 101, lend: () => {} }, onEc2("dns"));
    const { clock, running, alarms } = service;
    const controller = newController(service.world(), holder, () => {});
    let waits = 0;
    clock.onTick(() => {
      if (waits < wait || !what.startsWith("a candidate")) return;
      for (const machine of running.groups.get("web-green")?.machines ?? []) machine.health = "unhealthy";
    });
    for (;;) {
      const next = await turn(controller);
      if (next.is === "ended") break;
      const isMoving = controller.read?.release?.steps.some(({ step, is }) => step.id === "shift-10" && is === "running");
      if (isMoving && next.in > 0) waits += 1;
      if (waits === wait && what.startsWith("an alarm")) alarms.set("green-errors", { AlarmName: "green-errors", StateValue: "ALARM" });
      if (next.in > 0) await clock.wait(next.in);
    }
    const { ledger } = service.world();
    const written = (await ledger.read()).map(({ kind, step }) => `${kind} ${step}`.trim());
    expect(written).not.toContain("done shift-10");
    expect(controller.read?.release?.ended).toMatchObject({ outcome: "rolled-back" });
    expect(service.weights).toEqual([10, 0]);
    await service.close();
  },
  60_000,
);
