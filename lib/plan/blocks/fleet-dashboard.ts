import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { colourCharts, dashboard, type Line } from "./dashboard.ts";
import type { Fleet } from "./fleet.ts";
import type { Colours } from "./target-groups.ts";

interface FleetCharts {
  readonly thing: string;
  /** The load balancer of each colour, as its metrics name it; often the same. */
  readonly balancers: Readonly<Record<Slot, Value<string>>>;
  readonly colours: Colours;
  readonly fleets: Readonly<Record<Slot, Fleet>>;
  /** Identifier of the database, if there is one. */
  readonly database?: string;
}

/** Both colours side by side, as callers see them, what their instances do, and the database (B20). */
export function fleetDashboard(block: Block, { thing, balancers, colours, fleets, database }: FleetCharts): void {
  const atBalancer = (metric: string): readonly Line[] =>
    slots.map((slot) => ["AWS/ApplicationELB", metric, "LoadBalancer", `\${${slot}Balancer}`, "TargetGroup", `\${${slot}Targets}`]);
  const ofFleet = (namespace: string, metric: string): readonly Line[] =>
    slots.map((slot) => [namespace, metric, "AutoScalingGroupName", `\${${slot}Fleet}`]);
  const ofDatabase = (...metrics: readonly string[]): readonly Line[] =>
    metrics.map((metric) => ["AWS/RDS", metric, "DBInstanceIdentifier", database ?? ""]);
  dashboard(
    block,
    thing,
    [
      ...colourCharts("instances", atBalancer),
      { title: "Instances in service", stat: "Average", lines: ofFleet("AWS/AutoScaling", "GroupInServiceInstances") },
      { title: "CPU of the instances in %", stat: "Average", lines: ofFleet("AWS/EC2", "CPUUtilization") },
      ...(database === undefined
        ? []
        : [
            { title: "Database: CPU in %", stat: "Average", lines: ofDatabase("CPUUtilization") },
            {
              title: "Database: connections and waiting requests",
              stat: "Average",
              lines: ofDatabase("DatabaseConnections", "DiskQueueDepth"),
            },
          ]),
    ],
    Object.fromEntries(
      slots.flatMap((slot): readonly (readonly [string, Value<string>])[] => [
        [`${slot}Balancer`, balancers[slot]],
        [`${slot}Targets`, att(colours[slot], "TargetGroupFullName")],
        [`${slot}Fleet`, ref(fleets[slot])],
      ]),
    ),
  );
}
