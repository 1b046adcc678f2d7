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
  readonly because: string;
}

interface Of {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cluster: string;
  readonly service: string;
  readonly group: string;
  readonly container: string;
}

/** The tasks that run or are to run. */
export async function copiesOf(of: Of): Promise<readonly Copy[]> {
  const [tasks, health] = await Promise.all([tasksOf(of, "RUNNING"), targetHealthOf(of)]);
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
  const tasks = await tasksOf(of, "STOPPED");
  return tasks.filter(hasCrashed).map((task) => ({ definitionArn: task.taskDefinitionArn ?? "", because: whyStopped(task, of.container) }));
}

/** The scheduler also stops what is one too many; for its health it says so (ECS Developer Guide, "Stopped tasks error messages"). */
const hasCrashed = ({ stopCode, stoppedReason = "" }: Task): boolean =>
  stopCode === "EssentialContainerExited" || stopCode === "TaskFailedToStart" || stoppedReason.includes("health checks");

function whyStopped({ stoppedReason = "a task stopped", containers = [] }: Task, container: string): string {
  const app = containers.find(({ name }) => name === container);
  const exit = app?.exitCode === undefined ? undefined : `exit ${app.exitCode}`;
  return [stoppedReason, app?.reason, exit].filter((part) => part !== undefined).join("; ");
}

async function tasksOf({ ecs, cluster, service }: Of, desiredStatus: "RUNNING" | "STOPPED"): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  let nextToken: string | undefined;
  do {
    // A page holds up to 100, and DescribeTasks takes as many.
    const page = await ecs.send(
      new ListTasksCommand({ cluster, serviceName: service, desiredStatus, ...(nextToken !== undefined && { nextToken }) }),
    );
    if (page.taskArns?.length) tasks.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: page.taskArns }))).tasks ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return tasks;
}
