import { z } from "zod";
import { percentage, section, time, whole } from "../values.ts";
import { emails } from "./identity.ts";

/** Days that CloudWatch Logs can keep a log (API reference, PutRetentionPolicy). */
const days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;
const retentionFix = `write a number of days that CloudWatch Logs knows: ${days.join(", ")}`;

/** Days that a log is kept: no number but those that CloudWatch Logs has. */
export const retention = z
  .number({ error: retentionFix })
  .refine((given) => days.some((day) => day === given), retentionFix)
  .meta({ form: "days" });

/** What is watched, and who is told. */
export const monitoring = section({
  emails: emails.prefault([]).describe("Who is told of alarms, of releases and of what the pipeline does. Each address must confirm once."),
  logRetention: retention.prefault(90).describe("Days that logs are kept."),
  errors: percentage((share) => share > 0 && share < 1, 'write a percentage between 0% and 100%, such as "1%"')
    .prefault("1%")
    .describe("Share of requests answered 5xx that raises an alarm."),
  p95: time(1).prefault("1s").describe("95 % of the requests are answered within this, or an alarm is raised."),
  cpu: whole(1, 100).prefault(85).describe("CPU use in % that raises an alarm."),
  memory: whole(1, 100).prefault(85).describe("Memory use in % that raises an alarm."),
}).prefault({});
