import * as pulumi from "@pulumi/pulumi";
import { configOf } from "./config/check.ts";
import type { ConfigInput } from "./config/config.ts";
import { deferred } from "./engines/pulumi/later.ts";
import { environmentType, type Rendered, renderPlan } from "./engines/pulumi/program.ts";
import { buildPlan } from "./plan/build.ts";

type EnvironmentInput = NonNullable<ConfigInput["environments"]>[string];
type ExistingInput = NonNullable<EnvironmentInput["existing"]>;
type Existing<Part extends keyof ExistingInput> = NonNullable<ExistingInput[Part]>;

/** A network of the program; how many subnets it has is known while the plan is made, so lists are plain and their members may be outputs. */
export interface TapVpc extends Omit<Existing<"vpc">, "id" | "publicSubnets" | "privateSubnets" | "natAddresses"> {
  readonly id: pulumi.Input<string>;
  readonly publicSubnets: readonly pulumi.Input<string>[];
  readonly privateSubnets: readonly pulumi.Input<string>[];
  /** Addresses of its NAT gateways. */
  readonly natAddresses?: readonly pulumi.Input<string>[] | undefined;
}

/** A cluster of the program, by name or ARN. */
export interface TapCluster extends Omit<Existing<"cluster">, "name" | "securityGroups"> {
  readonly name: pulumi.Input<string>;
  readonly securityGroups?: readonly pulumi.Input<string>[] | undefined;
}

/** A load balancer of the program. */
export interface TapBalancer {
  readonly arn: pulumi.Input<string>;
  readonly securityGroup: pulumi.Input<string>;
  /** Its name in DNS, and the id of its own zone: needed with `zone` of the environment. */
  readonly dnsName?: pulumi.Input<string> | undefined;
  readonly zone?: pulumi.Input<string> | undefined;
}

/** What is used and not made. Registry, service and CodeDeploy stay plain: names of rights and commands are cut from what is written. */
export interface TapExisting extends Omit<ExistingInput, "vpc" | "cluster" | "balancer"> {
  readonly vpc?: TapVpc | undefined;
  readonly cluster?: TapCluster | undefined;
  readonly balancer?: TapBalancer | undefined;
}

/**
 * An environment as a `sluice.config.ts` has it, of which ids may come from other resources of the program. Account, regions, suffix, domain and
 * whatever else decides which resources there are, and how they are called, is plain: a plan is made, and refused, before anything runs.
 */
export interface TapEnvironment extends Omit<EnvironmentInput, "zone" | "certificate" | "link" | "existing"> {
  /** Id of the Route 53 zone of the domain, or `"new"`. */
  readonly zone?: pulumi.Input<string> | undefined;
  /** ARN of the certificate of the load balancer, in ACM. */
  readonly certificate?: pulumi.Input<string> | undefined;
  readonly link?: { readonly transitGateway: pulumi.Input<string> } | undefined;
  readonly existing?: TapExisting | undefined;
}

/**
 * What stands in a `sluice.config.ts`; its environments may name other resources of the program. What `workflow` and `delivery` name is there before
 * any program runs, and plain: the state and its key, a connection that a person has to confirm, secrets that `sluice secret set` finds by their names.
 */
export interface TapConfig extends Omit<ConfigInput, "environments"> {
  readonly environments?: Readonly<Record<string, TapEnvironment>> | undefined;
}

/** One environment of one configuration; several environments are a component each. */
export interface TapStackArgs {
  readonly config: TapConfig;
  /** The name of one of its environments: it decides what is planned, and is plain for that. */
  readonly environment: string;
}

/**
 * What people, tests and other programs read of an environment; those of its first region, undefined where the configuration leaves it out.
 */
export interface TapStackOutputs {
  /** The network, made here or existing. */
  readonly vpcId: pulumi.Output<string | undefined>;
  /** One a zone; empty where the network exists. */
  readonly publicSubnetIds: pulumi.Output<readonly string[]>;
  /** Where the copies of services run, one a zone, made here or existing. */
  readonly privateSubnetIds: pulumi.Output<readonly string[]>;
  /** Where databases are, one a zone; empty where the network exists. */
  readonly isolatedSubnetIds: pulumi.Output<readonly string[]>;
  /** Name of the ECS cluster. */
  readonly clusterName: pulumi.Output<string | undefined>;
  /** Name of the load balancer in DNS. */
  readonly balancerDnsName: pulumi.Output<string | undefined>;
  /** Host name of the database. */
  readonly databaseEndpoint: pulumi.Output<string | undefined>;
  /** As text, in which variables take it. */
  readonly databasePort: pulumi.Output<string | undefined>;
  /** ARN of the secret with user and password of the database. */
  readonly databaseSecretArn: pulumi.Output<string | undefined>;
  /** Name of the CloudFront distribution in DNS. */
  readonly distributionDomainName: pulumi.Output<string | undefined>;
  /** Where images are pushed to and pulled from. */
  readonly registryUri: pulumi.Output<string | undefined>;
  /** ARN of the topic of alarms. */
  readonly topicArn: pulumi.Output<string | undefined>;
  /** Id of the Route 53 zone of the domain, if Sluice writes its records. */
  readonly zoneId: pulumi.Output<string | undefined>;
  /** Every output of every stack of the plan, as docs/outputs.md lists them. */
  readonly stacks: Readonly<Record<string, Readonly<Record<string, pulumi.Output<unknown>>>>>;
}

/**
 * An environment as one component of any Pulumi program: native resources of @pulumi/aws in every region of it. Mistakes of the
 * configuration are thrown at once, before anything is registered. A deploy that fails half-way rolls nothing back, and goes on when it is
 * run again; to go back, deploy the configuration from before. Traffic goes back with that only where the engine holds the weights
 * (`rollout.weightHolder`), by the phase `rolled-back`; where a release does, `sluice rollback` takes it back while the release runs.
 */
export class TapStack extends pulumi.ComponentResource implements TapStackOutputs {
  readonly vpcId: pulumi.Output<string | undefined>;
  readonly publicSubnetIds: pulumi.Output<readonly string[]>;
  readonly privateSubnetIds: pulumi.Output<readonly string[]>;
  readonly isolatedSubnetIds: pulumi.Output<readonly string[]>;
  readonly clusterName: pulumi.Output<string | undefined>;
  readonly balancerDnsName: pulumi.Output<string | undefined>;
  readonly databaseEndpoint: pulumi.Output<string | undefined>;
  readonly databasePort: pulumi.Output<string | undefined>;
  readonly databaseSecretArn: pulumi.Output<string | undefined>;
  readonly distributionDomainName: pulumi.Output<string | undefined>;
  readonly registryUri: pulumi.Output<string | undefined>;
  readonly topicArn: pulumi.Output<string | undefined>;
  readonly zoneId: pulumi.Output<string | undefined>;
  readonly stacks: TapStackOutputs["stacks"];

  constructor(name: string, { config, environment }: TapStackArgs, options?: pulumi.ComponentResourceOptions) {
    super(environmentType, name, {}, options);
    const { config: known, fill } = deferred(config);
    const { outputs } = renderPlan(buildPlan(configOf(known), environment), { parent: this, fill });
    const { one, all } = readers(outputs);
    this.stacks = outputs;
    this.vpcId = one("VpcId");
    this.publicSubnetIds = all("PublicSubnet");
    this.privateSubnetIds = all("PrivateSubnet");
    this.isolatedSubnetIds = all("IsolatedSubnet");
    this.clusterName = one("ClusterName");
    this.balancerDnsName = one("BalancerDnsName");
    this.databaseEndpoint = one("DatabaseEndpoint");
    this.databasePort = one("DatabasePort");
    this.databaseSecretArn = one("DatabaseSecretArn");
    this.distributionDomainName = one("DistributionDomainName");
    this.registryUri = one("RegistryUri");
    this.topicArn = one("TopicArn");
    this.zoneId = one("ZoneId");
    this.registerOutputs({ vpcId: this.vpcId, balancerDnsName: this.balancerDnsName, topicArn: this.topicArn });
  }
}

/** The first stack that has an output of a name is that of the first region. */
function readers(outputs: Rendered["outputs"]) {
  const stacks = Object.values(outputs);
  const text = (value: pulumi.Output<unknown>): pulumi.Output<string> => value.apply(String);
  return {
    one: (name: string): pulumi.Output<string | undefined> => {
      const found = stacks.find((stack) => name in stack)?.[name];
      return found ? text(found) : pulumi.output(undefined);
    },
    all: (prefix: string): pulumi.Output<readonly string[]> => {
      const first = stacks.find((stack) => `${prefix}1Id` in stack) ?? {};
      const names = Object.keys(first).filter((name) => new RegExp(`^${prefix}\\d+Id$`).test(name));
      return pulumi.all(names.flatMap((name) => first[name] ?? []).map(text));
    },
  };
}
