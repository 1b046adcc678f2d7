import { capitalised } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Colours } from "./target-groups.ts";
import type { Tasks } from "./tasks.ts";
import type { WeightedEntry } from "./weighted-entry.ts";

export interface SlotServiceNeeds {
  readonly name: string;
  readonly port: number;
  readonly tasks: Tasks;
  readonly colours: Colours;
  readonly entry: WeightedEntry;
  readonly clusterName: Value<string>;
  readonly subnetIds: readonly Value<string>[];
  readonly groupIds: readonly Value<string>[];
  /** How long a new copy may fail its health check before it counts, in seconds. */
  readonly graceSeconds: number;
  /** Copies that the slot which is live at first begins with. */
  readonly least: number;
}

export type SlotServices = Readonly<Record<Slot, Resource<"AWS::ECS::Service">>>;

/** Copies of each slot before the first release: blue is live, green rests. */
export const copiesAtFirst = (slot: Slot, least: number): number => (slot === "blue" ? least : 0);

/**
 * Two services of one app, each behind a target group of its own, between which a release moves traffic: it sets the tasks and the number of
 * copies of the slot that rests, and ECS replaces its copies, or puts the old ones back when the new do not start (Amazon ECS Developer
 * Guide, "How the Amazon ECS deployment circuit breaker detects failures"; A09).
 */
export function slotServices(block: Block, needs: SlotServiceNeeds): SlotServices {
  const [blue, green] = slots.map((slot) => slotService(block, slot, needs));
  if (!blue || !green) throw new Error("a release has two slots");
  return { blue, green };
}

function slotService(block: Block, slot: Slot, needs: SlotServiceNeeds): Resource<"AWS::ECS::Service"> {
  const made = block.add(
    `${slot} service`,
    "AWS::ECS::Service",
    {
      ServiceName: block.name("service", `${needs.name}-${slot}`),
      Cluster: needs.clusterName,
      TaskDefinition: needs.tasks.family,
      DesiredCount: copiesAtFirst(slot, needs.least),
      LaunchType: "FARGATE",
      DeploymentController: { Type: "ECS" },
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      HealthCheckGracePeriodSeconds: needs.graceSeconds,
      LoadBalancers: [{ ContainerName: needs.name, ContainerPort: needs.port, TargetGroupArn: ref(needs.colours[slot]) }],
      NetworkConfiguration: {
        AwsvpcConfiguration: { AssignPublicIp: "DISABLED", SecurityGroups: needs.groupIds, Subnets: needs.subnetIds },
      },
      PropagateTags: "TASK_DEFINITION",
      Tags: block.site.tags,
    },
    // A target group that no listener knows takes no tasks.
    {
      after: [needs.tasks.definition, needs.entry.split, needs.entry.test],
      releaseOwns: ["DesiredCount", "TaskDefinition"],
      proves: ["A09", "B18"],
    },
  );
  block.stack.output(`${capitalised(slot)}ServiceName`, att(made, "Name"), `The ECS service of ${slot}`);
  return made;
}
