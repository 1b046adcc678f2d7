import {
  ConflictException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";
import { pageOf } from "./paged.ts";

interface OneOff {
  readonly arn: string;
  readonly asked: RunTaskCommandInput;
  readonly command: string;
  readonly startedAt: Date;
  /** How it ended; without an exit where its container never began. */
  stopped: { readonly exit?: number; readonly because: string } | undefined;
}

/** How ECS ends a task that was stopped from outside: 128 and the number of SIGKILL. */
const killedExit = 137;

/**
 * A cluster that runs single tasks, whose time passes by `tick`: a command that names a number ends with it, one that sleeps never does. As ECS
 * says, a client token makes one task, and what has stopped is told only with that status. It cannot show networks, roles or logs.
 */
export function oneOffs(family: string, container: string, now: () => number) {
  const definition = (revision: number): TaskDefinition => ({
    family,
    revision,
    taskDefinitionArn: `arn:aws:ecs:${region}:1:task-definition/${family}:${revision}`,
    containerDefinitions: [{ name: container, image: "registry/web:seed" }],
  });
  const definitions: TaskDefinition[] = [definition(1)];
  const tasks: OneOff[] = [];
  /** What ECS has no place for, and what it has forgotten. */
  const full = { is: false };
  const networkOf = (service: string) => ({ awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: [`sg-of-${service}`] } });
  const ecs = faked(
    new ECSClient({ region, credentials }),
    on(DescribeServicesCommand, ({ services: [serviceName = ""] = [] }) => ({
      services: [{ serviceName, networkConfiguration: networkOf(serviceName) }],
    })),
    on(DescribeTaskDefinitionCommand, ({ taskDefinition }) => ({
      taskDefinition: definitions.find(({ taskDefinitionArn }) => taskDefinitionArn === taskDefinition) ?? definitions.at(-1),
    })),
    on(RegisterTaskDefinitionCommand, ({ containerDefinitions = [] }) => {
      definitions.push({ ...definition(definitions.length + 1), containerDefinitions });
      return { taskDefinition: definitions.at(-1) };
    }),
    on(RunTaskCommand, (asked) => {
      const before = tasks.find((one) => one.asked.clientToken === asked.clientToken);
      if (before && JSON.stringify(before.asked) !== JSON.stringify(asked))
        throw new ConflictException({ message: "another request has the token", $metadata: {}, resourceIds: [before.arn] });
      if (full.is) return { tasks: [], failures: [{ reason: "Capacity is unavailable at this time" }] };
      const arn = `arn:aws:ecs:${region}:1:task/shop/${tasks.length + 1}`;
      const command = asked.overrides?.containerOverrides?.[0]?.command?.at(-1) ?? "";
      if (!before) tasks.push({ arn, asked, command, startedAt: new Date(now()), stopped: undefined });
      return { tasks: [{ taskArn: before?.arn ?? arn }] };
    }),
    on(ListTasksCommand, ({ family: of, desiredStatus, nextToken }) => {
      const listed = tasks.filter(({ stopped }) => of === family && (desiredStatus === "STOPPED") === (stopped !== undefined));
      const { page, next } = pageOf(listed, nextToken, 1);
      return { taskArns: page.map(({ arn }) => arn), nextToken: next };
    }),
    on(DescribeTasksCommand, ({ tasks: arns = [] }) => ({
      tasks: tasks
        .filter(({ arn }) => arns.includes(arn))
        .map(({ arn, asked, startedAt, stopped }) => ({
          taskArn: arn,
          startedBy: asked.startedBy,
          startedAt,
          lastStatus: stopped ? "STOPPED" : "RUNNING",
          desiredStatus: stopped ? "STOPPED" : "RUNNING",
          ...(stopped && { stoppedReason: stopped.because }),
          containers: [{ name: container, ...(stopped?.exit !== undefined && { exitCode: stopped.exit }) }],
        })),
    })),
    on(StopTaskCommand, ({ task, reason = "" }) => {
      const found = tasks.find(({ arn }) => arn === task);
      if (found) found.stopped = { exit: killedExit, because: reason };
      return {};
    }),
  );
  const tick = () => {
    for (const task of tasks) {
      const exit = /\d+$/.exec(task.command)?.[0];
      if (!task.command.startsWith("sleep")) task.stopped ??= { exit: Number(exit ?? 0), because: "Essential container in task exited" };
    }
  };
  return { ecs, tasks, tick, full, definitionArn: definitions[0]?.taskDefinitionArn ?? "" };
}
