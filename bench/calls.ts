/** What lies between two calls of AWS. */
import type { Called } from "../tests/worlds/aws/turned.ts";

/** From the last reading before all traffic was given back to the answer of the call that gave it. */
export function returned(all: readonly Called[]) {
  const shift = all.findLast(({ command }) => command === "ModifyRuleCommand" || command === "ChangeResourceRecordSetsCommand");
  const read = all.findLast(({ command, at }) => command === "GetMetricDataCommand" && at < (shift?.from ?? 0));
  const [from, to] = [read?.at ?? Number.NaN, shift?.at ?? Number.NaN];
  const between = all.filter((one) => one.from >= from && one.at <= to);
  const waited = between.reduce((sum, one) => sum + one.at - one.from, 0);
  return { span: to - from, calls: between.length, own: to - from - waited };
}
