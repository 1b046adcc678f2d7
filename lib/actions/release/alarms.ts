import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import type { Service } from "../../config/schema/service.ts";
import { physicalName } from "../../plan/physical-name.ts";
import type { Plan } from "../../plan/template.ts";
import { alarmsIn } from "../../release/plan.ts";

/** The names of the alarms that a release watches in a region. */
export type AlarmsIn = (region: string) => readonly string[];

/**
 * The alarms that stand for the health of what a release moves in a region: those that the plan has there for the service, its copies and its
 * load balancer, and those that the configuration names. Those of data, pipelines and audits have causes of their own.
 */
export function alarmsOf({ stacks }: Plan, { rollout: { gates } }: Config, service: Service): AlarmsIn {
  return (region) => {
    const own = stacks
      .filter((stack) => stack.region === region && (stack.part === "base" || stack.part === service.name))
      .flatMap(({ resources }) => resources)
      .flatMap((resource) => (resource.type === "AWS::CloudWatch::Alarm" ? [physicalName(resource)] : []));
    return [...own.filter((name) => name !== undefined), ...alarmsIn(gates)];
  };
}

/** All of them but those that a person releases despite of. Throws `usage/unknown` for one that no region has. */
export function watched(plan: Plan, config: Config, service: Service, despite: readonly string[]): AlarmsIn {
  const all = alarmsOf(plan, config, service);
  const known = new Set(plan.stacks.flatMap(({ region }) => all(region)));
  const stranger = despite.find((name) => !known.has(name));
  if (stranger !== undefined)
    throw new UserError("usage/unknown", `no release watches an alarm "${stranger}"`, `write one of: ${[...known].join(", ")}`);
  return (region) => all(region).filter((name) => !despite.includes(name));
}
