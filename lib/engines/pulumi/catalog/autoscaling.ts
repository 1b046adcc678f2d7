import { entry } from "../entry.ts";

const counts = ["Desired", "Warmed", "Pending", "Terminating", "Total"] as const;
const states = ["InService", "Pending", "Standby", "Terminating", "Total"] as const;

/** What Amazon EC2 Auto Scaling tells of a group (API reference, EnableMetricsCollection). */
const groupMetrics: readonly string[] = [
  "GroupMinSize",
  "GroupMaxSize",
  "GroupDesiredCapacity",
  ...states.map((state) => `Group${state}Instances`),
  ...states.map((state) => `Group${state}Capacity`),
  ...counts.map((count) => `WarmPool${count}Capacity`),
  "GroupAndWarmPoolDesiredCapacity",
  "GroupAndWarmPoolTotalCapacity",
];

export const group = entry("AWS::AutoScaling::AutoScalingGroup", "aws:autoscaling/group:Group", {
  ref: "name",
  fields: {
    Cooldown: "defaultCooldown",
    LaunchConfigurationName: "launchConfiguration",
    HealthCheckGracePeriod: {
      to: "healthCheckGracePeriod",
      implied: {
        value: 0,
        source:
          "CloudFormation, AWS::AutoScaling::AutoScalingGroup: HealthCheckGracePeriod defaults to 0; Terraform Registry, aws_autoscaling_group: to 300",
      },
    },
    LaunchTemplate: { to: "launchTemplate", in: { LaunchTemplateId: "id", LaunchTemplateName: "name" } },
    MetricsCollection: {
      to: ".",
      in: {
        Metrics: {
          to: "enabledMetrics",
          implied: {
            value: groupMetrics,
            source:
              "CloudFormation, MetricsCollection: a granularity without metrics enables all of them; Terraform Registry, aws_autoscaling_group: without enabled_metrics none is collected",
          },
        },
        Granularity: "metricsGranularity",
      },
    },
    LoadBalancerNames: "loadBalancers",
  },
  none: {
    LifecycleHookSpecificationList: "no plan has hooks",
    NotificationConfiguration: "another resource in Pulumi",
    NotificationConfigurations: "another resource in Pulumi",
    InstanceId: "use a launch template",
    MixedInstancesPolicy: "no plan mixes instances",
    SkipZonalShiftValidation: "CloudFormation only",
  },
  refresh: {
    arguments: ["instanceRefresh"],
    source:
      "CloudFormation, UpdatePolicy attribute: a group takes on a new launch template as its policy says; Pulumi Registry, aws.autoscaling.Group: without instanceRefresh running instances stay as they are",
    // A refresh cannot be put back where the AMI is a parameter (API reference, StartInstanceRefresh: AutoRollback), so that is not asked for.
    of: ({ minHealthy, maxHealthy, warmup }) => ({
      instanceRefresh: {
        strategy: "Rolling",
        preferences: {
          minHealthyPercentage: minHealthy,
          maxHealthyPercentage: maxHealthy,
          instanceWarmup: String(warmup),
          skipMatching: true,
        },
      },
    }),
  },
  defaults: {
    waitForCapacityTimeout: {
      value: "0",
      source:
        "Pulumi Registry, aws.autoscaling.Group: waits ten minutes for healthy instances; CloudFormation waits for none without a CreationPolicy",
    },
  },
});

export const policy = entry("AWS::AutoScaling::ScalingPolicy", "aws:autoscaling/policy:Policy", {
  ref: "arn",
  attributes: { Arn: "arn", PolicyName: "name" },
  fields: {
    TargetTrackingConfiguration: {
      to: "targetTrackingConfiguration",
      none: { CustomizedMetricSpecification: "no plan has one" },
    },
  },
  none: { PredictiveScalingConfiguration: "no plan predicts" },
  // AWS names the policies of a group itself where CloudFormation makes them.
  code: { handles: [], arguments: ["name"], forward: () => undefined, back: () => undefined },
});
