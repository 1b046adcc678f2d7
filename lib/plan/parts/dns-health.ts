import { capitalised } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import { slots } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import { healthAlarm, healthCheck } from "../blocks/health-check.ts";
import { key, usedByPublishers } from "../blocks/key.ts";
import { publishers, topic } from "../blocks/topic.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { FleetBase } from "./fleet-base.ts";

/** Health checks of what DNS leads to, in AWS's global region, where their metrics are, with a topic of its own there (B05, B20). */
export function dnsHealth(stack: Draft, { services, monitoring }: Config, { entry }: FleetBase): ReadonlyMap<string, Value<string>> {
  const [{ health }] = services;
  const { site } = stack;
  const noticesKey = key(stack.block("Encryption"), "health-notices", "Encrypts what people are told", [
    usedByPublishers(site, publishers),
  ]);
  const notices = topic(stack.block("Alerts"), "health-notices", att(noticesKey, "Arn"), monitoring.emails);
  const block = stack.block("Names");
  const asked = entry.of === "both" ? [["entry", entry.both] as const] : slots.map((slot) => [slot, entry.each[slot]] as const);
  stack.output("HealthTopicArn", ref(notices), "Topic of the alarms on names");
  return new Map(
    asked.map(([thing, { dnsName }]) => {
      const check = healthCheck(block, thing, dnsName, health);
      const alarm = healthAlarm(block, thing, check, ref(notices));
      const name = capitalised(thing);
      stack.output(`${name}HealthAlarmName`, ref(alarm), `Alarm on the health of ${thing}`);
      return [thing, stack.output(`${name}HealthCheckId`, att(check, "HealthCheckId"), `Route 53 health check of ${thing}`)];
    }),
  );
}
