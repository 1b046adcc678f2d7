import { isTree } from "../codecs.ts";
import { entry } from "../entry.ts";

export const cluster = entry("AWS::ECS::Cluster", "aws:ecs/cluster:Cluster", {
  ref: "name",
  fields: { ClusterSettings: { to: "settings" } },
  none: { CapacityProviders: "use AWS::ECS::ClusterCapacityProviderAssociations" },
});

export const capacityProviders = entry(
  "AWS::ECS::ClusterCapacityProviderAssociations",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  {
    fields: { Cluster: "clusterName" },
  },
);

export const taskDefinition = entry("AWS::ECS::TaskDefinition", "aws:ecs/taskDefinition:TaskDefinition", {
  ref: "arn",
  attributes: { TaskDefinitionArn: "arn" },
  fields: {
    Volumes: {
      to: "volumes",
      in: {
        Host: { to: ".", in: { SourcePath: "hostPath" } },
      },
    },
  },
  none: { ProxyConfiguration: "App Mesh has ended", InferenceAccelerators: "Elastic Inference has ended" },
});

export const service = entry("AWS::ECS::Service", "aws:ecs/service:Service", {
  ref: "id",
  attributes: { ServiceArn: "id", Name: "name" },
  fields: {
    Role: "iamRole",
    DeploymentConfiguration: {
      to: ".",
      in: {
        MaximumPercent: "deploymentMaximumPercent",
        MinimumHealthyPercent: "deploymentMinimumHealthyPercent",
        Strategy: "deploymentConfiguration.strategy",
        BakeTimeInMinutes: "deploymentConfiguration.bakeTimeInMinutes",
        LifecycleHooks: { to: "deploymentConfiguration.lifecycleHooks" },
        LinearConfiguration: { to: "deploymentConfiguration.linearConfiguration" },
        CanaryConfiguration: { to: "deploymentConfiguration.canaryConfiguration" },
      },
    },
    NetworkConfiguration: {
      to: "networkConfiguration",
      in: {
        AwsvpcConfiguration: { to: ".", in: { AssignPublicIp: { to: "assignPublicIp", values: { ENABLED: true, DISABLED: false } } } },
      },
    },
    PlacementStrategies: { to: "orderedPlacementStrategies" },

    DesiredCount: {
      to: "desiredCount",
      implied: {
        value: 1,
        source: "Pulumi Registry, aws.ecs.Service: desiredCount defaults to 0; CloudFormation, AWS::ECS::Service: to 1",
      },
    },
  },
  none: { VolumeConfigurations: "Pulumi takes one" },
  defaults: {
    waitForSteadyState: {
      value: true,
      source: "Pulumi Registry, aws.ecs.Service: waitForSteadyState defaults to false; CloudFormation waits until a service is stable",
    },
  },
  waits: {
    create: "3h",
    update: "3h",
    delete: "1h",
    source:
      "CloudFormation waits for hours until a service is stable; Terraform Registry, aws_ecs_service: the provider for twenty minutes, in which no deployment with a bake time ends",
  },
  alike: {
    "waitForSteadyState of a service that ECS does not deploy": {
      told: "false",
      source:
        "Amazon ECS, Service: what CodeDeploy deploys has task sets and no deployments; the provider calls stable what has one deployment (hashicorp/terraform-provider-aws#29252), and would wait until it gives up",
    },
  },
  code: {
    handles: [],
    arguments: ["waitForSteadyState"],
    forward({ DeploymentController: controller }, args) {
      const { Type = "ECS" } = isTree(controller) ? controller : {};
      if (Type !== "ECS") args.waitForSteadyState = false;
    },
    back: () => undefined,
  },
});
