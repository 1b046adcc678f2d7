import {
  type AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type Instance as GroupInstance,
  ResourceContentionFault,
  ScalingActivityInProgressFault,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { Slot } from "../../base/outcome.ts";
import { type Clock, duration, type Instant, instant } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Fleet, type FleetStatus, type InstanceHealth, nothingRuns } from "../../ports/fleet.ts";
import { done, type Pending, type Result } from "../../ports/step-result.ts";
import { asked, isGone, type Standing } from "./failure.ts";
import { lossesOf } from "./losses.ts";
import { releaseAt } from "./released.ts";
import { targetHealthOf } from "./targets.ts";

/** Two auto-scaling groups, one for each slot, whose instances look up when they start which release is theirs. */
export interface SlotGroups {
  readonly autoscaling: AutoScalingClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ssm: SSMClient;
  readonly clock: Clock;
  readonly environment: string;
  readonly fleets: Readonly<Record<Slot, string>>;
  readonly groups: Readonly<Record<Slot, string>>;
  /** Names of the parameters that say where a slot's release is. */
  readonly parameters: Readonly<Record<Slot, string>>;
  /** The fewest instances of a slot that is live, and how many it may grow to. */
  readonly least: Readonly<Record<Slot, number>>;
  readonly most: Readonly<Record<Slot, number>>;
}

/** Instances come and go in minutes. */
const lookAgainIn = duration(10_000);

/** A version that lost this many instances, and has not all that it needs, does not come up. */
const mostLosses = 3;

/** How far back a lost instance counts: a slot may have been started weeks ago. */
const recently = 3_600_000;

/**
 * Runs versions on EC2 instances. An artifact is an archive in Amazon S3: the slot's parameter names it, and changes only while the slot has no
 * instance, so that all that runs in a slot is what its parameter says. The parameter's date is when the slot was started. Machines are the
 * deploy's affair, versions and sizes the release's (ADR 0015). Requests under way are not known: an instance that goes is drained by its
 * target group first (Amazon EC2 Auto Scaling User Guide, "Attach an Elastic Load Balancing load balancer to your Auto Scaling group").
 */
export function groupFleet(given: SlotGroups): Fleet {
  const seen: Seen = { blue: undefined, green: undefined };
  const of = (slot: Slot) => standing(given, slot);
  return {
    status: (slot) => asked(`look at ${slot}`, () => statusOf(given, seen, slot), of(slot)),
    start: (slot, artifact, count) => asked(`start ${artifact.version} in ${slot}`, () => start(given, slot, artifact, count), of(slot)),
    stop: (slot) => asked(`stop ${slot}`, () => stop(given, slot), of(slot)),
    scaling: {
      hold: (slot) => asked(`keep the instances of ${slot}`, () => hold(given, slot), of(slot)),
      free: (slot) => asked(`let ${slot} scale`, async () => (await update(given, slot, { MinSize: given.least[slot] })) ?? done, of(slot)),
    },
  };
}

const standing = ({ environment, groups, parameters }: SlotGroups, slot: Slot): Standing => ({
  environment,
  of: { TargetGroup: groups[slot], Parameter: parameters[slot] },
});

async function start(given: SlotGroups, slot: Slot, { file, version }: Artifact, count: number): Promise<Result> {
  const { address, wanted, alive, startedAt } = await look(given, slot);
  if (address !== file && (wanted > 0 || alive.length > 0)) {
    if (wanted > 0) await resize(given, slot, 0);
    return waiting(`${address} leaves ${slot}`);
  }
  if (wanted === 0) {
    // Also where it says so already: its date tells what was lost since from what was lost before.
    await given.ssm.send(new PutParameterCommand({ Name: given.parameters[slot], Value: file, Type: "String", Overwrite: true }));
    return (await resize(given, slot, count)) ?? waiting(`${version} is starting in ${slot}`);
  }
  if (wanted !== count) return (await resize(given, slot, count)) ?? waiting(`${slot} goes from ${wanted} to ${count} instances`);
  const { health, lost } = await wellbeing(given, slot, startedAt);
  const healthy = alive.filter((one) => healthOf(one, health) === "healthy").length;
  if (healthy >= count && alive.length === count) return done;
  if (lost.length >= mostLosses)
    return { is: "failed", because: `${version} does not come up: ${lost.length} instances were lost`, details: linesOf(lost) };
  return waiting(`${healthy} of ${count} instances in ${slot} are healthy`);
}

/** What the load balancer says of the instances of a slot, and what was lost of those lately. */
async function wellbeing({ autoscaling, elb, clock, fleets, groups }: SlotGroups, slot: Slot, startedAt: Instant) {
  const since = instant(Math.max(startedAt, clock.now() - recently));
  const [health, lost] = await Promise.all([targetHealthOf({ elb, group: groups[slot] }), lossesOf(autoscaling, fleets[slot], since)]);
  return { health, lost };
}

async function stop(given: SlotGroups, slot: Slot): Promise<Result> {
  const { wanted, instances } = await groupOf(given, slot);
  const busy = wanted > 0 ? await resize(given, slot, 0) : undefined;
  if (busy) return busy;
  return wanted === 0 && instances.length === 0 ? done : waiting(`${instances.length} instances in ${slot} finish their requests`);
}

async function hold(given: SlotGroups, slot: Slot): Promise<Result> {
  const { wanted } = await groupOf(given, slot);
  return (await update(given, slot, { MinSize: wanted })) ?? done;
}

async function statusOf(given: SlotGroups, seen: Seen, slot: Slot): Promise<FleetStatus> {
  const { wanted, instances, alive } = await groupOf(given, slot);
  if (wanted === 0 && instances.length === 0) return nothingRuns;
  const { address, startedAt } = await namedFor(given, seen, slot, instances);
  const { health, lost } = await wellbeing(given, slot, startedAt);
  const { digest, version } = releaseAt(address) ?? { digest: undefined, version: undefined };
  // A group puts a new instance in place of one that it lost, and no instance knows of those before it.
  const restarts = Math.ceil(lost.length / Math.max(1, wanted));
  const told = alive.map((one) => ({ id: one.InstanceId ?? "", health: healthOf(one, health), restarts }));
  return { digest, version, wanted, instances: told.sort((a, b) => (a.id < b.id ? -1 : 1)), inFlight: 0, trouble: linesOf(lost) };
}

/** What a slot's parameter says. */
interface Named {
  /** Where the slot's release is. */
  readonly address: string;
  readonly startedAt: Instant;
}

interface Group {
  readonly wanted: number;
  /** All that the group still has, and of those the ones that do not leave it. */
  readonly instances: readonly GroupInstance[];
  readonly alive: readonly GroupInstance[];
}

/** The subnets that a group starts its instances in (Amazon EC2 Auto Scaling API reference, AutoScalingGroup: VPCZoneIdentifier). */
export async function subnetsOfGroup(client: AutoScalingClient, group: string): Promise<readonly string[]> {
  return await asked(`look where ${group} starts its instances`, async () => {
    const { AutoScalingGroups: [found] = [] } = await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }));
    return found?.VPCZoneIdentifier?.split(",").filter((id) => id !== "") ?? [];
  });
}

/** Whoever is to start something looks at both anew. */
async function look(given: SlotGroups, slot: Slot): Promise<Named & Group> {
  const [group, named] = await Promise.all([groupOf(given, slot), namedIn(given, slot)]);
  return { ...group, ...named };
}

async function groupOf({ autoscaling, environment, fleets }: SlotGroups, slot: Slot): Promise<Group> {
  const { AutoScalingGroups: [group] = [] } = await autoscaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [fleets[slot]] }),
  );
  if (!group) throw isGone(`auto-scaling group ${fleets[slot]}`, environment);
  const { Instances: instances = [], DesiredCapacity: wanted = 0 } = group;
  return { wanted, instances, alive: instances.filter(({ LifecycleState = "" }) => !/^(Terminat|Detach)/.test(LifecycleState)) };
}

async function namedIn({ ssm, parameters }: SlotGroups, slot: Slot): Promise<Named> {
  const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: parameters[slot] }));
  return { address: parameter?.Value ?? "", startedAt: instant(parameter?.LastModifiedDate?.getTime() ?? 0) };
}

/** By slot, what its parameter said when all of its instances were in service, and those: each has looked it up before. */
type Seen = Record<Slot, { readonly named: Named; readonly by: ReadonlySet<string> } | undefined>;

/**
 * What the instances of a slot run: an instance looks it up once, when it starts. While none is there that was not in service when the parameter
 * was last read, whatever it says by now is of no instance, and nobody has to ask.
 */
async function namedFor(given: SlotGroups, seen: Seen, slot: Slot, instances: readonly GroupInstance[]): Promise<Named> {
  const known = seen[slot];
  if (known && instances.every(({ InstanceId = "" }) => known.by.has(InstanceId))) return known.named;
  const named = await namedIn(given, slot);
  const by = instances.flatMap(({ InstanceId = "", LifecycleState }) => (LifecycleState === "InService" ? [InstanceId] : []));
  seen[slot] = { named, by: new Set(by) };
  return named;
}

/** As the load balancer sees an instance that is in service. */
function healthOf(
  { InstanceId = "", LifecycleState }: GroupInstance,
  health: ReadonlyMap<string, "healthy" | "unhealthy">,
): InstanceHealth {
  return LifecycleState === "InService" ? (health.get(InstanceId) ?? "starting") : "starting";
}

/** The fewest instances are as many as there are to be, so that scaling takes none of them; one that rests cannot grow. */
function resize(given: SlotGroups, slot: Slot, count: number): Promise<Pending | undefined> {
  const MaxSize = count === 0 ? 0 : Math.max(count, given.most[slot]);
  return update(given, slot, { MinSize: count, MaxSize, DesiredCapacity: count });
}

type Sizes = Pick<UpdateAutoScalingGroupCommandInput, "MinSize" | "MaxSize" | "DesiredCapacity">;

async function update({ autoscaling, fleets }: SlotGroups, slot: Slot, sizes: Sizes): Promise<Pending | undefined> {
  try {
    await autoscaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: fleets[slot], ...sizes }));
    return undefined;
  } catch (error) {
    const busy = error instanceof ScalingActivityInProgressFault || error instanceof ResourceContentionFault;
    if (busy) return waiting(`${fleets[slot]} is being changed: ${error.message}`);
    throw error;
  }
}

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });

const linesOf = (lost: readonly string[]): readonly string[] => [...new Set(lost)].slice(0, 5);
