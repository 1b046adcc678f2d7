import { createHash } from "node:crypto";
import { arnOf } from "../../aws/arns.ts";
import { allow } from "../../aws/policy.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { type FunctionNeeds, functionInNetwork, type LambdaFunction } from "./function.ts";

/** What a durable function needs beside what every function does. */
export interface DurableNeeds extends FunctionNeeds {
  /** After which an execution is ended, whatever it waits for. At most 366 days. */
  readonly executionSeconds: number;
  /** How long is told what an execution that has ended did. At most 90. */
  readonly retentionDays: number;
}

/** A durable function, and how it is invoked. */
export interface DurableFunction {
  readonly made: LambdaFunction;
  /** By which it is invoked: it leads to the newest version. */
  readonly alias: Resource<"AWS::Lambda::Alias">;
}

/** The name of the alias. */
const current = "current";

/**
 * A durable function. An execution begins by the alias and stays with the version that this led to then, so that a deploy changes nothing under
 * one that runs; hence versions are kept. Events that fail are not tried again, which is for its steps (AWS Lambda Developer Guide, "Invoking
 * Lambda durable functions": qualified ARNs; "Best practices for Lambda durable functions"). `DurableConfig` must be there when it is created.
 */
export function durableFunction(block: Block, needs: DurableNeeds): DurableFunction {
  const { region, account } = block.site;
  const { thing, executionSeconds, retentionDays } = needs;
  const executions = arnOf(region, "lambda", account, `function:${block.name("function", thing)}:*`);
  const statements = [
    allow({
      sid: "KeepsItsProgress",
      actions: ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState", "lambda:InvokeFunction"],
      resources: executions,
    }),
    ...needs.statements,
  ];
  const made = functionInNetwork(
    block,
    { ...needs, statements },
    { DurableConfig: { ExecutionTimeout: executionSeconds, RetentionPeriodInDays: retentionDays } },
  );
  const version = block.add(
    `${thing} function version`,
    "AWS::Lambda::Version",
    { FunctionName: ref(made), Description: `Code and settings ${digestOf(made)}` },
    { keep: "retain" },
  );
  const alias = block.add(`${thing} alias`, "AWS::Lambda::Alias", {
    FunctionName: ref(made),
    FunctionVersion: att(version, "Version"),
    Name: current,
    Description: "The newest version, with which executions begin",
  });
  return { made, alias };
}

/**
 * What a version holds still: AWS refuses a second one of the same (AWS Lambda API reference, PublishVersion), and CloudFormation publishes only
 * what it replaces. Tags and the limit on concurrency are of the function alone.
 */
function digestOf({ properties }: LambdaFunction): string {
  const { Tags: _tags, ReservedConcurrentExecutions: _limit, ...held } = properties;
  return createHash("sha256").update(JSON.stringify(held)).digest("hex").slice(0, 16);
}
