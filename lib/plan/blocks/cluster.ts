import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";

/** A cluster of ECS, whose capacity is Fargate's. */
export type Cluster = Resource<"AWS::ECS::Cluster">;

/** An ECS cluster on Fargate with Container Insights; shells into tasks are logged and encrypted (D02, D05). */
export function cluster(block: Block, logName: Value<string>, keyArn: Value<string>): Cluster {
  const made = block.add(
    "Cluster",
    "AWS::ECS::Cluster",
    {
      ClusterName: block.name("cluster", "cluster"),
      ClusterSettings: [{ Name: "containerInsights", Value: "enhanced" }],
      Configuration: {
        ExecuteCommandConfiguration: {
          KmsKeyId: keyArn,
          Logging: "OVERRIDE",
          LogConfiguration: { CloudWatchLogGroupName: logName, CloudWatchEncryptionEnabled: true },
        },
      },
      Tags: block.site.tags,
    },
    { proves: ["D02"] },
  );
  block.add("Cluster providers", "AWS::ECS::ClusterCapacityProviderAssociations", {
    Cluster: ref(made),
    CapacityProviders: ["FARGATE", "FARGATE_SPOT"],
    DefaultCapacityProviderStrategy: [{ CapacityProvider: "FARGATE", Weight: 1 }],
  });
  return made;
}
