import { allow, anyResource, trusts } from "../../aws/policy.ts";
import type { Config } from "../../config/config.ts";
import type { ECS_Service_DeploymentConfiguration as DeploymentConfiguration } from "../cloudformation.gen.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { Alarm } from "./alarm.ts";
import type { NativeEntry } from "./native-entry.ts";
import { type FargateNeeds, onFargate } from "./on-fargate.ts";
import { type Granted, role } from "./role.ts";
import type { Colours } from "./target-groups.ts";

type Rollout = Config["rollout"];

interface NativeNeeds extends FargateNeeds {
  readonly name: string;
  readonly port: number;
  readonly rollout: Rollout;
  readonly colours: Colours;
  readonly entry: NativeEntry;
  /** What stops a deployment and turns it back while it fires. */
  readonly alarms: readonly Alarm[];
}

/**
 * A service that ECS itself deploys in two colours: it starts the new version beside the old one, lets tests reach it, shifts the callers and
 * turns back when an alarm fires or copies do not start (D02). Its number of copies follows the scaling target.
 */
export function nativeService(block: Block, needs: NativeNeeds): Resource<"AWS::ECS::Service"> {
  const { name, colours, entry, tasks } = needs;
  const shifter = shifterRole(block, needs);
  return block.add(
    "Service",
    "AWS::ECS::Service",
    {
      ...onFargate(block, needs),
      ServiceName: block.name("service", name),
      DeploymentController: { Type: "ECS" },
      DeploymentConfiguration: {
        ...shiftOf(needs.rollout),
        Alarms: { AlarmNames: needs.alarms.map(ref), Enable: true, Rollback: true },
        // Amazon ECS Developer Guide, "Amazon ECS deployment failure detection": for rolling and for blue/green deployments.
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      LoadBalancers: [
        {
          ContainerName: name,
          ContainerPort: needs.port,
          TargetGroupArn: ref(colours.blue),
          AdvancedConfiguration: {
            AlternateTargetGroupArn: ref(colours.green),
            ProductionListenerRule: ref(entry.production),
            TestListenerRule: ref(entry.test),
            RoleArn: att(shifter.role, "Arn"),
          },
        },
      ],
    },
    { after: [tasks.definition, ...shifter.policies], releaseOwns: ["DesiredCount", "TaskDefinition"], proves: ["D02", "B18"] },
  );
}

const minutes = (milliseconds: number): number => milliseconds / 60_000;

/** How long both versions run once all callers are on the new one, in minutes; until then an alarm turns the deployment back. */
const bakeOf = ({ finalBake, keepWarm }: Rollout): number => minutes(finalBake + keepWarm);

/** How long ECS waits in a deployment, in minutes: at each weight below 100 %, and at the end. */
export const waitOf = (rollout: Rollout): number => minutes(rollout.bake) * (rollout.weights.length - 1) + bakeOf(rollout);

/** One weight is all at once, two are a canary, more of them equal steps; the configuration's rules refuse what ECS does not know. */
function shiftOf(rollout: Rollout): DeploymentConfiguration {
  const [first = 100, ...others] = rollout.weights;
  const BakeTimeInMinutes = bakeOf(rollout);
  if (others.length === 0) return { Strategy: "BLUE_GREEN", BakeTimeInMinutes };
  const step = minutes(rollout.bake);
  if (others.length > 1)
    return { Strategy: "LINEAR", LinearConfiguration: { StepPercent: first, StepBakeTimeInMinutes: step }, BakeTimeInMinutes };
  return { Strategy: "CANARY", CanaryConfiguration: { CanaryPercent: first, CanaryBakeTimeInMinutes: step }, BakeTimeInMinutes };
}

/**
 * What ECS calls when it shifts traffic (AWS managed policy AmazonECSInfrastructureRolePolicyForLoadBalancers), for this service only; listeners
 * it changes only where a rule is theirs by default. The trust is as AWS documents it: ECS is not said to name the account, and no other
 * account can have it use this role, since whoever gives it to a service must be let pass it on (Amazon ECS Developer Guide, "Amazon ECS
 * infrastructure IAM role for load balancers").
 */
function shifterRole(block: Block, { name, colours, entry }: NativeNeeds): Granted {
  return role(block, `${name}-shift`, "Shifts the service's traffic for ECS", trusts("ecs.amazonaws.com"), [
    allow({
      actions: [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      resources: anyResource("DescribingLoadBalancersKnowsNoResource"),
    }),
    allow({
      sid: "PlacesCopies",
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      resources: [ref(colours.blue), ref(colours.green)],
    }),
    allow({ sid: "MovesTraffic", actions: "elasticloadbalancing:ModifyRule", resources: [ref(entry.production), ref(entry.test)] }),
  ]);
}
