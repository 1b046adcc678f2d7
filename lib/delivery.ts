import type { CfnResource, Stack } from "aws-cdk-lib";
import type { IVpc } from "aws-cdk-lib/aws-ec2";
import type { IRepository } from "aws-cdk-lib/aws-ecr";
import type { ICluster } from "aws-cdk-lib/aws-ecs";
import type { IApplicationLoadBalancer } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { Construct } from "constructs";
import { configOf } from "./config/check.ts";
import type { ConfigInput } from "./config/config.ts";
import { nearest } from "./config/nearest.ts";
import { clusterHandle, type Found, loadBalancerHandle, ofType, repositoryHandle, vpcHandle } from "./engines/cdk/handles.ts";
import { type Rendered, render } from "./engines/cdk/render.ts";
import { buildPlan } from "./plan/build.ts";
import { whyMissing } from "./plan/switches.ts";
import type { Type } from "./plan/template.ts";

/** One environment of one configuration; several environments are a construct each. */
export interface DeliveryOptions {
  /** What stands in a `sluice.config.ts`. */
  readonly config: ConfigInput;
  /** The name of one of its environments. */
  readonly environment: string;
}

/**
 * An environment as one construct of any CDK app: the stacks of its plan, and L2 handles on what others build upon. Where an environment
 * has several regions the handles are those of the first. A handle on what the configuration leaves out throws. CloudFormation rolls back a
 * stack whose deploy fails, and no other; to go back further, deploy the app with the configuration from before. What a release moved,
 * weights and counts, stays as it is: `sluice rollback` takes that back while the release runs.
 */
export class Delivery extends Construct {
  /** The stacks of the plan, in its order. */
  readonly stacks: readonly Stack[];
  readonly #rendered: readonly Rendered[];
  #vpc: IVpc | undefined;
  #cluster: ICluster | undefined;
  #loadBalancer: IApplicationLoadBalancer | undefined;
  #repository: IRepository | undefined;

  constructor(scope: Construct, id: string, { config, environment }: DeliveryOptions) {
    super(scope, id);
    this.#rendered = render(this, buildPlan(configOf(config), environment));
    this.stacks = this.#rendered.map(({ stack }) => stack);
  }

  /** The network, its subnets by tier. */
  get vpc(): IVpc {
    this.#vpc ??= vpcHandle(this.#first("AWS::EC2::VPC"));
    return this.#vpc;
  }

  /** The ECS cluster that the services run on. */
  get cluster(): ICluster {
    this.#cluster ??= clusterHandle(this.#first("AWS::ECS::Cluster"), this.vpc);
    return this.#cluster;
  }

  /** The load balancer that callers reach, behind CloudFront where there is one. */
  get loadBalancer(): IApplicationLoadBalancer {
    this.#loadBalancer ??= loadBalancerHandle(this.#first("AWS::ElasticLoadBalancingV2::LoadBalancer"), this.vpc);
    return this.#loadBalancer;
  }

  /** Where the images of the services lie. */
  get repository(): IRepository {
    this.#repository ??= repositoryHandle(this.#first("AWS::ECR::Repository"));
    return this.#repository;
  }

  /** The typed L1 of any resource, by the part of its stack, such as `base`, and its logical id. */
  resource(part: string, id: string): CfnResource {
    const found = this.#rendered.find(({ plan }) => plan.part === part);
    const parts = this.#rendered.map(({ plan }) => plan.part).join(", ");
    if (!found) throw new Error(`the plan of ${this.node.path} has ${parts} and no stack "${part}"${whyMissing({ stack: part })}`);
    if (found.plan.resources.some((one) => one.id === id)) return found.included.getResource(id);
    const close = nearest(
      id,
      found.plan.resources.map((one) => one.id),
    );
    const meant = close.length > 0 ? `did you mean ${close.join(" or ")}? ` : "";
    throw new Error(`the stack ${found.plan.name} has no resource "${id}": ${meant}sluice plan --format table prints all of them`);
  }

  #first(type: Type): Found {
    const [found] = ofType(this.#rendered, type);
    if (!found) throw new Error(`the plan of ${this.node.path} has no ${type}${whyMissing({ type })}`);
    return found;
  }
}
