import type { Clock } from "../base/time.ts";
import type { Fleet } from "./fleet.ts";
import type { Ledger } from "./ledger.ts";
import type { Meter } from "./meter.ts";
import type { Probe } from "./probe.ts";
import type { Router } from "./router.ts";
import type { Traffic } from "./traffic.ts";

/** What a release acts on. */
export interface World {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly router: Router;
  readonly meter: Meter;
  readonly traffic: Traffic;
  readonly probe: Probe;
  readonly ledger: Ledger;
}
