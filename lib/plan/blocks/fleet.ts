import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Instances } from "../../config/schema/compute.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { LaunchTemplate } from "./launch-template.ts";
import type { TargetGroup } from "./target-groups.ts";

export type Fleet = Resource<"AWS::AutoScaling::AutoScalingGroup">;

export interface FleetNeeds {
  readonly service: string;
  readonly sizes: Instances[Slot];
  readonly runs: boolean;
  /** Whether a release sets the sizes, so that an engine does so once and never again. */
  readonly releaseOwns: boolean;
  readonly template: LaunchTemplate;
  readonly subnetIds: readonly Value<string>[];
  readonly targets: TargetGroup;
  /** How long an instance may take until it is healthy, in seconds. */
  readonly graceSeconds: number;
  /** The longest life of an instance, in seconds. */
  readonly lifetimeSeconds: number;
  /** What an instance needs to start, though no reference says so. */
  readonly after: readonly Resource[];
}

const sized = ["MinSize", "MaxSize", "DesiredCapacity"] as const;

/**
 * The instances of a colour over all zones (B02, B03): the balancer's health counts, and a replacement starts before its instance goes. Each
 * gets the newest template and AMI when it is replaced, at the latest at the end of its life, so no deploy has to wait for a refresh
 * (Amazon EC2 Auto Scaling User Guide, "Replace Auto Scaling instances based on maximum instance lifetime", "Instance maintenance policies").
 */
export function fleet(block: Block, slot: Slot, needs: FleetNeeds): Fleet {
  const { site } = block;
  const { min, max, desired } = needs.runs ? needs.sizes : { min: 0, max: 0, desired: 0 };
  return block.add(
    `${slot} fleet`,
    "AWS::AutoScaling::AutoScalingGroup",
    {
      AutoScalingGroupName: block.name("auto-scaling-group", `${needs.service}-${slot}`),
      LaunchTemplate: { LaunchTemplateId: ref(needs.template), Version: att(needs.template, "LatestVersionNumber") },
      MinSize: String(min),
      MaxSize: String(max),
      DesiredCapacity: String(desired),
      VPCZoneIdentifier: needs.subnetIds,
      TargetGroupARNs: [ref(needs.targets)],
      HealthCheckType: "ELB",
      HealthCheckGracePeriod: needs.graceSeconds,
      DefaultInstanceWarmup: needs.graceSeconds,
      MaxInstanceLifetime: needs.lifetimeSeconds,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
      MetricsCollection: [{ Granularity: "1Minute" }],
      Tags: site.tags.map((tag) => ({ ...tag, PropagateAtLaunch: true })),
    },
    { after: needs.after, ...(needs.releaseOwns && { releaseOwns: sized }), proves: ["B02"] },
  );
}
