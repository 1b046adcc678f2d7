import type { Slot } from "../../base/outcome.ts";
import type { World } from "../../ports/world.ts";
import type { Script } from "./script.ts";
import { type Shared, type SimulatedWorld, shared, simulatedWorld } from "./world.ts";

/** Several regions in memory, each with its insides open, under one clock and one ledger. The world as a whole is that of the first. */
export type SimulatedRegions = World &
  Shared & {
    readonly regions: Readonly<Record<string, SimulatedWorld>>;
    readonly region: (name: string) => World;
  };

/** One region: where its candidate is to run, and what happens there. */
interface RegionGiven {
  readonly candidate: Slot;
  readonly script: Script;
}

/** The ledger's disk is that of the first region. */
export function simulatedRegions(given: Readonly<Record<string, RegionGiven>>, seed = 1): SimulatedRegions {
  const [first] = Object.values(given);
  if (!first) throw new Error("there is no region");
  const common = shared(first.script.diskFullFrom);
  const worlds = Object.entries(given).map(
    ([name, { candidate, script }], at) => [name, simulatedWorld(candidate, script, seed + at, common)] as const,
  );
  const regions = Object.fromEntries(worlds);
  const region = (name: string): World => {
    const found = regions[name];
    if (!found) throw new Error(`there is no region ${name}`);
    return found;
  };
  return { ...region(Object.keys(given)[0] ?? ""), ...common, regions, region };
}
