import type { CfnResource } from "aws-cdk-lib";
import { type IVpc, Vpc } from "aws-cdk-lib/aws-ec2";
import { type IRepository, Repository } from "aws-cdk-lib/aws-ecr";
import { Cluster, type ICluster } from "aws-cdk-lib/aws-ecs";
import { ApplicationLoadBalancer, type IApplicationLoadBalancer } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { references } from "../../plan/as-template.ts";
import type { Type } from "../../plan/template.ts";
import type { Rendered } from "./render.ts";

/** One resource of a plan where CDK has it. */
export interface Found {
  readonly at: Rendered;
  readonly id: string;
  /** The typed L1. */
  readonly resource: CfnResource;
}

/** The resources of a type, in the order of the plan. */
export function ofType(rendered: readonly Rendered[], type: Type): Found[] {
  return rendered.flatMap((at) =>
    at.plan.resources.filter((resource) => resource.type === type).map(({ id }) => ({ at, id, resource: at.included.getResource(id) })),
  );
}

/** The network with its subnets by tier, for L2 constructs that are put into it. */
export function vpcHandle({ at, resource }: Found): IVpc {
  const subnets = ofType([at], "AWS::EC2::Subnet");
  const ids = (tier: string): string[] =>
    subnets.filter(({ id }) => id.includes(`${tier}Subnet`)).map(({ resource: subnet }) => subnet.ref);
  const zones = at.plan.resources.flatMap(({ type, properties }) =>
    type === "AWS::EC2::Subnet" && "AvailabilityZone" in properties ? [String(properties.AvailabilityZone)] : [],
  );
  return Vpc.fromVpcAttributes(at.stack, "VpcHandle", {
    vpcId: resource.ref,
    vpcCidrBlock: resource.getAtt("CidrBlock").toString(),
    availabilityZones: [...new Set(zones)],
    publicSubnetIds: ids("Public"),
    privateSubnetIds: ids("Private"),
    isolatedSubnetIds: ids("Isolated"),
  });
}

/** For services that others run on the cluster of the plan; `vpc` is the network that they go into. */
export function clusterHandle({ at, resource }: Found, vpc: IVpc): ICluster {
  return Cluster.fromClusterAttributes(at.stack, "ClusterHandle", {
    clusterName: resource.ref,
    clusterArn: resource.getAtt("Arn").toString(),
    vpc,
  });
}

/** For listeners and rules that others add. Throws where the balancer has no security group of the plan to be reached through. */
export function loadBalancerHandle({ at, id, resource }: Found, vpc: IVpc): IApplicationLoadBalancer {
  const groups = ofType([at], "AWS::EC2::SecurityGroup");
  const own = references(at.plan.resources.find((other) => other.id === id)?.properties);
  const group = groups.find((other) => own.has(other.id));
  if (!group) throw new Error(`the load balancer ${id} has no security group in ${at.plan.name}`);
  return ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(at.stack, "LoadBalancerHandle", {
    loadBalancerArn: resource.ref,
    loadBalancerDnsName: resource.getAtt("DNSName").toString(),
    loadBalancerCanonicalHostedZoneId: resource.getAtt("CanonicalHostedZoneID").toString(),
    securityGroupId: group.resource.getAtt("GroupId").toString(),
    vpc,
  });
}

/** For tasks that others run from the images that the pipeline pushes. */
export function repositoryHandle({ at, resource }: Found): IRepository {
  return Repository.fromRepositoryAttributes(at.stack, "RepositoryHandle", {
    repositoryArn: resource.getAtt("Arn").toString(),
    repositoryName: resource.ref,
  });
}
