import { type ApplicationAutoScalingClient, RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { DescribeServicesCommand, type ECSClient, type Service, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Slot } from "../../base/outcome.ts";
import { duration } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Fleet, type FleetStatus, nothingRuns } from "../../ports/fleet.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import { type Crash, crashesOf, crashesSince, lookAt, type Seen, unseen } from "./copies.ts";
import { asked, isGone, type Standing } from "./failure.ts";
import type { FoundDatabase } from "./place.ts";
import { type Revision, type Revisions, revisions } from "./revision.ts";
import { serviceDeploymentsOf, serviceRevisionsAt } from "./service-deployments.ts";
import { drainingOf } from "./targets.ts";

/** Two services of ECS, one for each slot, each behind a target group of its own. */
export interface SlotServices {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly scaling: ApplicationAutoScalingClient;
  readonly environment: string;
  readonly cluster: string;
  readonly services: Readonly<Record<Slot, string>>;
  readonly groups: Readonly<Record<Slot, string>>;
  /** The revision that the last deploy made, and the container in it that is the app. */
  readonly definitionArn: string;
  readonly container: string;
  /** The fewest copies of a slot that is live. */
  readonly least: number;
  readonly database?: FoundDatabase;
}

/** Tasks come and go in tens of seconds. */
const lookAgainIn = duration(5_000);

/**
 * Runs versions as tasks of ECS. An artifact is an image: its `file` names it by digest. A version that does not come up is given up by ECS's
 * own circuit breaker (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures"). Requests under way are
 * not known: who stops is drained by its target group first.
 */
export function serviceFleet(given: SlotServices): Fleet {
  const eyes = { revisions: revisions(given), seen: { blue: unseen(), green: unseen() } };
  const of = (slot: Slot) => standing(given, slot);
  return {
    status: (slot) => asked(`look at ${slot}`, () => statusOf(given, eyes, slot), of(slot)),
    start: (slot, artifact, count) =>
      asked(`start ${artifact.version} in ${slot}`, () => start(given, eyes, slot, artifact, count), of(slot)),
    stop: (slot) => asked(`stop ${slot}`, () => stop(given, slot), of(slot)),
    scaling: {
      hold: (slot) => asked(`keep the copies of ${slot}`, async () => floorAt(given, slot, (await look(given, slot)).wanted), of(slot)),
      free: (slot) => asked(`let ${slot} scale`, () => floorAt(given, slot, given.least), of(slot)),
    },
  };
}

const standing = ({ environment, cluster, services, groups }: SlotServices, slot: Slot): Standing => ({
  environment,
  of: { Cluster: cluster, Service: services[slot], TargetGroup: groups[slot] },
});

/** What it remembers: revisions never change, and what was seen of each slot's tasks. */
interface Eyes {
  readonly revisions: Revisions;
  readonly seen: Readonly<Record<Slot, Seen>>;
}

async function start(given: SlotServices, eyes: Eyes, slot: Slot, artifact: Artifact, count: number): Promise<Result> {
  const service = await look(given, slot);
  const { digest, instances } = await seenIn(given, eyes, slot, service);
  if (digest !== artifact.digest || service.wanted === 0) {
    const revision = await eyes.revisions.of(artifact);
    const turnedBack = service.wanted > 0 ? await lastTurnedBack(given, slot) : undefined;
    if (turnedBack?.definitionArn === revision.arn) return givenUp(await crashesIn(given, slot), revision, turnedBack);
    await change(given, slot, count, revision);
    return waiting(`${artifact.version} is starting in ${slot}`);
  }
  if (service.wanted !== count) {
    await change(given, slot, count);
    return waiting(`${slot} goes from ${service.wanted} to ${count} copies`);
  }
  return settled(given, eyes, slot, service, instances);
}

/** Done once ECS calls the deployment complete and the load balancer calls every copy healthy. */
async function settled(
  given: SlotServices,
  eyes: Eyes,
  slot: Slot,
  { of, wanted, definitionArn }: Looked,
  instances: FleetStatus["instances"],
): Promise<Result> {
  const primary = primaryOf(of);
  if (primary?.rolloutState === "FAILED") {
    const { rolloutStateReason: because = "the deployment failed", createdAt: since } = primary;
    return givenUp(await crashesIn(given, slot), await eyes.revisions.read(definitionArn), { because, since });
  }
  const healthy = instances.filter(({ health }) => health === "healthy").length;
  // A deployment that is over has taken away the copies of the version before it.
  const alone = primary?.rolloutState === "COMPLETED" && of.runningCount === wanted && of.pendingCount === 0;
  return healthy >= wanted && alone ? done : waiting(`${healthy} of ${wanted} copies in ${slot} are healthy`);
}

async function stop(given: SlotServices, slot: Slot): Promise<Result> {
  const { wanted, of } = await look(given, slot);
  if (wanted > 0) await change(given, slot, 0);
  const left = (of.runningCount ?? 0) + (of.pendingCount ?? 0);
  const draining = left === 0 && wanted === 0 ? await drainingOf({ elb: given.elb, group: given.groups[slot] }) : left;
  return wanted === 0 && draining === 0 ? done : waiting(`${Math.max(left, draining)} copies in ${slot} finish their requests`);
}

const statusOf = async (given: SlotServices, eyes: Eyes, slot: Slot): Promise<FleetStatus> =>
  seenIn(given, eyes, slot, await look(given, slot));

async function seenIn(
  given: SlotServices,
  { revisions: known, seen }: Eyes,
  slot: Slot,
  { wanted, of, definitionArn }: Looked,
): Promise<FleetStatus> {
  if (wanted === 0 && !of.runningCount && !of.pendingCount) return nothingRuns;
  const [revision, { copies, crashes }] = await Promise.all([known.read(definitionArn), lookAt(placeOf(given, slot), wanted, seen[slot])]);
  const turnedBack = crashes.length > 0 ? await lastTurnedBack(given, slot) : undefined;
  const ours = copies.filter((copy) => copy.definitionArn === definitionArn);
  const crashed = crashesSince(crashes, definitionArn, primaryOf(of)?.createdAt);
  const told = [...crashed, ...(turnedBack ? crashesSince(crashes, turnedBack.definitionArn, turnedBack.since) : [])];
  // ECS makes a new copy in place of one that crashed, and no copy knows of those before it.
  const restarts = Math.ceil(crashed.length / Math.max(1, wanted));
  return {
    digest: revision.digest ?? ours.find((copy) => copy.digest !== undefined)?.digest,
    version: revision.version,
    wanted,
    instances: ours.map(({ id, health }) => ({ id, health, restarts })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    inFlight: 0,
    trouble: linesOf(told),
  };
}

interface Looked {
  readonly of: Service;
  readonly wanted: number;
  readonly definitionArn: string;
}

async function look({ ecs, environment, cluster, services }: SlotServices, slot: Slot): Promise<Looked> {
  const { services: [of] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [services[slot]] }));
  if (of?.status === "ACTIVE") return { of, wanted: of.desiredCount ?? 0, definitionArn: of.taskDefinition ?? "" };
  throw isGone(`service ${services[slot]} in the cluster ${cluster}`, environment);
}

/** The fewest copies first: automatic scaling would put back what it does not know of. */
async function change(given: SlotServices, slot: Slot, count: number, revision?: Revision): Promise<void> {
  const { ecs, cluster, services } = given;
  const service = services[slot];
  await floorAt(given, slot, count);
  await ecs.send(
    new UpdateServiceCommand({
      cluster,
      service,
      desiredCount: count,
      ...(revision && { taskDefinition: revision.arn, forceNewDeployment: true }),
    }),
  );
}

/** How many copies automatic scaling leaves at least. Fewer than run changes nothing at once. */
async function floorAt({ scaling, cluster, services }: SlotServices, slot: Slot, MinCapacity: number): Promise<Result> {
  await scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "ecs",
      ResourceId: `service/${cluster}/${services[slot]}`,
      ScalableDimension: "ecs:service:DesiredCount",
      MinCapacity,
    }),
  );
  return done;
}

/** The revision that ECS gave up, where that was the last thing that happened: then it has put the one before back. */
async function lastTurnedBack(
  { ecs, cluster, services }: SlotServices,
  slot: Slot,
): Promise<(TurnedBack & { readonly definitionArn: string }) | undefined> {
  const deployments = await serviceDeploymentsOf({ ecs, cluster, service: services[slot] });
  const [last] = deployments.toSorted((a, b) => Number(b.createdAt) - Number(a.createdAt));
  if (!last?.status?.startsWith("ROLLBACK") || last.targetServiceRevisionArn === undefined) return undefined;
  const [target] = await serviceRevisionsAt({ ecs }, [last.targetServiceRevisionArn]);
  return {
    definitionArn: target?.taskDefinition ?? "",
    because: last.statusReason ?? "ECS turned the deployment back",
    since: last.createdAt,
  };
}

/** Why a deployment was given up, and when it began. */
interface TurnedBack {
  readonly because: string;
  readonly since: Date | undefined;
}

const primaryOf = ({ deployments = [] }: Service) => deployments.find(({ status }) => status === "PRIMARY");

const placeOf = ({ ecs, elb, cluster, services, groups, container }: SlotServices, slot: Slot) => ({
  ecs,
  elb,
  cluster,
  container,
  service: services[slot],
  group: groups[slot],
});

const crashesIn = (given: SlotServices, slot: Slot): Promise<readonly Crash[]> => crashesOf(placeOf(given, slot));

const linesOf = (crashes: readonly Crash[]): readonly string[] => [...new Set(crashes.map(({ because }) => because))].slice(0, 5);

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });

function givenUp(crashes: readonly Crash[], { arn, version }: Revision, { because, since }: TurnedBack): Failed {
  const details = linesOf(crashesSince(crashes, arn, since));
  return { is: "failed", because: `${version} does not come up: ${because}`, details };
}
