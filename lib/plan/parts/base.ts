import { toText } from "../../aws/cidr.ts";
import { nameOf } from "../../aws/names.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { balancer, type Entry } from "../blocks/balancer.ts";
import { balancerAlarm } from "../blocks/balancer-alarm.ts";
import { cluster } from "../blocks/cluster.ts";
import { firewall } from "../blocks/firewall.ts";
import { usedByFirewallLog } from "../blocks/firewall-log.ts";
import { key, usedByLogs, usedByPublishers } from "../blocks/key.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import { logGroup } from "../blocks/logs.ts";
import { reachable } from "../blocks/names.ts";
import { type Ground, network } from "../blocks/network.ts";
import { privateBalancer } from "../blocks/private-balancer.ts";
import { type Images, registry } from "../blocks/registry.ts";
import { connect, letOutToServices, type Side, securityGroup } from "../blocks/security-group.ts";
import { publishers, topic } from "../blocks/topic.ts";
import { homeOf, networkOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import { att, fromStack, ref } from "../template.ts";
import { existingClusterName, existingEntry, existingGround, existingImages } from "./existing.ts";
import { reachOf } from "./reach.ts";

/** What a pipeline takes from the base of its environment. */
export type DeliveryBase = Pick<Base, "registryUri" | "registryArn" | "logsKeyArn" | "logBucketName" | "topicArn">;

/** What the stacks of services and of the pipeline take from the base. */
export interface Base {
  readonly vpcId: Value<string>;
  readonly privateSubnetIds: readonly Value<string>[];
  readonly serviceGroupIds: readonly Value<string>[];
  readonly clusterName: Value<string>;
  /** Whether the network has addresses of IPv6 too, and whether the load balancer has. */
  readonly ipv6: boolean;
  readonly dualstack: boolean;
  readonly balancerArn: Value<string>;
  readonly balancerName: Value<string>;
  readonly certificateArn: Value<string>;
  readonly registryUri: Value<string>;
  readonly registryArn: Value<string>;
  readonly logsKeyArn: Value<string>;
  readonly logBucketName: Value<string>;
  readonly topicArn: Value<string>;
  /** The CodeDeploy application that exists, in which a deployment group is made. */
  readonly deployApplication?: string;
  /** With which the service encrypts what it stores, if it does. */
  readonly serviceKeyArn?: Value<string>;
  /** Where the domain's records are, for what else has a name in it. */
  readonly zoneId?: Value<string>;
  /** What services beside the first need besides. */
  readonly shared?: Shared;
}

/** What services beside the first take from the base, where the configuration has several. */
export interface Shared {
  readonly balancerGroupId: Value<string>;
  readonly imagesKeyArn: Value<string>;
}

/**
 * What everything else stands on: keys, the network, the cluster, the balancer under its name, the registry, and whom to tell. What the
 * configuration names as existing is used in place of what would be made. `first` is the base of the first region, in those after it.
 */
export function base(stack: Draft, config: Config, environment: Environment, first?: Base): Base {
  const { site } = stack;
  const { existing } = environment;
  const { logRetention, emails } = config.monitoring;
  const [service, ...others] = config.services;
  const keys = stack.block("Encryption");
  const edge = stack.block("Edge");
  const uses = [usedByLogs(site), ...(config.firewall ? [usedByFirewallLog(edge, "balancer")] : [])];
  const logsKeyArn = att(key(keys, "logs", "Encrypts the logs of this environment", uses), "Arn");
  const noticesKey = key(keys, "notices", "Encrypts what people are told", [usedByPublishers(site, publishers)]);

  const addresses = networkOf(config, environment, site.region, logsKeyArn);
  const ground = existing.vpc ? existingGround(existing.vpc) : network(stack.block("Network"), addresses);
  const logs = logBucket(stack.block("Storage"), logRetention);
  const groups = stack.block("Groups");
  const entry = existing.balancer
    ? existingEntry(existing.balancer)
    : config.edge
      ? privateBalancer(edge, groups, ground, toText(addresses.cidr), logs)
      : balancer(edge, groups, ground, logs);
  if (config.firewall) firewall(edge, { ...config.firewall, balancers: { balancer: entry.arn }, key: logsKeyArn, days: logRetention });
  const alerts = stack.block("Alerts");
  const topicArn = ref(topic(alerts, "notices", att(noticesKey, "Arn"), emails));
  if (!existing.balancer) balancerAlarm(alerts, entry.fullName, config.monitoring, topicArn);
  const app = securityGroup(groups, ground.vpcId, service.name, "The copies of the service");
  connect(groups, entry.group, app, service.port, "Requests from the load balancer");
  letOutToServices(groups, app, "HTTPS to AWS and to other services", ground.ipv6 !== undefined);

  return offer(stack, {
    ground,
    entry,
    app,
    joined: existing.cluster?.securityGroups ?? [],
    clusterName: existing.cluster ? existingClusterName(existing.cluster) : ownCluster(stack, logsKeyArn, logRetention),
    ...imagesOf(stack, config, environment),
    topicArn,
    ...reachable(stack.block("Dns"), environment, entry, reachOf(config, environment, site.region, first?.zoneId)),
    shares: others.length > 0,
    logsKeyArn,
    logBucketName: ref(logs),
  });
}

function ownCluster(stack: Draft, logsKeyArn: Value<string>, logDays: number): Value<string> {
  const block = stack.block("Compute");
  return ref(cluster(block, ref(logGroup(block, "shells", logsKeyArn, logDays)), logsKeyArn));
}

/** Images are built once: a stage takes those of the home account. */
export function imagesOf(stack: Draft, config: Config, { name, existing }: Environment): Pulled {
  const [service] = config.services;
  if (existing.registry !== undefined) return { images: existingImages(stack.site, existing.registry) };
  const from = homeOf(config, name);
  if (!from) return ownImages(stack, service.name);
  const theirs = config.environments.find((one) => one.name === from.environment)?.existing.registry;
  return { images: existingImages(from, theirs ?? nameOf("repository", from, service.name)) };
}

/** Where the images of the first service are, and the key of those that are made here. */
export interface Pulled {
  readonly images: Images;
  readonly imagesKeyArn?: Value<string>;
}

function ownImages(stack: Draft, service: string): Pulled {
  const imagesKeyArn = att(key(stack.block("Encryption"), "images", "Encrypts the images of this environment"), "Arn");
  return { images: registry(stack.block("Images"), service, imagesKeyArn), imagesKeyArn };
}

interface Made extends Pulled {
  readonly ground: Ground;
  readonly entry: Entry;
  readonly app: Side;
  /** Security groups that the copies join besides their own. */
  readonly joined: readonly string[];
  readonly clusterName: Value<string>;
  readonly topicArn: Value<string>;
  readonly certificateArn: Value<string>;
  readonly zoneId?: Value<string>;
  /** Whether services beside the first take from here. */
  readonly shares: boolean;
  readonly logsKeyArn: Value<string>;
  readonly logBucketName: Value<string>;
}

function offer(stack: Draft, { ground, entry, app, joined, images, zoneId, ...made }: Made): Base {
  stack.output("RegistryName", images.name, "Name of the image repository");
  return {
    vpcId: stack.output("VpcId", ground.vpcId, "The network"),
    privateSubnetIds: ground.privateSubnetIds.map((id, at) =>
      stack.output(`PrivateSubnet${at + 1}Id`, id, `Private subnet in zone ${at + 1}`),
    ),
    serviceGroupIds: [stack.output("ServiceGroupId", app.groupId, "Security group of the copies of the service"), ...joined],
    clusterName: stack.output("ClusterName", made.clusterName, "The ECS cluster"),
    ipv6: ground.ipv6 !== undefined,
    dualstack: entry.dualstack,
    balancerArn: stack.output("BalancerArn", entry.arn, "The load balancer"),
    balancerName: stack.output("BalancerFullName", entry.fullName, "The load balancer, as its metrics name it"),
    certificateArn: stack.output("CertificateArn", made.certificateArn, "The certificate of the listeners"),
    registryUri: stack.output("RegistryUri", images.uri, "Where images are pushed to and pulled from"),
    registryArn: stack.output("RegistryArn", images.arn, "The image repository"),
    logsKeyArn: stack.output("LogsKeyArn", made.logsKeyArn, "The key of the logs"),
    logBucketName: stack.output("LogBucketName", made.logBucketName, "Bucket of the access logs"),
    topicArn: stack.output("TopicArn", made.topicArn, "Topic of alarms and of what the pipeline does"),
    ...(zoneId !== undefined && { zoneId: stack.output("ZoneId", zoneId, "The Route 53 zone of the domain") }),
    ...(made.shares && made.imagesKeyArn !== undefined && { shared: share(stack, entry, made.imagesKeyArn) }),
  };
}

/** A load balancer that was made here tells of its group itself. */
const share = (stack: Draft, { group }: Entry, imagesKeyArn: Value<string>): Shared => ({
  balancerGroupId: typeof group.groupId === "string" ? group.groupId : fromStack(stack, "BalancerGroupId"),
  imagesKeyArn: stack.output("ImagesKeyArn", imagesKeyArn, "The key of the images"),
});
