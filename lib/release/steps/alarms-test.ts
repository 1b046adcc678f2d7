import type { Gate } from "../../config/gate.ts";
import { judgeAlarms } from "../gates.ts";
import { gateTitle } from "../plan.ts";
import type { ActResult, Work } from "./hand.ts";
import { readable } from "./readable.ts";

/**
 * Proves that the gate on alarms sees them: each is there, one at least has data, and none fires. One that began to fire only now is the
 * candidate's doing. None is made to fire, which would call people (ADR 0022).
 */
export async function testAlarms(
  { world, startedAt }: Work,
  gate: Extract<Gate, { readonly kind: "alarms" }>,
): Promise<ActResult | undefined> {
  const alarms = gate.names.length === 0 ? [] : await readable(world.clock, () => world.meter.alarms(gate.names));
  const failed = (because: string, more: { readonly outcome?: "blocked" } = {}): ActResult => ({
    is: "failed",
    because: `the gate "${gateTitle(gate)}" ${because}`,
    ...more,
  });
  if ("unreadable" in alarms) return failed(`cannot be read: ${alarms.unreadable}`, { outcome: "blocked" });
  const verdict = judgeAlarms(gate.names, alarms);
  if (verdict.is === "wait") return failed(`is blind: ${verdict.because}`, { outcome: "blocked" });
  if (verdict.is !== "fail") return undefined;
  const before = alarms.some((alarm) => alarm.is === "firing" && alarm.since < startedAt);
  return before
    ? failed(`already fails: ${verdict.because}`, { outcome: "blocked" })
    : failed(`fails before any traffic: ${verdict.because}`);
}
