import type { Instant } from "../base/time.ts";
import type { World } from "../ports/world.ts";

/** Thrown in place of a change by a host that is in charge no more: its next turn finds out who is. */
export class NoMoreInCharge extends Error {}

/**
 * The world of who is in charge until then: afterwards nothing in it can be changed. A host may sleep within a turn, as a laptop does that is
 * closed, and what it decided before is no longer its to do: the ledger fences what is written, and this what is done.
 */
export function whileInCharge(world: World, until: Instant): World {
  const { clock, fleet, router, job, driver, region } = world;
  const ours =
    <Given extends unknown[], Result>(verb: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      if (clock.now() >= until) throw new NoMoreInCharge(`in charge until ${new Date(until).toISOString()} only`);
      return verb(...given);
    };
  const { scaling } = fleet;
  return {
    ...world,
    fleet: {
      ...fleet,
      start: ours(fleet.start),
      stop: ours(fleet.stop),
      ...(scaling && { scaling: { hold: ours(scaling.hold), free: ours(scaling.free) } }),
    },
    router: { ...router, shift: ours(router.shift) },
    job: { run: ours(job.run) },
    ...(driver && { driver: { ...driver, deploy: ours(driver.deploy), back: ours(driver.back) } }),
    ...(region && { region: (name: string) => whileInCharge(region(name), until) }),
  };
}
