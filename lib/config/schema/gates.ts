import { z } from "zod";
import { type Gate, type QuantileName, quantiles } from "../gate.ts";
import { percentage, section, text, time } from "../values.ts";

const quantileNames = Object.keys(quantiles) as QuantileName[];

const errorRate = section({
  metric: z.literal("error-rate"),
  max: percentage((share) => share >= 0 && share < 1, 'write a percentage from 0% up to, not including, 100%, such as "1%"').describe(
    "Share that may fail, below 100%.",
  ),
})
  .transform(({ max }): Gate => ({ kind: "error-rate", max }))
  .describe("Limits the share of the candidate's requests that fail: answered 5xx, or not at all.");

const latency = section({
  metric: z.enum(quantileNames),
  max: time(1).describe("Longest time that the quantile may take."),
})
  .transform(({ metric, max }): Gate => ({ kind: "latency", quantile: quantiles[metric], max }))
  .describe("Limits a latency quantile: `p95` is the time within which 95 % of the candidate's requests are answered.");

const health = section({ metric: z.literal("health") })
  .transform((): Gate => ({ kind: "health" }))
  .describe("Every copy of the candidate must be healthy.");

const compare = section({
  metric: z.literal("compare"),
  falseAborts: percentage((share) => share > 0 && share < 1, 'write a percentage between 0% and 100%, such as "0.5%"')
    .prefault("1%")
    .describe("Accepted share of releases that are turned back although the versions are alike."),
})
  .transform(({ falseAborts }): Gate => ({ kind: "compare", falseAborts }))
  .describe("The candidate may not fail more often than the live version in the same time, judged by a sequential test.");

const nameFix = "write the name of an alarm, of up to 255 characters and not its ARN";

/** A name may hold nearly everything (Amazon CloudWatch API reference, PutMetricAlarm: AlarmName). */
const alarmName = text(nameFix)
  .max(255, nameFix)
  .regex(/^(?!arn:)/, nameFix);

const alarms = section({
  metric: z.literal("alarms"),
  also: z
    .array(alarmName, { error: 'write a list of names of alarms, such as ["orders-stalled"]' })
    .prefault([])
    .describe("Names of further alarms in the same region, of one metric or composite."),
})
  .transform(({ also }): Gate => ({ kind: "alarms", names: also }))
  .describe(
    "On AWS no alarm may fire: those that the plan has for the service, its copies and its load balancer, and further ones. A rehearsal has no alarms, and says so.",
  );

const command = section({
  // Tells this kind from the others, which all have a metric.
  metric: z.undefined().optional().meta({ hidden: true }),
  command: text('write a shell command, such as "./smoke.sh"').describe(
    "Shell command that must exit 0; gets the candidate's address in `SLUICE_URL`, on AWS with the header to send in `SLUICE_HEADER` and the load balancer to connect to in `SLUICE_BALANCER`.",
  ),
  timeout: time(1).prefault("10s").describe("How long the command may run."),
})
  .transform(({ command, timeout }): Gate => ({ kind: "command", command, timeout }))
  .describe("Your own check.");

const fix = `write a gate with metric "error-rate", ${quantileNames.map((name) => `"${name}"`).join(", ")}, "health", "compare" or "alarms", or with a command`;

/** The limits that the candidate must keep. An empty list would release anything, so it is refused. */
export const gates = z
  .array(z.discriminatedUnion("metric", [errorRate, latency, health, compare, alarms, command], { error: fix }), {
    error: "write a list of gates",
  })
  .min(1, "write at least one gate, or leave it out for the default ones")
  .prefault([{ metric: "error-rate", max: "1%" }, { metric: "health" }, { metric: "compare" }, { metric: "alarms" }])
  .describe("Limits that the candidate must keep at every weight; see the kinds of gates.");
