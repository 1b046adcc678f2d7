import {
  CreateDeploymentCommand,
  DeploymentAlreadyCompletedException,
  type DeploymentInfo,
  DeploymentLimitExceededException,
  type ECSTarget,
  type LifecycleEvent,
  StopDeploymentCommand,
} from "@aws-sdk/client-codedeploy";
import type { Service } from "@aws-sdk/client-ecs";
import { commandLine } from "../../base/commands.ts";
import type { Clock } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import { type Busy, type Driver, inTheWay, type Order, type Running } from "../../ports/driver.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import { type DeploymentGroup, deploymentOf, deploymentsSince, goesOn, goingOn, targetOf } from "./deployments.ts";
import { type DrivenService, describeService, noting, revisionsOf, runningAs, shareOf, type Way, waiting } from "./driven-service.ts";
import { asked } from "./failure.ts";

/** A service of ECS that a deployment group of CodeDeploy deploys to. */
export interface CodeDeployed extends DrivenService, DeploymentGroup {
  readonly clock: Pick<Clock, "now">;
  /** Where the container listens. */
  readonly port: number;
}

/**
 * Has CodeDeploy move the callers, in the steps of its deployment group. A deployment says in its description for which release it is, so that
 * whoever goes on finds it, and CodeDeploy itself lets no second one begin beside it (CodeDeploy API reference, CreateDeployment:
 * DeploymentLimitExceededException). Until the old task set is ended, stopping gives it back its callers at once; after that the old version is
 * deployed again, in the same steps.
 */
export function codeDeployDriver(given: CodeDeployed): Driver {
  return {
    name: "CodeDeploy",
    live: () => asked("look at what is live", () => live(given)),
    deploy: (order) => asked(`have CodeDeploy deploy ${order.candidate.artifact.version}`, () => deploy(given, order)),
    settle: (order) => asked("look at the deployment", () => settle(given, order)),
    back: (order) => asked(`have CodeDeploy go back to ${order.live.artifact.version}`, () => back(given, order)),
  };
}

async function live(given: CodeDeployed): Promise<Running | Busy> {
  const [other] = await goingOn(given);
  if (other) return busy(given, other);
  const service = await describeService(given);
  const { taskDefinition = "", computedDesiredCount, ...set } = primaryOf(service) ?? {};
  const group = set.loadBalancers?.[0]?.targetGroupArn;
  const known = revisionsOf(given, taskDefinition);
  return runningAs(given, known, { definitionArn: taskDefinition, group, count: computedDesiredCount ?? service.desiredCount ?? 0 });
}

async function deploy(given: CodeDeployed, order: Order): Promise<Result | Busy> {
  const ours = await find(given, order, "there");
  if (!ours) return inTheWay(order, await live(given)) ?? create(given, order, "there", order.candidate.artifact);
  if (ours.status === "Succeeded") return done;
  const target = await targetOf(given, idOf(ours), targetId(given));
  if (!goesOn(ours)) return turnedBack(ours, target);
  return event(target, "AllowTraffic")?.status === "Succeeded" ? done : under(given, order, ours, target);
}

async function settle(given: CodeDeployed, order: Order): Promise<Result> {
  const ours = await find(given, order, "there");
  if (!ours) return { is: "failed", because: "CodeDeploy knows nothing of the deployment any more" };
  if (ours.status === "Succeeded") return done;
  const target = await targetOf(given, idOf(ours), targetId(given));
  if (!goesOn(ours)) return turnedBack(ours, target);
  return waiting(`CodeDeploy ${idOf(ours)} keeps ${order.live.slot} for a while`);
}

async function back(given: CodeDeployed, order: Order): Promise<Result> {
  const there = await find(given, order, "there");
  if (!there) return done;
  if (goesOn(there)) return stop(given, order, there);
  const again = await find(given, order, "back");
  if (again && goesOn(again)) return under(given, order, again, await targetOf(given, idOf(again), targetId(given)));
  const other = (await ownRollback(given, there)) ?? (await goingOn(given))[0];
  if (other) return waiting(`CodeDeploy ${idOf(other)} gives ${order.live.slot} its callers again`);
  if (await isBack(given, order)) return done;
  if (again) return turnedBack(again, await targetOf(given, idOf(again), targetId(given)));
  return rollbackIsDue(given, order, there) ?? create(given, order, "back", order.live.artifact);
}

/** The deployment by which CodeDeploy itself rolls back one that failed or was stopped, while it goes on (API reference, RollbackInfo). */
async function ownRollback(given: CodeDeployed, { rollbackInfo }: DeploymentInfo): Promise<DeploymentInfo | undefined> {
  const id = rollbackInfo?.rollbackDeploymentId;
  const own = id === undefined ? undefined : await deploymentOf(given, id);
  return own && goesOn(own) ? own : undefined;
}

/** It begins a moment after the other has ended. Two at once would undo each other's work; without end nobody waits for one that never comes. */
function rollbackIsDue({ clock }: CodeDeployed, { noted = "" }: Order, there: DeploymentInfo): Pending | undefined {
  if (there.status === "Succeeded" || there.rollbackInfo?.rollbackDeploymentId !== undefined) return undefined;
  const [, since] = dueSince.exec(noted) ?? [];
  if (since === undefined)
    return noting(`CodeDeploy ${idOf(there)}: ended, and its own rollback is due since ${new Date(clock.now()).toISOString()}`);
  return clock.now() - Date.parse(since) < rollbackWithin ? waiting(noted) : undefined;
}

const dueSince = /own rollback is due since (\S+)$/;
const rollbackWithin = 60_000;

const descriptionOf = ({ release }: Order, way: Way): string => `Sluice ${release}${way === "back" ? ", back" : ""}`;

/** The deployment of an order, by its id where that is noted; those that CodeDeploy makes to roll back are its own. */
async function find(given: CodeDeployed, order: Order, way: Way): Promise<DeploymentInfo | undefined> {
  const is = ({ description, creator }: DeploymentInfo) => creator === "user" && description === descriptionOf(order, way);
  const id = idIn(order.noted);
  const known = id === undefined ? undefined : await deploymentOf(given, id);
  return known && is(known) ? known : (await deploymentsSince(given, order.since)).find(is);
}

const idIn = (note = ""): string | undefined => /^CodeDeploy (d-\S+?):?(?: |$)/.exec(note)?.[1];

async function create(given: CodeDeployed, order: Order, way: Way, artifact: Artifact): Promise<Pending> {
  const { codedeploy, application, deploymentGroup, container, port } = given;
  const { taskDefinition = "" } = primaryOf(await describeService(given)) ?? {};
  const revision = await revisionsOf(given, taskDefinition).of(artifact, order.release);
  const content = JSON.stringify(specOf(revision.arn, container, port));
  try {
    const { deploymentId = "" } = await codedeploy.send(
      new CreateDeploymentCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
        description: descriptionOf(order, way),
        revision: { revisionType: "AppSpecContent", appSpecContent: { content } },
      }),
    );
    return noting(`CodeDeploy ${deploymentId}: begun`);
  } catch (error) {
    if (error instanceof DeploymentLimitExceededException) return waiting("CodeDeploy has begun another deployment");
    throw error;
  }
}

/** CodeDeploy User Guide, "AppSpec 'resources' section for Amazon ECS deployments". */
const specOf = (definitionArn: string, container: string, port: number) => ({
  version: 0.0,
  Resources: [
    {
      TargetService: {
        Type: "AWS::ECS::Service",
        Properties: { TaskDefinition: definitionArn, LoadBalancerInfo: { ContainerName: container, ContainerPort: port } },
      },
    },
  ],
});

/** Also where its copies are the service's own again, some callers may still be elsewhere. */
async function isBack(given: CodeDeployed, { live, candidate }: Order): Promise<boolean> {
  const primary = primaryOf(await describeService(given));
  return primary?.loadBalancers?.[0]?.targetGroupArn === given.groups[live.slot] && (await shareOf(given, candidate.slot)) === 0;
}

async function stop({ codedeploy }: CodeDeployed, { noted }: Order, deployment: DeploymentInfo): Promise<Pending> {
  const told = `CodeDeploy ${idOf(deployment)}: told to stop and roll back`;
  if (noted === told) return waiting(told);
  try {
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: idOf(deployment), autoRollbackEnabled: true }));
  } catch (error) {
    if (!(error instanceof DeploymentAlreadyCompletedException)) throw error;
  }
  return noting(told);
}

/** How far a deployment is, for the ledger and for people. */
async function under(given: CodeDeployed, { candidate }: Order, deployment: DeploymentInfo, target?: ECSTarget): Promise<Pending> {
  const share = await shareOf(given, candidate.slot);
  const at = target?.lifecycleEvents?.findLast(({ status }) => status !== "Pending" && status !== "Skipped");
  const where = at ? `${at.lifecycleEventName} ${at.status}` : (deployment.status ?? "");
  return { ...noting(`CodeDeploy ${idOf(deployment)}: ${where}, ${share} % on ${candidate.slot}`), weight: share };
}

function turnedBack(deployment: DeploymentInfo, target: ECSTarget | undefined): Failed {
  const { errorInformation, status } = deployment;
  const failed = target?.lifecycleEvents?.filter((one) => one.status === "Failed") ?? [];
  return {
    is: "failed",
    because: `CodeDeploy ${idOf(deployment)} ended as ${status}${errorInformation?.message ? `: ${errorInformation.message}` : ""}`,
    details: failed.map(({ lifecycleEventName, diagnostics }) => `${lifecycleEventName}: ${diagnostics?.message ?? "failed"}`),
  };
}

/** AWS CLI Command Reference, "deploy stop-deployment". */
const busy = async ({ codedeploy }: CodeDeployed, other: DeploymentInfo): Promise<Busy> => {
  const at = ["--region", await codedeploy.config.region(), "--deployment-id", idOf(other)];
  return {
    is: "busy",
    because: `CodeDeploy ${idOf(other)} is under way, which is not of this release${other.description ? ` (${other.description})` : ""}`,
    end: commandLine("aws", "deploy", "stop-deployment", ...at, "--auto-rollback-enabled"),
  };
};

const primaryOf = ({ taskSets = [] }: Service) => taskSets.find(({ status }) => status === "PRIMARY");

const event = (target: ECSTarget | undefined, name: string): LifecycleEvent | undefined =>
  target?.lifecycleEvents?.find(({ lifecycleEventName }) => lifecycleEventName === name);

const idOf = ({ deploymentId = "" }: DeploymentInfo): string => deploymentId;

/** CodeDeploy API reference, BatchGetDeploymentTargets: targetIds. */
const targetId = ({ cluster, service }: CodeDeployed): string => `${cluster}:${service}`;
