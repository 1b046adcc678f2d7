import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

/** What services, fleets and functions can besides what the first twins of them show. */
export const compute: readonly Twin[] = [
  {
    type: "AWS::ECS::Service",
    make: () =>
      new aws.ecs.Service("one", {
        name: "mongodb",
        taskDefinition: "t",
        desiredCount: 2,
        iamRole: "r",
        enableEcsManagedTags: true,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: ["a"], enable: true, rollback: true },
        deploymentConfiguration: {
          strategy: "LINEAR",
          bakeTimeInMinutes: "5",
          linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "5" },
          canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "10" },
          lifecycleHooks: [
            {
              hookTargetArn: "f",
              roleArn: "r",
              lifecycleStages: ["POST_SCALE_UP"],
              hookDetails: '{"key":"value"}',
              timeoutConfiguration: { action: "ROLLBACK", timeoutInMinutes: "30" },
            },
          ],
        },
        orderedPlacementStrategies: [{ type: "binpack", field: "cpu" }],
        capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 }],
        serviceRegistries: { registryArn: "s", port: 80 },
      }),
    is: {
      ServiceName: "mongodb",
      TaskDefinition: "t",
      DesiredCount: 2,
      Role: "r",
      EnableECSManagedTags: true,
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        Alarms: { AlarmNames: ["a"], Enable: true, Rollback: true },
        Strategy: "LINEAR",
        BakeTimeInMinutes: 5,
        LinearConfiguration: { StepPercent: 25, StepBakeTimeInMinutes: 5 },
        CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 10 },
        LifecycleHooks: [
          {
            HookTargetArn: "f",
            RoleArn: "r",
            LifecycleStages: ["POST_SCALE_UP"],
            HookDetails: { key: "value" },
            TimeoutConfiguration: { Action: "ROLLBACK", TimeoutInMinutes: 30 },
          },
        ],
      },
      PlacementStrategies: [{ Type: "binpack", Field: "cpu" }],
      CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT", Weight: 1, Base: 0 }],
      ServiceRegistries: [{ RegistryArn: "s", Port: 80 }],
    },
  },
  {
    type: "AWS::ECS::TaskDefinition",
    make: () =>
      new aws.ecs.TaskDefinition("one", {
        family: "service",
        containerDefinitions: JSON.stringify([{ name: "first", image: "service-first" }]),
        volumes: [
          { name: "service-storage", hostPath: "/ecs/service-storage" },
          { name: "shared", efsVolumeConfiguration: { fileSystemId: "fs-1", rootDirectory: "/opt/data", transitEncryption: "ENABLED" } },
        ],
      }),
    is: {
      Family: "service",
      ContainerDefinitions: [{ Name: "first", Image: "service-first" }],
      Volumes: [
        { Name: "service-storage", Host: { SourcePath: "/ecs/service-storage" } },
        { Name: "shared", EFSVolumeConfiguration: { FilesystemId: "fs-1", RootDirectory: "/opt/data", TransitEncryption: "ENABLED" } },
      ],
    },
  },
  {
    type: "AWS::AutoScaling::AutoScalingGroup",
    make: () =>
      new aws.autoscaling.Group("one", {
        minSize: 1,
        maxSize: 2,
        defaultCooldown: 300,
        healthCheckGracePeriod: 60,
        loadBalancers: ["classic"],
        launchTemplate: { name: "foo" },
        tags: [],
      }),
    is: {
      MinSize: "1",
      MaxSize: "2",
      Cooldown: "300",
      HealthCheckGracePeriod: 60,
      LoadBalancerNames: ["classic"],
      LaunchTemplate: { LaunchTemplateName: "foo" },
      Tags: [],
    },
  },
  {
    type: "AWS::AutoScaling::AutoScalingGroup",
    make: () => new aws.autoscaling.Group("one", { minSize: 0, maxSize: 1, healthCheckGracePeriod: 0, launchConfiguration: "foobar" }),
    is: { MinSize: "0", MaxSize: "1", LaunchConfigurationName: "foobar" },
  },
  {
    type: "AWS::AutoScaling::ScalingPolicy",
    make: () =>
      new aws.autoscaling.Policy("one", {
        name: "foobar3",
        autoscalingGroupName: "g",
        policyType: "StepScaling",
        adjustmentType: "ChangeInCapacity",
        cooldown: 300,
        stepAdjustments: [{ scalingAdjustment: -1, metricIntervalLowerBound: "1", metricIntervalUpperBound: "2" }],
      }),
    is: {
      AutoScalingGroupName: "g",
      PolicyType: "StepScaling",
      AdjustmentType: "ChangeInCapacity",
      Cooldown: "300",
      StepAdjustments: [{ ScalingAdjustment: -1, MetricIntervalLowerBound: 1, MetricIntervalUpperBound: 2 }],
    },
  },
  {
    type: "AWS::EC2::LaunchTemplate",
    make: () =>
      new aws.ec2.LaunchTemplate("one", {
        name: "foo",
        description: "Of the shop",
        ebsOptimized: "true",
        securityGroupNames: ["default"],
        blockDeviceMappings: [{ deviceName: "/dev/sdf", ebs: { deleteOnTermination: "true" } }],
        networkInterfaces: [
          { associatePublicIpAddress: "true", associateCarrierIpAddress: "false", deleteOnTermination: "true", primaryIpv6: "false" },
        ],
        tags: { Name: "test" },
      }),
    is: {
      LaunchTemplateName: "foo",
      VersionDescription: "Of the shop",
      LaunchTemplateData: {
        EbsOptimized: true,
        SecurityGroups: ["default"],
        BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { DeleteOnTermination: true } }],
        NetworkInterfaces: [
          { AssociatePublicIpAddress: true, AssociateCarrierIpAddress: false, DeleteOnTermination: true, PrimaryIpv6: false },
        ],
      },
      TagSpecifications: [{ ResourceType: "launch-template", Tags: [{ Key: "Name", Value: "test" }] }],
    },
  },
  {
    type: "AWS::Lambda::Function",
    make: () =>
      new aws.lambda.Function("one", {
        name: "example",
        role: "r",
        packageType: "Image",
        imageUri: "image",
        imageConfig: { commands: ["app.handler"], entryPoints: ["/lambda-entrypoint.sh"], workingDirectory: "/app" },
        fileSystemConfig: { arn: "a", localMountPath: "/mnt/shared-storage" },
        sourceKmsKeyArn: "k",
      }),
    is: {
      FunctionName: "example",
      Role: "r",
      PackageType: "Image",
      Code: { ImageUri: "image", SourceKMSKeyArn: "k" },
      ImageConfig: { Command: ["app.handler"], EntryPoint: ["/lambda-entrypoint.sh"], WorkingDirectory: "/app" },
      FileSystemConfigs: [{ Arn: "a", LocalMountPath: "/mnt/shared-storage" }],
    },
  },
];
