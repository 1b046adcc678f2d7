import {
  DescribeServiceDeploymentsCommand,
  ConflictException as MayNotBeStopped,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { commandLine } from "../../base/commands.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Busy, type Driver, inTheWay, type Order, type Running } from "../../ports/driver.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import {
  type DrivenService,
  describeService,
  madeSince,
  noting,
  revisionsOf,
  runningAs,
  shareOf,
  type Way,
  waiting,
} from "./driven-service.ts";
import { asked } from "./failure.ts";
import { serviceDeploymentsOf, serviceRevisionsAt } from "./service-deployments.ts";

/** States from which a deployment still goes on (Amazon ECS Developer Guide, "View service history using Amazon ECS service deployments"). */
const forwards: readonly ServiceDeploymentStatus[] = ["PENDING", "IN_PROGRESS"];
const backwards: readonly ServiceDeploymentStatus[] = ["STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"];

/**
 * Has ECS move the callers, by the strategy of the service. A revision of the task definition says by a label for which release it is, so that
 * whoever goes on finds the deployment that brings it. ECS lists a deployment a moment after it was told; until then the service's own task
 * definition says so. Until the old copies are gone, stopping gives them back their callers; after that the old version is deployed again.
 */
export function nativeDriver(given: DrivenService): Driver {
  return {
    name: "ECS",
    live: () => asked("look at what is live", () => live(given)),
    deploy: (order) => asked(`have ECS deploy ${order.candidate.artifact.version}`, () => deploy(given, order)),
    settle: (order) => asked("look at the deployment", () => settle(given, order)),
    back: (order) => asked(`have ECS go back to ${order.live.artifact.version}`, () => back(given, order)),
  };
}

async function live(given: DrivenService): Promise<Running | Busy> {
  const [other] = await serviceDeploymentsOf(given, { status: [...forwards, ...backwards] });
  if (other) return busy(given, other);
  const { currentServiceRevisions: [current] = [], desiredCount = 0 } = await describeService(given);
  const [revision] = current?.arn === undefined ? [] : await serviceRevisionsAt(given, [current.arn]);
  const definitionArn = revision?.taskDefinition ?? "";
  const group = revision?.resolvedConfiguration?.loadBalancers?.[0]?.targetGroupArn;
  return runningAs(given, revisionsOf(given, definitionArn), { definitionArn, group, count: desiredCount });
}

async function deploy(given: DrivenService, order: Order): Promise<Result | Busy> {
  const ours = await find(given, order, "there");
  if (!ours) {
    const told = await isTold(given, order, "there");
    return (told ? undefined : inTheWay(order, await live(given))) ?? tell(given, order, "there", order.candidate.artifact);
  }
  if (ours.status === "SUCCESSFUL") return done;
  if (!isIn(forwards, ours)) return turnedBack(ours);
  return ours.lifecycleStage === "BAKE_TIME" || ours.lifecycleStage === "CLEAN_UP" ? done : under(given, order, ours);
}

async function settle(given: DrivenService, order: Order): Promise<Result> {
  const ours = await find(given, order, "there");
  if (!ours) return { is: "failed", because: "ECS knows nothing of the deployment any more" };
  if (ours.status === "SUCCESSFUL") return done;
  return isIn(forwards, ours) ? waiting(`ECS ${idOf(ours)} keeps ${order.live.slot} for a while`) : turnedBack(ours);
}

async function back(given: DrivenService, order: Order): Promise<Result> {
  const there = await find(given, order, "there");
  if (!there) return (await isTold(given, order, "there")) ? waiting("ECS lists the deployment in a moment") : done;
  if (isIn(forwards, there)) return stop(given, there);
  if (isIn(backwards, there)) return under(given, order, there);
  if (there.status === "ROLLBACK_SUCCESSFUL") return done;
  const again = await find(given, order, "back");
  if (!again) return tell(given, order, "back", order.live.artifact);
  if (again.status === "SUCCESSFUL") return done;
  return isIn(forwards, again) ? under(given, order, again) : turnedBack(again);
}

const labelOf = ({ release }: Order, way: Way): string => (way === "back" ? `${release}, back` : release);

/** The deployment of an order, by the label of what it deploys. */
async function find(given: DrivenService, order: Order, way: Way): Promise<ServiceDeployment | undefined> {
  const briefs = await serviceDeploymentsOf(given, { after: madeSince(order.since) });
  const arns = briefs.flatMap(({ targetServiceRevisionArn: arn }) => (arn === undefined ? [] : [arn]));
  for (const { serviceRevisionArn, taskDefinition = "" } of await serviceRevisionsAt(given, [...new Set(arns)])) {
    if ((await revisionsOf(given, taskDefinition).read(taskDefinition)).release !== labelOf(order, way)) continue;
    const brief = briefs.find(({ targetServiceRevisionArn: arn }) => arn === serviceRevisionArn);
    return brief && described(given, brief.serviceDeploymentArn ?? "");
  }
  return undefined;
}

async function isTold(given: DrivenService, order: Order, way: Way): Promise<boolean> {
  const { taskDefinition = "" } = await describeService(given);
  return (await revisionsOf(given, taskDefinition).read(taskDefinition)).release === labelOf(order, way);
}

async function tell(given: DrivenService, order: Order, way: Way, artifact: Artifact): Promise<Pending> {
  const { ecs, cluster, service } = given;
  if (!(await isTold(given, order, way))) {
    const { taskDefinition = "" } = await describeService(given);
    const revision = await revisionsOf(given, taskDefinition).of(artifact, labelOf(order, way));
    await ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: revision.arn }));
  }
  return noting(`ECS is told to deploy ${artifact.version}`);
}

async function stop({ ecs }: DrivenService, deployment: ServiceDeployment): Promise<Pending> {
  const serviceDeploymentArn = deployment.serviceDeploymentArn;
  try {
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof MayNotBeStopped)) throw error;
  }
  return noting(`ECS ${idOf(deployment)}: told to roll back`);
}

async function under(given: DrivenService, { candidate }: Order, deployment: ServiceDeployment): Promise<Pending> {
  const share = await shareOf(given, candidate.slot);
  const where = isIn(forwards, deployment) ? (deployment.lifecycleStage ?? deployment.status) : deployment.status;
  return { ...noting(`ECS ${idOf(deployment)}: ${where}, ${share} % on ${candidate.slot}`), weight: share };
}

const turnedBack = (deployment: ServiceDeployment): Failed => ({
  is: "failed",
  because: `ECS ${idOf(deployment)} ended as ${deployment.status}${deployment.statusReason ? `: ${deployment.statusReason}` : ""}`,
  details: (deployment.alarms?.triggeredAlarmNames ?? []).map((name) => `the alarm ${name} fired`),
});

async function described({ ecs }: DrivenService, arn: string): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments: [found] = [] } = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  return found;
}

const isIn = (states: readonly ServiceDeploymentStatus[], { status }: ServiceDeployment): boolean =>
  status !== undefined && states.includes(status);

const idOf = ({ serviceDeploymentArn = "" }: ServiceDeploymentBrief): string => serviceDeploymentArn.split("/").at(-1) ?? "";

/** AWS CLI Command Reference, "ecs stop-service-deployment". What goes back already is stopped by nobody. */
const busy = async ({ ecs }: DrivenService, other: ServiceDeploymentBrief): Promise<Busy> => {
  const at = ["--region", await ecs.config.region(), "--service-deployment-arn", other.serviceDeploymentArn ?? ""];
  return {
    is: "busy",
    because: `ECS ${idOf(other)} is under way, which is not of this release`,
    ...(isIn(forwards, other) && { end: commandLine("aws", "ecs", "stop-service-deployment", ...at, "--stop-type", "ROLLBACK") }),
  };
};
