import type { Clock, Duration } from "../base/time.ts";
import type { Driver } from "./driver.ts";
import type { Fleet } from "./fleet.ts";
import type { Job } from "./job.ts";
import type { Ledger } from "./ledger.ts";
import type { Meter } from "./meter.ts";
import type { Notifier } from "./notifier.ts";
import type { Probe } from "./probe.ts";
import type { Router } from "./router.ts";
import type { Bursts, Traffic } from "./traffic.ts";

/** What a release acts on. */
export interface World {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly router: Router;
  readonly meter: Meter;
  /** Callers come by themselves; only a rehearsal has to send for them too. */
  readonly traffic: Bursts;
  readonly probe: Probe;
  readonly job: Job;
  readonly ledger: Ledger;
  /** Who moves the callers, where a release does not. */
  readonly driver?: Driver;
  /** How much older what is read may be than what was done last; absent where nothing that is read is old. */
  readonly settles?: Duration;
  /** Who tells of it what people want to hear; none in a rehearsal. */
  readonly notifiers: readonly Notifier[];
  /** The world of one of several regions, by its name, over the same ledger. Absent where there is one place. */
  readonly region?: (name: string) => World;
}

/** A world whose callers are our own. */
export interface RehearsedWorld extends World {
  readonly traffic: Traffic;
}
