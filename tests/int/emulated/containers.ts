import {
  type CacheBehavior,
  CreateDistributionCommand,
  type DefaultCacheBehavior,
  type Origin,
  type ViewerCertificate,
} from "@aws-sdk/client-cloudfront";
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { RegisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Clients, In } from "../clients.ts";
import type { Make } from "./carry-out.ts";
import { by } from "./network.ts";

interface Service {
  readonly Cluster: string;
  readonly ServiceName: string;
  readonly TaskDefinition: string;
  readonly DesiredCount: number;
  readonly LoadBalancers: readonly { readonly TargetGroupArn: string; readonly ContainerName: string; readonly ContainerPort: number }[];
}

interface Definition {
  readonly Family: string;
  readonly ContainerDefinitions: readonly { readonly Name: string; readonly Image: string }[];
}

/** CloudFormation has lists where the API has lists with their length. */
interface Distribution {
  readonly DistributionConfig: {
    readonly Enabled: boolean;
    readonly Comment: string;
    readonly WebACLId: string;
    readonly ViewerCertificate: {
      readonly AcmCertificateArn: string;
      readonly MinimumProtocolVersion: ViewerCertificate["MinimumProtocolVersion"];
    };
    readonly Origins: readonly Pick<Origin, "Id" | "DomainName">[];
    readonly DefaultCacheBehavior: Pick<DefaultCacheBehavior, "TargetOriginId" | "ViewerProtocolPolicy">;
    readonly CacheBehaviors?: readonly Pick<CacheBehavior, "PathPattern" | "TargetOriginId" | "ViewerProtocolPolicy">[];
  };
}

/** Services on ECS, whose copies register themselves, and CloudFront before them. */
export function containerMakers(clients: In<keyof Clients>): Readonly<Record<string, Make>> {
  const ecs = (region: string) => clients(region).ecs;
  return {
    "AWS::ECS::Cluster": by(ecs, async (client, { ClusterName }: { readonly ClusterName: string }) => {
      const { cluster } = await client.send(new CreateClusterCommand({ clusterName: ClusterName }));
      return { Ref: ClusterName, Arn: cluster?.clusterArn ?? "" };
    }),
    "AWS::ECS::TaskDefinition": by(ecs, async (client, { Family, ContainerDefinitions }: Definition) => {
      const containerDefinitions = ContainerDefinitions.map(({ Name, Image }) => ({ name: Name, image: Image, memory: 512 }));
      const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand({ family: Family, containerDefinitions }));
      return { Ref: taskDefinition?.taskDefinitionArn ?? "" };
    }),
    "AWS::ECS::Service": by(
      (region) => clients(region),
      async ({ ecs, elb }, { Cluster, ServiceName, TaskDefinition, DesiredCount, LoadBalancers }: Service) => {
        await ecs.send(
          new CreateServiceCommand({
            cluster: Cluster,
            serviceName: ServiceName,
            taskDefinition: TaskDefinition,
            desiredCount: DesiredCount,
            loadBalancers: LoadBalancers.map(({ TargetGroupArn, ContainerName, ContainerPort }) => ({
              targetGroupArn: TargetGroupArn,
              containerName: ContainerName,
              containerPort: ContainerPort,
            })),
          }),
        );
        const Targets = Array.from({ length: DesiredCount }, (_, at) => ({ Id: `10.0.0.${at + 10}` }));
        for (const { TargetGroupArn } of Targets.length > 0 ? LoadBalancers : [])
          await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
        return { Ref: ServiceName, Name: ServiceName };
      },
    ),
    "AWS::CloudFront::Distribution": by(
      (region) => clients(region).cloudfront,
      async (client, { DistributionConfig: given }: Distribution, { name }) => {
        const { Enabled, Comment, WebACLId, Origins, DefaultCacheBehavior, CacheBehaviors = [] } = given;
        const { AcmCertificateArn, MinimumProtocolVersion } = given.ViewerCertificate;
        const Items = Origins.map(({ Id, DomainName }) => ({ Id, DomainName, S3OriginConfig: { OriginAccessIdentity: "" } }));
        const behaviour = <B extends Pick<DefaultCacheBehavior, "TargetOriginId" | "ViewerProtocolPolicy">>(one: B) => ({
          TargetOriginId: one.TargetOriginId,
          ViewerProtocolPolicy: one.ViewerProtocolPolicy,
          ForwardedValues: { QueryString: true, Cookies: { Forward: "none" as const } },
          MinTTL: 0,
        });
        const { Distribution: made } = await client.send(
          new CreateDistributionCommand({
            DistributionConfig: {
              CallerReference: name,
              Enabled,
              Comment,
              WebACLId,
              ViewerCertificate: { ACMCertificateArn: AcmCertificateArn, MinimumProtocolVersion },
              Origins: { Quantity: Items.length, Items },
              DefaultCacheBehavior: behaviour(DefaultCacheBehavior),
              CacheBehaviors: {
                Quantity: CacheBehaviors.length,
                Items: CacheBehaviors.map((one) => ({ ...behaviour(one), PathPattern: one.PathPattern })),
              },
            },
          }),
        );
        return { Ref: made?.Id ?? "", DomainName: made?.DomainName ?? "" };
      },
    ),
  };
}
