import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import type { Slot } from "../../base/outcome.ts";
import { type Clock, duration, showDuration } from "../../base/time.ts";
import type { Job, Order } from "../../ports/job.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import { asked } from "./failure.ts";
import { familyIn, revisions } from "./revision.ts";

interface TaskJob {
  readonly ecs: ECSClient;
  readonly clock: Clock;
  readonly cluster: string;
  readonly services: Readonly<Record<Slot, string>>;
  readonly definitionArn: string;
  /** The container that is the app. */
  readonly container: string;
}

const lookAgainIn = duration(5_000);

/** ECS forgets a stopped task an hour after its end, at the earliest (Amazon ECS API reference, ListTasks). */
const remembered = duration(30 * 60_000);

/**
 * Runs a command as a task of the candidate's revision, in the network of its slot. Before the task is asked for it is noted that it will be:
 * whoever goes on looks for it among those that run and those that ended. Where ECS tells of none soon after, it is asked for again with the
 * same token, which makes no second one (Amazon ECS API reference, "Ensuring idempotency"); where ECS may have forgotten it, it is not.
 */
export function taskJob(given: TaskJob): Job {
  return {
    run: (order, noted) =>
      asked(`run ${order.command}`, async () => {
        const since = readNote(order, noted);
        if (since === undefined)
          return { ...waiting(`${order.command} is about to run`), lookAgainIn: duration(0), note: noteOf(order, given) };
        const found = await taskOf(given, order);
        if (found) return await cameTo(given, order, found);
        if (given.clock.now() - since > remembered)
          return { is: "failed", because: `${order.command}: ECS tells of no task that ran it, and nobody knows whether it did` };
        return await begin(given, order);
      }),
  };
}

const noteOf = ({ id }: Order, { clock }: TaskJob): string => `the task of ${id} is asked for since ${new Date(clock.now()).toISOString()}`;

function readNote({ id }: Order, note = ""): number | undefined {
  const [, of, since = ""] = /^the task of (\S+) is asked for since (\S+)$/.exec(note) ?? [];
  return of === id ? Date.parse(since) : undefined;
}

/** With `startedBy` ECS lists those alone that run (API reference, ListTasks: it must be the only filter), so the family is asked for. */
async function taskOf(given: TaskJob, { id }: Order): Promise<Task | undefined> {
  const { ecs, cluster, definitionArn } = given;
  const family = familyIn(definitionArn);
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(new ListTasksCommand({ cluster, family, desiredStatus, ...(nextToken !== undefined && { nextToken }) }));
      const { tasks = [] } = page.taskArns?.length ? await ecs.send(new DescribeTasksCommand({ cluster, tasks: page.taskArns })) : {};
      const found = tasks.find(({ startedBy }) => startedBy === id);
      if (found) return found;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return undefined;
}

async function begin(given: TaskJob, { id, command, artifact, slot }: Order): Promise<Result> {
  const { ecs, cluster, services, container } = given;
  const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [services[slot]] }));
  const { arn } = await revisions(given).of(artifact);
  const { tasks = [], failures = [] } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: arn,
      launchType: "FARGATE",
      networkConfiguration: service?.networkConfiguration,
      startedBy: id,
      clientToken: id,
      overrides: { containerOverrides: [{ name: container, command: ["/bin/sh", "-c", command] }] },
    }),
  );
  const [refused] = failures;
  if (tasks.length === 0) return waiting(`ECS has no place for a task: ${refused?.reason ?? "no reason"}`);
  return waiting(`${command} starts`);
}

async function cameTo({ ecs, cluster, clock, container }: TaskJob, { command, within }: Order, task: Task): Promise<Result> {
  const app = task.containers?.find(({ name }) => name === container);
  if (task.lastStatus === "STOPPED") return app?.exitCode === 0 ? done : failed(command, task, app?.exitCode, app?.reason);
  if (task.startedAt && clock.now() - task.startedAt.getTime() > within && task.desiredStatus !== "STOPPED") {
    const reason = `${command}: not done within ${showDuration(within)}`;
    await ecs.send(new StopTaskCommand({ cluster, task: task.taskArn, reason }));
  }
  return waiting(`${command} runs`);
}

/** What it said is in the log of the service, under the id of the task. */
function failed(command: string, { stoppedReason = "", taskArn = "" }: Task, exit: number | undefined, reason: string | undefined): Failed {
  const how = exit === undefined ? stoppedReason : `exit ${exit}`;
  const details = [stoppedReason, reason ?? "", `its log is that of the task ${taskArn.split("/").at(-1)}`];
  return { is: "failed", because: `${command}: ${how}`, details: details.filter((line) => line !== "") };
}

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });
