import { capitalised } from "../../aws/names.ts";
import { type Slot, slots } from "../../base/outcome.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { type FargateNeeds, onFargate } from "./on-fargate.ts";
import type { Colours } from "./target-groups.ts";

interface SlotServiceNeeds extends FargateNeeds {
  readonly name: string;
  readonly port: number;
  readonly colours: Colours;
  /** What sends callers and tests to the target groups: one that no listener knows takes no tasks. */
  readonly entry: readonly Resource[];
  /** Copies that the slot which is live at first begins with. */
  readonly least: number;
}

/** The two services of one app, of which one rests while no release runs. */
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
      ...onFargate(block, needs),
      ServiceName: block.name("service", `${needs.name}-${slot}`),
      DesiredCount: copiesAtFirst(slot, needs.least),
      DeploymentController: { Type: "ECS" },
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      LoadBalancers: [{ ContainerName: needs.name, ContainerPort: needs.port, TargetGroupArn: ref(needs.colours[slot]) }],
    },
    {
      after: [needs.tasks.definition, ...needs.entry],
      releaseOwns: ["DesiredCount", "TaskDefinition"],
      proves: ["A09", "B18"],
    },
  );
  block.stack.output(`${capitalised(slot)}ServiceName`, att(made, "Name"), `The ECS service of ${slot}`);
  return made;
}
