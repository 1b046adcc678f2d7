import type { StepLine } from "../base/events.ts";
import { otherSlot, type Slot } from "../base/outcome.ts";
import { findPlane, type Plane } from "../worlds/local/plane-process.ts";
import { rehearseApart } from "./supervise.ts";
import type { OutcomeEvent, PointRow, RehearseOptions, Signals, Tell } from "./views.ts";

interface Seen {
  state: string | undefined;
  steps: readonly StepLine[];
  candidate: Slot;
}

/**
 * Goes forward to every step of the plan, rolls back from there, and looks whether the old version serves with its old weight. The data
 * plane is kept from one point to the next, so each is also a rehearsal on a plane that was used before.
 */
export async function allPoints(options: RehearseOptions, tell: Tell, signals: Signals): Promise<readonly PointRow[]> {
  const rows: PointRow[] = [];
  const seen: Seen = { state: undefined, steps: [], candidate: "green" };
  const watch: Tell = (event) => {
    if (event.type === "state") seen.state = event.folder;
    if (event.type === "plan") Object.assign(seen, { steps: event.steps, candidate: event.candidate });
    tell(event);
  };
  const plane = () => (seen.state === undefined ? undefined : findPlane(seen.state));
  try {
    for (let index = 0; index === 0 || index < seen.steps.length; index += 1) {
      if (signals.stop.aborted) break;
      const begun = Date.now();
      const step = seen.steps[index]?.id ?? "start";
      const { outcome } = await rehearseApart({ ...options, keep: true, faults: [`asks-rollback:${step}`] }, watch, signals);
      rows.push({ ...(await point(seen.steps[index], outcome, plane(), seen.candidate)), ms: Date.now() - begun });
    }
  } finally {
    await plane()?.stop();
  }
  return rows;
}

async function point(
  step: StepLine | undefined,
  outcome: OutcomeEvent | undefined,
  plane: Plane | undefined,
  candidate: Slot,
): Promise<Omit<PointRow, "ms">> {
  const weight = plane ? (await plane.call("weights", null))[candidate] : -1;
  const liveVersionServes = plane !== undefined && (await servedBy(plane.url)) === otherSlot(candidate);
  return {
    step: step?.id ?? "start",
    title: step?.title ?? "",
    outcome: outcome?.outcome ?? "none",
    liveVersionServes,
    weight,
    ok: outcome?.outcome === "rolled-back" && liveVersionServes && weight === 0,
    requests: outcome?.requests ?? { total: 0, failed: 0 },
    ...(outcome?.recoveredInMs === undefined ? {} : { recoveredInMs: outcome.recoveredInMs }),
  };
}

/** Which slot answers at the router. */
async function servedBy(url: string): Promise<string | undefined> {
  const response = await fetch(url).catch(() => undefined);
  await response?.body?.cancel();
  return response?.headers.get("x-sluice-slot") ?? undefined;
}
