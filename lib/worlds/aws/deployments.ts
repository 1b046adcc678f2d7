import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentInfo,
  DeploymentNotStartedException,
  type DeploymentStatus,
  DeploymentTargetDoesNotExistException,
  type ECSTarget,
  ListDeploymentsCommand,
} from "@aws-sdk/client-codedeploy";
import { madeSince } from "./driven-service.ts";

/** A deployment group of CodeDeploy, by its names. */
export interface DeploymentGroup {
  readonly codedeploy: CodeDeployClient;
  readonly application: string;
  readonly deploymentGroup: string;
}

/** States from which a deployment still goes on (CodeDeploy API reference, DeploymentInfo: status). */
export const going: readonly DeploymentStatus[] = ["Created", "Queued", "InProgress", "Baking", "Ready"];

/** Whether it has not ended. */
export const goesOn = ({ status }: DeploymentInfo): boolean => status !== undefined && going.includes(status);

/** CodeDeploy API reference, BatchGetDeployments: at most 25 at once. */
const atOnce = 25;

/** The deployments of a group that go on, whoever made them. */
export async function goingOn(group: DeploymentGroup): Promise<readonly DeploymentInfo[]> {
  return described(group, await listed(group, { includeOnlyStatuses: [...going] }));
}

/** The deployments of a group since then. */
export async function deploymentsSince(group: DeploymentGroup, since: number): Promise<readonly DeploymentInfo[]> {
  return described(group, await listed(group, { createTimeRange: { start: madeSince(since) } }));
}

/** A deployment by its id; CodeDeploy may list it later. */
export const deploymentOf = async (group: DeploymentGroup, id: string): Promise<DeploymentInfo | undefined> =>
  (await described(group, [id]))[0];

/** What a deployment has come to at the service; undefined before it has begun there. */
export async function targetOf({ codedeploy }: DeploymentGroup, deploymentId: string, target: string): Promise<ECSTarget | undefined> {
  try {
    const { deploymentTargets: [found] = [] } = await codedeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [target] }),
    );
    return found?.ecsTarget;
  } catch (error) {
    if (error instanceof DeploymentNotStartedException || error instanceof DeploymentTargetDoesNotExistException) return undefined;
    throw error;
  }
}

type Which = Pick<ListDeploymentsCommand["input"], "includeOnlyStatuses" | "createTimeRange">;

async function listed({ codedeploy, application, deploymentGroup }: DeploymentGroup, which: Which): Promise<readonly string[]> {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await codedeploy.send(
      new ListDeploymentsCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
        ...which,
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    ids.push(...(page.deployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return ids;
}

async function described({ codedeploy }: DeploymentGroup, ids: readonly string[]): Promise<readonly DeploymentInfo[]> {
  const found: DeploymentInfo[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    const deploymentIds = ids.slice(from, from + atOnce);
    found.push(...((await codedeploy.send(new BatchGetDeploymentsCommand({ deploymentIds }))).deploymentsInfo ?? []));
  }
  return found;
}
