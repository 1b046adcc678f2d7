import { UserError } from "../../base/errors.ts";
import type { SlotNumbers, Tell } from "../../base/events.ts";
import type { Slot } from "../../base/outcome.ts";
import { numbers } from "../../release/observe.ts";
import type { Measured } from "../../release/report.ts";
import type { Release } from "../../release/state.ts";
import type { Region, Regions } from "./regions.ts";

type Slots = Readonly<Partial<Record<Slot, SlotNumbers>>>;

/** What the callers saw since it was planned, as far as CloudWatch tells of it already. Of what failed it tells no kinds. */
export async function seenIn(regions: Regions, release: Release, tell: Tell): Promise<Measured> {
  const seen = await Promise.all(regions.map(async (region) => [region.name, await slotsIn(region, release, tell)] as const));
  const all = seen.flatMap(([, slots]) => Object.values(slots));
  const sum = (what: "requests" | "failed") => all.reduce((total, slot) => total + slot[what], 0);
  const callers = { requests: sum("requests"), failed: sum("failed"), failures: {} };
  const [[, slots] = ["", {}]] = seen;
  return regions.length === 1 ? { callers, slots } : { callers, slots: {}, regions: Object.fromEntries(seen) };
}

async function slotsIn({ aws }: Region, { plannedAt }: Release, tell: Tell): Promise<Slots> {
  const { meter, clock } = aws.world("green");
  const read = await meter.read({ from: plannedAt, to: clock.now() }).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    tell({ type: "note", text: `what the callers saw is not known: ${error.message}` });
  });
  return read ? { blue: numbers(read.blue), green: numbers(read.green) } : {};
}
