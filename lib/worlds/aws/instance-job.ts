import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { type CommandInvocation, ListCommandInvocationsCommand, SendCommandCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { otherSlot, type Slot } from "../../base/outcome.ts";
import { type Clock, duration, showDuration } from "../../base/time.ts";
import type { Job, Order } from "../../ports/job.ts";
import { done, type Failed, type Pending, type Result } from "../../ports/step-result.ts";
import { asked } from "./failure.ts";
import { exits, scriptOf } from "./job-script.ts";

interface InstanceJob {
  readonly autoscaling: AutoScalingClient;
  readonly ssm: SSMClient;
  readonly clock: Clock;
  readonly fleets: Readonly<Record<Slot, string>>;
}

const lookAgainIn = duration(5_000);

/** After this long without a trace a command is not sent again: somebody else may have seen it come to something. */
const remembered = duration(30 * 60_000);

/** How far our clock and that of Systems Manager may be apart. */
const slack = 3_600_000;

/** A command that has not reached its instance by then is not run (AWS Systems Manager API reference, SendCommand: TimeoutSeconds). */
const deliverySeconds = 600;

/** For fetching the release, and for the one that waits for another to end. */
const aroundSeconds = 900;

/**
 * Runs a command on an instance by Run Command, beside the app that is live there, with the candidate's release in a folder of its own: before
 * the candidate starts it has no instance. `SendCommand` takes no token, so the instance is chosen and noted first, and there the first
 * sending takes the order's folder: whatever is sent a second time only waits for the first one's end. An instance that is gone took the
 * knowledge with it; the command has failed then, and is not sent to another.
 */
export function instanceJob(given: InstanceJob): Job {
  return {
    run: (order, noted) =>
      asked(`run ${order.command}`, async () => {
        const note = readNote(order, noted);
        if (!note) return await choose(given, order);
        const found = await invocationOf(given, order, note);
        if (found) return cameTo(order, found);
        if (given.clock.now() - note.since > remembered)
          return {
            is: "failed",
            because: `${order.command}: Systems Manager tells of no command on ${note.instance}, and nobody knows whether it ran`,
          };
        return await send(given, order, note);
      }),
  };
}

interface Note {
  readonly instance: string;
  readonly since: number;
}

function readNote({ id }: Order, note = ""): Note | undefined {
  const [, of, instance = "", since = ""] = /^the command of (\S+) goes to (\S+) since (\S+)$/.exec(note) ?? [];
  return of === id ? { instance, since: Date.parse(since) } : undefined;
}

/** An instance of the live slot, which has what an app gets; where none lives yet, one of the candidate's. */
async function choose({ autoscaling, fleets, clock }: InstanceJob, { id, command, slot }: Order): Promise<Result> {
  const names = [fleets[otherSlot(slot)], fleets[slot]];
  const { AutoScalingGroups: groups = [] } = await autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names }));
  const [instance] = names.flatMap((name) =>
    groups
      .filter((group) => group.AutoScalingGroupName === name)
      .flatMap(({ Instances: instances = [] }) => instances)
      .flatMap(({ InstanceId, LifecycleState }) => (InstanceId !== undefined && LifecycleState === "InService" ? [InstanceId] : []))
      .sort(),
  );
  if (instance === undefined) {
    const details = [`neither ${names.join(" nor ")} has one in service; the first release goes without a migration`];
    return { is: "failed", because: `${command}: there is no instance to run it on`, details };
  }
  const note = `the command of ${id} goes to ${instance} since ${new Date(clock.now()).toISOString()}`;
  return { ...waiting(`${command} is about to run`), lookAgainIn: duration(0), note };
}

async function invocationOf({ ssm }: InstanceJob, { id }: Order, { instance, since }: Note): Promise<CommandInvocation | undefined> {
  const Filters = [{ key: "InvokedAfter" as const, value: new Date(since - slack).toISOString().replace(/\.\d+Z$/, "Z") }];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(
      new ListCommandInvocationsCommand({ InstanceId: instance, Details: true, Filters, ...(NextToken !== undefined && { NextToken }) }),
    );
    const found = page.CommandInvocations?.find(({ Comment }) => Comment === id);
    if (found) return found;
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return undefined;
}

async function send({ ssm }: InstanceJob, order: Order, { instance }: Note): Promise<Result> {
  const seconds = Math.ceil(order.within / 1000);
  await ssm.send(
    new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [instance],
      Comment: order.id,
      TimeoutSeconds: deliverySeconds,
      Parameters: { commands: [scriptOf(order)], executionTimeout: [String(seconds + aroundSeconds)] },
    }),
  );
  return waiting(`${order.command} is sent to ${instance}`);
}

function cameTo({ command, within }: Order, invocation: CommandInvocation): Result {
  const {
    Status: status = "Pending",
    StatusDetails: detail = status,
    InstanceId: instance = "",
    CommandPlugins: [plugin] = [],
  } = invocation;
  if (status === "Success") return done;
  if (/^(Pending|InProgress|Delayed|Cancelling)$/.test(status)) return waiting(`${command} runs on ${instance}`);
  const { ResponseCode: exit = -1, Output: output = "" } = plugin ?? {};
  const details = [...linesOf(output), `it ran on the instance ${instance}`];
  // Below 0: it did not begin there, or was ended from outside (AWS Systems Manager API reference, GetCommandInvocation: ResponseCode).
  return failed(`${command}: ${exit < 0 ? detail : (howOf(exit, within) ?? `exit ${exit}`)}`, details);
}

function howOf(exit: number, within: number): string | undefined {
  switch (exit) {
    case exits.tooLong:
      return `not done within ${showDuration(duration(within))}`;
    case exits.noRelease:
      return "its release could not be fetched";
    case exits.nobodyKnows:
      return "it was begun, and nobody knows how it ended";
    default:
      return undefined;
  }
}

const linesOf = (output: string): readonly string[] =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-10);

const failed = (because: string, details: readonly string[]): Failed => ({ is: "failed", because, details });

const waiting = (because: string): Pending => ({ is: "pending", lookAgainIn, because });
