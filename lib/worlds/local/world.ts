import path from "node:path";
import type { Slot } from "../../base/outcome.ts";
import { type Duration, systemClock } from "../../base/time.ts";
import type { RehearsedWorld } from "../../ports/world.ts";
import { localFleet } from "./fleet.ts";
import { localJob } from "./job.ts";
import { fileLedger } from "./ledger.ts";
import { localMeter } from "./meter.ts";
import type { HeldPlane } from "./plane/holder.ts";
import { localProbe } from "./probe.ts";
import { localRouter } from "./router.ts";
import { type LocalTraffic, localTraffic } from "./traffic.ts";

/** The world with the verbs that only whoever begins and ends a rehearsal needs. */
export interface LocalWorld extends RehearsedWorld {
  readonly traffic: LocalTraffic;
}

interface LocalWorldOptions {
  /** The state folder of the project, such as `.sluice`. */
  readonly folder: string;
  readonly plane: HeldPlane;
  readonly candidate: Slot;
  /** How long the load generator goes on without a controller. */
  readonly lease: Duration;
  /** What the users' own checks run in, and get in their environment. */
  readonly commands: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly log: string };
}

/** Where an environment's ledger is. */
export function ledgerFile(folder: string, environment: string): string {
  return path.join(folder, "ledger", `${environment}.jsonl`);
}

/** The world of a rehearsal: real processes, a real balancer, real traffic, all on this machine. */
export function localWorld({ folder, plane, candidate, lease, commands }: LocalWorldOptions, environment: string): LocalWorld {
  return {
    clock: systemClock,
    fleet: localFleet(plane),
    router: localRouter(plane, candidate),
    meter: localMeter(plane),
    traffic: localTraffic({ folder: path.join(folder, "load"), target: () => plane.url, lease }),
    probe: localProbe(commands),
    job: localJob(plane),
    notifiers: [],
    ledger: fileLedger(ledgerFile(folder, environment), { clock: systemClock }),
  };
}
