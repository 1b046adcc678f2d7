import type { Instant } from "../base/time.ts";
import type { Fleet } from "../ports/fleet.ts";
import type { World } from "../ports/world.ts";

/** Thrown in place of a change by a host that is in charge no more: its next turn finds out who is. */
export class NoMoreInCharge extends Error {}

/** What lends a verb to whoever is in charge. */
type Lent = <Given extends unknown[], Result>(verb: (...given: Given) => Promise<Result>) => (...given: Given) => Promise<Result>;

/**
 * Lends verbs until then: afterwards they change nothing. A host may sleep within a turn, as a laptop does that is closed, and what it decided
 * before is no longer its to do: the ledger fences what is written, and this what is done.
 */
export const lentUntil =
  (clock: World["clock"], until: Instant): Lent =>
  (verb) =>
  async (...given) => {
    if (clock.now() >= until) throw new NoMoreInCharge(`in charge until ${new Date(until).toISOString()} only`);
    return verb(...given);
  };

/** A fleet whose copies only change while its verbs are lent. */
export const lentFleet = (fleet: Fleet, lent: Lent): Fleet => ({
  ...fleet,
  start: lent(fleet.start),
  stop: lent(fleet.stop),
  ...(fleet.scaling && { scaling: { hold: lent(fleet.scaling.hold), free: lent(fleet.scaling.free) } }),
});

/** The world of who is in charge until then: afterwards nothing in it can be changed. */
export function whileInCharge(world: World, until: Instant): World {
  const { clock, fleet, router, job, driver, region } = world;
  const lent = lentUntil(clock, until);
  return {
    ...world,
    fleet: lentFleet(fleet, lent),
    router: { ...router, shift: lent(router.shift) },
    job: { run: lent(job.run) },
    ...(driver && { driver: { ...driver, deploy: lent(driver.deploy), back: lent(driver.back) } }),
    ...(region && { region: (name: string) => whileInCharge(region(name), until) }),
  };
}

/** What `act` comes to; undefined where its host was no more in charge on the way: the next turn finds out who is. */
export const ifInCharge = <Result>(act: Promise<Result>): Promise<Result | undefined> =>
  act.catch((error: unknown) => {
    if (error instanceof NoMoreInCharge) return undefined;
    throw error;
  });
