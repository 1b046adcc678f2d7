import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Instances } from "../../config/schema/compute.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { LaunchTemplate } from "./launch-template.ts";
import type { TargetGroup } from "./target-groups.ts";

/** The instances of one colour. */
export type Fleet = Resource<"AWS::AutoScaling::AutoScalingGroup">;

interface FleetNeeds {
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

/** How much of a fleet is healthy while instances are replaced, and how much of it there may be in all, in %. */
const healthy = { min: 100, max: 150 };

/**
 * The instances of a colour over all zones (B02, B03): the balancer's health counts, and a replacement starts before its instance goes. A
 * changed template goes through the fleet with the deploy that brings it, which changes the machines and not the version: that the colour's
 * parameter names, and only a release moves it (ADR 0015). A new AMI behind the same parameter changes no template, and is taken at the end of an
 * instance's life (Amazon EC2 Auto Scaling User Guide, "Use an instance refresh to update instances in an Auto Scaling group", "Replace Auto
 * Scaling instances based on maximum instance lifetime").
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
      InstanceMaintenancePolicy: { MinHealthyPercentage: healthy.min, MaxHealthyPercentage: healthy.max },
      MetricsCollection: [{ Granularity: "1Minute" }],
      Tags: site.tags.map((tag) => ({ ...tag, PropagateAtLaunch: true })),
    },
    {
      after: needs.after,
      refresh: { minHealthy: healthy.min, maxHealthy: healthy.max, warmup: needs.graceSeconds },
      ...(needs.releaseOwns && { releaseOwns: sized }),
      proves: ["B02"],
    },
  );
}
