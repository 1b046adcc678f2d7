import type { Value } from "../../aws/value.ts";
import type { Slot } from "../../base/outcome.ts";
import type { Config } from "../../config/config.ts";
import { linkedWith } from "../../config/linked.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { balancer, balancers, type Entry } from "../blocks/balancer.ts";
import { bucket } from "../blocks/bucket.ts";
import { portOf, usualPort } from "../blocks/database.ts";
import { usedByDatabaseLogs } from "../blocks/database-logs.ts";
import { firewall } from "../blocks/firewall.ts";
import { usedByFirewallLog } from "../blocks/firewall-log.ts";
import { key, usedByCopies, usedByInstances, usedByLogs, usedByPublishers } from "../blocks/key.ts";
import { logBucket } from "../blocks/log-bucket.ts";
import { reachable } from "../blocks/names.ts";
import { network } from "../blocks/network.ts";
import { type ReplicaBucket, replication } from "../blocks/replication.ts";
import { connect, letIn, letOut, letOutToServices, type Side, securityGroup } from "../blocks/security-group.ts";
import { snapshotTaker } from "../blocks/snapshot-taker.ts";
import { publishers, topic } from "../blocks/topic.ts";
import { networkOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import { att, fromStack, ref } from "../template.ts";
import { wayToReaders } from "./task-data.ts";

/** A way in for callers, as other stacks read it. */
export type EntryOutputs = Pick<Entry, "arn" | "fullName" | "dnsName" | "zoneId" | "dualstack">;

/** What the stacks of the data and of the fleets take from their base. */
export interface FleetBase {
  readonly vpcId: Value<string>;
  readonly privateSubnetIds: readonly Value<string>[];
  readonly isolatedSubnetIds: readonly Value<string>[];
  /** One load balancer for both colours, or one for each. */
  readonly entry:
    | { readonly of: "both"; readonly both: EntryOutputs }
    | { readonly of: "each"; readonly each: Readonly<Record<Slot, EntryOutputs>> };
  readonly groupIds: Readonly<Record<"app" | "database" | "proxy", Value<string>>> & { readonly readers?: Value<string> };
  readonly keyArns: Readonly<Record<"logs" | "data" | "secrets" | "volumes" | "releases", Value<string>>>;
  readonly releases: { readonly name: Value<string>; readonly arn: Value<string> };
  readonly certificateArn: Value<string>;
  /** Where the records of the domain are, if Sluice writes them. */
  readonly zoneId: Value<string> | undefined;
  readonly topicArn: Value<string>;
}

/**
 * What fleets of instances stand on (system B): keys, the network, who may reach whom, the way in under its name, the bucket that releases
 * come from with its copy in another region, and whom to tell.
 */
export function fleetBase(stack: Draft, config: Config, environment: Environment, replica: ReplicaBucket | undefined): FleetBase {
  const { site } = stack;
  const { logRetention, emails } = config.monitoring;
  const keyArns = keysOf(stack, config, copiersOf(config, environment));
  letTake(stack, config, environment, keyArns.data);
  const ground = network(stack.block("Network"), networkOf(config, environment, site.region, keyArns.logs));
  const storage = stack.block("Storage");
  const logs = logBucket(storage, logRetention);
  const releases = bucket(storage, "releases", {
    key: keyArns.releases,
    logs: ref(logs),
    ...(config.storage.keep !== undefined && { expireAfter: config.storage.keep }),
    ...(replica && { replication: replication(storage, "releases", keyArns.releases, [replica]) }),
  });
  const groups = stack.block("Groups");
  const edge = stack.block("Edge");
  const byName = config.rollout.router === "dns";
  const entries = byName ? balancers(edge, groups, ground, logs) : undefined;
  const first = entries?.blue ?? balancer(edge, groups, ground, logs);
  if (config.firewall) {
    const balancers = entries ? { blue: entries.blue.arn, green: entries.green.arn } : { balancer: first.arn };
    firewall(edge, { ...config.firewall, balancers, key: keyArns.logs, days: logRetention });
  }
  const sides = chain(stack, config, environment, first.group, ground.vpcId);
  const reached = reachable(stack.block("Dns"), environment, first, { record: byName ? "elsewhere" : "only" });
  const notices = topic(stack.block("Alerts"), "notices", keyArns.notices, emails);
  const output = (name: string, value: Value<string>, what: string) => stack.output(name, value, what);
  output("LogBucketName", ref(logs), "Bucket of the access logs");
  return {
    vpcId: output("VpcId", ground.vpcId, "The network"),
    privateSubnetIds: ground.privateSubnetIds.map((id, at) => output(`PrivateSubnet${at + 1}Id`, id, `Private subnet in zone ${at + 1}`)),
    // The network itself names them in the outputs.
    isolatedSubnetIds: ground.privateSubnetIds.map((_, at) => fromStack(stack, `IsolatedSubnet${at + 1}Id`)),
    entry: entries
      ? { of: "each", each: { blue: offered(stack, entries.blue, "Blue"), green: offered(stack, entries.green, "Green") } }
      : { of: "both", both: offered(stack, first, "") },
    groupIds: {
      app: output("AppGroupId", sides.app.groupId, "Security group of the instances"),
      database: output("DatabaseGroupId", sides.database.groupId, "Security group of the database"),
      proxy: output("ProxyGroupId", sides.proxy.groupId, "Security group of the database's proxy"),
      ...(sides.readers && { readers: output("ReadersGroupId", sides.readers.groupId, "Security group of the copies that answer reads") }),
    },
    keyArns: {
      logs: output("LogsKeyArn", keyArns.logs, "The key of the logs"),
      data: output("DataKeyArn", keyArns.data, "The key of the database"),
      secrets: output("SecretsKeyArn", keyArns.secrets, "The key of the secrets"),
      volumes: output("VolumesKeyArn", keyArns.volumes, "The key of the instances' volumes"),
      releases: output("ReleasesKeyArn", keyArns.releases, "The key of the releases"),
    },
    releases: {
      name: output("ReleasesBucketName", ref(releases), "Bucket that releases come from"),
      arn: output("ReleasesBucketArn", att(releases, "Arn"), "Bucket that releases come from"),
    },
    certificateArn: output("CertificateArn", reached.certificateArn, "The certificate of the listeners"),
    zoneId: reached.zoneId && output("ZoneId", reached.zoneId, "Route 53 zone of the domain"),
    topicArn: output("TopicArn", ref(notices), "Topic of the alarms"),
  };
}

/** Deploys that bring a snapshot of this environment's database take it here themselves. */
function letTake(stack: Draft, config: Config, environment: Environment, keyArn: Value<string>): void {
  const takers = copiersOf(config, environment, ({ migration }) => migration?.snapshot?.bring === true);
  if (takers.length > 0) snapshotTaker(stack.block("Snapshots"), keyArn, takers);
}

/** Other accounts whose databases begin with a snapshot of this environment's, all of them or those of some environments. */
function copiersOf({ environments }: Config, { name, account }: Environment, some = (_: Environment) => true): readonly string[] {
  const copiers = environments.filter((one) => one.migration?.source?.environment === name && one.account !== account && some(one));
  return [...new Set(copiers.map((one) => one.account))];
}

/** A key for each purpose (B13). */
function keysOf(stack: Draft, { database, firewall: guarded }: Config, copiers: readonly string[]) {
  const { site } = stack;
  const logs = [
    usedByLogs(site),
    usedByDatabaseLogs(site, database),
    ...(guarded ? [usedByFirewallLog(stack.block("Edge"), "balancer")] : []),
  ];
  const block = stack.block("Encryption");
  const made = {
    logs: key(block, "logs", "Encrypts the logs of this environment", logs),
    notices: key(block, "notices", "Encrypts what people are told", [usedByPublishers(site, publishers)]),
    data: key(block, "data", "Encrypts the database and its backups", [usedByCopies(site, copiers)]),
    secrets: key(block, "secrets", "Encrypts the secrets of this environment"),
    volumes: key(block, "volumes", "Encrypts the volumes of the instances", [usedByInstances(site)]),
    releases: key(block, "releases", "Encrypts the releases"),
  };
  const arnOf = (purpose: keyof typeof made) => att(made[purpose], "Arn");
  return {
    logs: arnOf("logs"),
    notices: arnOf("notices"),
    data: arnOf("data"),
    secrets: arnOf("secrets"),
    volumes: arnOf("volumes"),
    releases: arnOf("releases"),
  };
}

/** Who reaches whom (B12): the load balancer the instances, those the database or its proxy, one another only on a port that is asked for. */
function chain(stack: Draft, config: Config, environment: Environment, entry: Side, vpcId: Value<string>) {
  const groups = stack.block("Groups");
  const [{ name, port, compute }] = config.services;
  const app = securityGroup(groups, vpcId, name, "The instances of the service");
  const data = securityGroup(groups, vpcId, "database", "The database");
  const proxy = securityGroup(groups, vpcId, "proxy", "The proxy before the database");
  connect(groups, entry, app, port, "Requests from the load balancer");
  letOutToServices(groups, app, "HTTPS to AWS and to other services", config.network.ipv6);
  if (compute?.kind === "ec2" && compute.peerPort !== undefined)
    connect(groups, app, app, compute.peerPort, "Instances talk to one another");
  if (config.database) {
    const at = portOf(config.database);
    const { source } = environment.migration ?? {};
    if (config.database.proxy) {
      connect(groups, app, proxy, usualPort(config.database), "Queries by way of the proxy");
      connect(groups, proxy, data, at, "Queries from the proxy");
    } else connect(groups, app, data, at, "Queries");
    if (source) letOut(groups, app, "the source", source.port ?? at, source.cidr, "Queries to the database before the migration");
    if (environment.link)
      for (const other of linkedWith(config, environment).askedBy)
        letIn(groups, data, other.name, at, other.cidr, `Queries of ${other.name} before its migration`);
  }
  const readers = config.database && wayToReaders(groups, vpcId, config.database, app);
  return { app, database: data, proxy, readers };
}

function offered(stack: Draft, entry: Entry, colour: "" | "Blue" | "Green"): EntryOutputs {
  const of = colour === "" ? "the load balancer" : `the load balancer of ${colour.toLowerCase()}`;
  return {
    arn: stack.output(`${colour}BalancerArn`, entry.arn, `ARN of ${of}`),
    fullName: stack.output(`${colour}BalancerFullName`, entry.fullName, `Name of ${of} in its metrics`),
    dnsName: fromStack(stack, `${colour}BalancerDnsName`),
    zoneId: fromStack(stack, `${colour}BalancerZoneId`),
    dualstack: entry.dualstack,
  };
}
