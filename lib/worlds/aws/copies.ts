import { DescribeTasksCommand, type ECSClient, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { InstanceHealth } from "../../ports/fleet.ts";
import { targetHealthOf } from "./targets.ts";

/** One task of a service, as the load balancer sees it. */
export interface Copy {
  readonly id: string;
  readonly definitionArn: string;
  readonly health: InstanceHealth;
  /** Of the image that it runs, in hexadecimal. */
  readonly digest: string | undefined;
}

/** A task that ended by itself or was ended for not being well. */
export interface Crash {
  readonly definitionArn: string;
  /** When the task was made, by ECS's clock. */
  readonly madeAt: number;
  readonly because: string;
}

/** Those of a revision in one of its deployments: the same one may have been tried before within the hour. */
export const crashesSince = (crashes: readonly Crash[], definitionArn: string, since: Date | undefined): readonly Crash[] =>
  crashes.filter((crash) => crash.definitionArn === definitionArn && crash.madeAt >= Number(since ?? 0));

interface Of {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cluster: string;
  readonly service: string;
  readonly group: string;
  readonly container: string;
}

/** What was seen of a service's tasks before, so that what cannot have changed since is not asked for again. */
export interface Seen {
  /** Tasks that run, by their ARN: their address and image stay. */
  tasks: ReadonlyMap<string, Task>;
  crashes: readonly Crash[] | undefined;
}

/** Of a service that nobody looked at. */
export const unseen = (): Seen => ({ tasks: new Map(), crashes: undefined });

/** The copies of a service, and what crashed. While the same tasks run as before, and as many as are wanted, none can have. */
export async function lookAt(
  of: Of,
  wanted: number,
  seen = unseen(),
): Promise<{ readonly copies: readonly Copy[]; readonly crashes: readonly Crash[] }> {
  const before = seen.tasks;
  const [tasks, health] = await Promise.all([runningOf(of, before), targetHealthOf(of)]);
  const settled = tasks.flatMap((task) => (isSettled(task, of) ? [[task.taskArn ?? "", task] as const] : []));
  seen.tasks = new Map(settled);
  const same = before.size === tasks.length && tasks.every(({ taskArn = "" }) => before.has(taskArn));
  const whole = tasks.length > 0 && tasks.length >= wanted;
  const crashes = (same && whole ? seen.crashes : undefined) ?? (await crashesOf(of));
  seen.crashes = crashes;
  return { copies: copiesOf(of, tasks, health), crashes };
}

/** From then on nothing of it changes until it stops. */
function isSettled({ lastStatus, containers = [] }: Task, { container }: Of): boolean {
  const app = containers.find(({ name }) => name === container);
  return lastStatus === "RUNNING" && app?.imageDigest !== undefined && app.networkInterfaces?.[0]?.privateIpv4Address !== undefined;
}

async function runningOf(of: Of, known: ReadonlyMap<string, Task>): Promise<readonly Task[]> {
  const arns = await arnsOf(of, "RUNNING");
  const told = await describe(
    of,
    arns.filter((arn) => !known.has(arn)),
  );
  return [...arns.flatMap((arn) => known.get(arn) ?? []), ...told];
}

/** The tasks that run or are to run. */
function copiesOf(of: Of, tasks: readonly Task[], health: Awaited<ReturnType<typeof targetHealthOf>>): readonly Copy[] {
  return tasks.map((task) => {
    const app = task.containers?.find(({ name }) => name === of.container);
    const address = app?.networkInterfaces?.[0]?.privateIpv4Address ?? "";
    return {
      id: task.taskArn?.split("/").at(-1) ?? "",
      definitionArn: task.taskDefinitionArn ?? "",
      health: health.get(address) ?? "starting",
      digest: app?.imageDigest?.replace("sha256:", ""),
    };
  });
}

/** What ECS remembers of tasks that crashed: those of the last hour (ECS API reference, ListTasks: stopped tasks). */
export async function crashesOf(of: Of): Promise<readonly Crash[]> {
  const tasks = await describe(of, await arnsOf(of, "STOPPED"));
  return tasks.filter(hasCrashed).map((task) => ({
    definitionArn: task.taskDefinitionArn ?? "",
    madeAt: Number(task.createdAt ?? task.stoppedAt),
    because: whyStopped(task, of.container),
  }));
}

/** The scheduler also stops what is one too many; for its health it says so (ECS Developer Guide, "Stopped tasks error messages"). */
const hasCrashed = ({ stopCode, stoppedReason = "" }: Task): boolean =>
  stopCode === "EssentialContainerExited" || stopCode === "TaskFailedToStart" || stoppedReason.includes("health checks");

function whyStopped({ stoppedReason = "a task stopped", containers = [] }: Task, container: string): string {
  const app = containers.find(({ name }) => name === container);
  const exit = app?.exitCode === undefined ? undefined : `exit ${app.exitCode}`;
  return [stoppedReason, app?.reason, exit].filter((part) => part !== undefined).join("; ");
}

async function arnsOf({ ecs, cluster, service }: Of, desiredStatus: "RUNNING" | "STOPPED"): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus, ...(nextToken !== undefined && { nextToken }) }),
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

/** The most that a call takes (ECS API reference, DescribeTasks). */
const atOnce = 100;

async function describe({ ecs, cluster }: Of, arns: readonly string[]): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (let from = 0; from < arns.length; from += atOnce)
    tasks.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns.slice(from, from + atOnce) }))).tasks ?? []));
  return tasks;
}
