import type { World } from "../../lib/ports/world.ts";

/** What a controller sees of its own kill -9: nothing goes on after it. */
export class Killed extends Error {}

/** The instant of a kill: at this call of a port, counted from 1, before it takes effect or just after it did. */
export interface Death {
  readonly call: number;
  readonly side: "before" | "after";
}

export interface Mortal {
  readonly world: World;
  /** How often the ledger was read, which every turn does once. */
  turns(): number;
  calls(): number;
}

/** Lends a world to a controller that is killed at the given instant. The code under test knows nothing of it. */
export function mortal(world: World, death: Death | undefined): Mortal {
  let calls = 0;
  let turns = 0;
  let dead = false;
  const lend = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const verb: unknown = Reflect.get(target, name);
        if (typeof verb !== "function" || name === "now") return verb;
        return async (...given: unknown[]) => {
          if (dead) throw new Killed();
          calls += 1;
          if (name === "read" && port === world.ledger) turns += 1;
          const now = calls === death?.call ? death.side : undefined;
          dead = now === "before";
          if (dead) throw new Killed();
          const result: unknown = await verb.apply(target, given);
          dead ||= now === "after";
          if (dead) throw new Killed();
          return result;
        };
      },
    });
  const lendAll = ({ clock, fleet, router, meter, traffic, probe, job, ledger, notifiers, region, driver }: World): World => ({
    clock: lend(clock),
    fleet: lend(fleet),
    router: lend(router),
    meter: lend(meter),
    traffic: lend(traffic),
    probe: lend(probe),
    job: lend(job),
    ledger: lend(ledger),
    notifiers: notifiers.map(lend),
    ...(driver && { driver: lend(driver) }),
    ...(region && { region: (name: string) => lendAll(region(name)) }),
  });
  return { world: lendAll(world), turns: () => turns, calls: () => calls };
}
