import {
  DurableExecutionAlreadyStartedException,
  type ExecutionStatus,
  GetDurableExecutionCommand,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { asked, isGone } from "./failure.ts";
import { impatiently, inTime } from "./in-time.ts";
import type { Place } from "./place.ts";
import { withClient } from "./with-client.ts";

/** What whoever starts a release in Lambda hands over: its plan is in the ledger already. */
export interface ReleaseEvent {
  readonly release: string;
  readonly place: Place;
  /** The execution that it began in, where that may have no more operations. */
  readonly began?: string;
}

/** How far an execution is. */
export type Execution =
  | { readonly is: "running" }
  | { readonly is: "ended"; readonly because: string }
  /** AWS does not know it, or no more. */
  | { readonly is: "unknown" };

/** The function that carries releases out. */
export interface ReleaseFunction {
  /** Starts it, unless it carries that release out already, and returns the ARN of the execution. */
  start(event: ReleaseEvent): Promise<string>;
  look(execution: string): Promise<Execution>;
}

interface Given {
  readonly client: LambdaClient;
  readonly alias: string;
  readonly environment: string;
}

/** A durable function that is invoked by its alias, whose executions are named after releases. */
export function releaseFunction(given: Given): ReleaseFunction {
  const { client } = given;
  const look = (execution: string) => asked("look at the function that carries out releases", () => lookAt(client, execution));
  const start = async (event: ReleaseEvent): Promise<string> => {
    for (let attempt = 1; ; attempt++) {
      const execution = await invoke(given, event, nameOf(event.release, attempt));
      // One that was accepted a moment ago may not be known yet.
      if (execution !== undefined && (await look(execution)).is !== "ended") return execution;
    }
  };
  return { start: (event) => asked(`start ${event.release} in Lambda`, () => start(event)), look };
}

/** A name that was used is never free again while AWS remembers what it did: the next one gets a number. */
const nameOf = (release: string, attempt: number): string => (attempt === 1 ? release : `${release}-${attempt}`);

/**
 * The execution of this name, started now or before. Undefined where the name was used with another event, as before a deploy: that one has
 * ended, or gives way to whoever holds the ledger (AWS Lambda Developer Guide, "Idempotency": execution names).
 */
async function invoke({ client, alias, environment }: Given, event: ReleaseEvent, name: string): Promise<string | undefined> {
  try {
    const { DurableExecutionArn } = await client.send(
      new InvokeCommand({
        FunctionName: alias,
        InvocationType: "Event",
        DurableExecutionName: name,
        Payload: new TextEncoder().encode(JSON.stringify(event)),
      }),
    );
    if (DurableExecutionArn === undefined) throw new Error(`${alias} is no durable function: Lambda told of no execution`);
    return DurableExecutionArn;
  } catch (error) {
    if (error instanceof DurableExecutionAlreadyStartedException) return undefined;
    // The function, or the alias alone (AWS Lambda API reference, Invoke: errors).
    if (error instanceof ResourceNotFoundException) throw isGone(`function ${alias}`, environment);
    throw error;
  }
}

const whatIs: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: "",
  SUCCEEDED: "it came to an end",
  FAILED: "it failed",
  STOPPED: "somebody stopped it",
  TIMED_OUT: "it took longer than it may",
};

async function lookAt(client: LambdaClient, DurableExecutionArn: string): Promise<Execution> {
  try {
    const { Status, Error: error } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    if (Status === "RUNNING") return { is: "running" };
    const what = Status === undefined ? "it ended" : whatIs[Status];
    return { is: "ended", because: error?.ErrorMessage === undefined ? what : `${what}: ${error.ErrorMessage}` };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { is: "unknown" };
    throw error;
  }
}

/** How far an execution is, for who only looks; its ARN says in which region. */
export function lookAtExecution(execution: string): Promise<Execution> {
  const [, , , region = ""] = execution.split(":");
  const client = new LambdaClient(inTime(region, impatiently));
  return asked("look at the function that carries out releases", () => withClient(client, () => lookAt(client, execution)));
}
