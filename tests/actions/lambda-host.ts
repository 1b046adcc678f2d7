import {
  GetDurableExecutionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { duration } from "../../lib/base/time.ts";
import type { World } from "../../lib/ports/world.ts";
import { newController, run } from "../../lib/release/controller.ts";
import { type ReleaseFunction, releaseFunction } from "../../lib/worlds/aws/release-function.ts";
import { unhurried } from "../release/scenario.ts";
import { credentials, region } from "../worlds/aws/credentials.ts";
import { faked, on } from "../worlds/aws/fake.ts";

export const alias = `arn:aws:lambda:${region}:222222222222:function:catalog-production-euw1-release:current`;
/** As long as the function's own lock holds. */
export const lease = duration(900_000);

interface LambdaHost {
  readonly carrier: ReleaseFunction;
  /** What it was invoked with, in order. */
  readonly invoked: readonly InvokeCommandInput[];
  /** The names that were asked for. */
  readonly names: () => readonly (string | undefined)[];
  /** From now on knows nothing of any execution, as of a function that is not there. */
  readonly forget: () => void;
  /** How often was asked for an execution. */
  readonly looks: () => number;
}

/**
 * The API of Lambda, whose executions are controllers of their own in the same world: an event begins one unless its name is taken. Each turns
 * in the world that `lend` gives it, which can end under it.
 */
export function lambdaHost(lend: (execution: number) => World): LambdaHost {
  const executions = new Map<string, { status: "RUNNING" | "SUCCEEDED" | "FAILED"; because?: string }>();
  const invoked: InvokeCommandInput[] = [];
  let forgotten = false;
  let looks = 0;
  const begin = (arn: string): void => {
    const execution: { status: "RUNNING" | "SUCCEEDED" | "FAILED"; because?: string } = { status: "RUNNING" };
    executions.set(arn, execution);
    const holder = { name: "sluice release", host: "catalog-production-euw1-release", pid: 0, started: arn };
    run(
      newController(lend(executions.size), holder, () => {}, lease),
      unhurried,
    ).then(
      () => {
        execution.status = "SUCCEEDED";
      },
      (error: unknown) => {
        execution.status = "FAILED";
        execution.because = String(error);
      },
    );
  };
  const client = faked(
    new LambdaClient({ region, credentials }),
    on(InvokeCommand, (input) => {
      invoked.push(input);
      const arn = `${alias.replace(/current$/, "7")}/durable-execution/${input.DurableExecutionName}/1`;
      if (!executions.has(arn)) begin(arn);
      return { StatusCode: 202, DurableExecutionArn: arn };
    }),
    on(GetDurableExecutionCommand, ({ DurableExecutionArn = "" }) => {
      looks += 1;
      if (forgotten) throw new ResourceNotFoundException({ message: "unknown", $metadata: {} });
      const { status, because } = executions.get(DurableExecutionArn) ?? {};
      return {
        DurableExecutionArn,
        DurableExecutionName: "",
        FunctionArn: "",
        StartTimestamp: new Date(0),
        Status: status,
        ...(because !== undefined && { Error: { ErrorMessage: because } }),
      };
    }),
  );
  return {
    carrier: releaseFunction({ client, alias, environment: "production" }),
    invoked,
    names: () => invoked.map((one) => one.DurableExecutionName),
    forget: () => {
      forgotten = true;
    },
    looks: () => looks,
  };
}
