import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeploymentBrief,
  type ServiceDeploymentStatus,
  type ServiceRevision,
} from "@aws-sdk/client-ecs";

interface Of {
  readonly ecs: ECSClient;
  readonly cluster: string;
  readonly service: string;
}

/** Which of them: all that ECS remembers where nothing is said. */
interface Which {
  readonly status?: readonly ServiceDeploymentStatus[];
  readonly after?: Date;
}

/** The deployments of a service, in no order that is told; ECS lists 20 at a time (Amazon ECS API Reference, ListServiceDeployments). */
export async function serviceDeploymentsOf({ ecs, cluster, service }: Of, which: Which = {}): Promise<readonly ServiceDeploymentBrief[]> {
  const { status, after } = which;
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListServiceDeploymentsCommand({
        cluster,
        service,
        ...(status && { status: [...status] }),
        ...(after && { createdAt: { after } }),
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Amazon ECS API Reference, DescribeServiceRevisions. */
const atOnce = 20;

/** What was deployed, by the ARNs of its revisions. */
export async function serviceRevisionsAt({ ecs }: Pick<Of, "ecs">, arns: readonly string[]): Promise<readonly ServiceRevision[]> {
  const found: ServiceRevision[] = [];
  for (let from = 0; from < arns.length; from += atOnce) {
    const serviceRevisionArns = arns.slice(from, from + atOnce);
    found.push(...((await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }))).serviceRevisions ?? []));
  }
  return found;
}
