import type { Run } from "./pipelines.ts";

/** Something that happened to a stage, as the event tells it. */
export interface Told {
  readonly pipeline: string;
  readonly execution: string;
  /** The stage that deployed, which is named after its environment. */
  readonly environment: string;
  readonly outcome: "succeeded" | "failed";
  /** What the pipeline adds when it invokes the function itself: account, region, service, commit, digest. */
  readonly details: Readonly<Record<string, string>>;
}

/** A job of CodePipeline, or an event that EventBridge brings and that nobody waits for. */
export type Received = { readonly job: string; readonly told: Told | { readonly problem: string } } | { readonly told: Told };

const required = ["pipeline", "execution", "environment"] as const;

/**
 * Reads what the function was invoked with (CodePipeline User Guide, "AWS Lambda invoke action reference": example JSON event; "Monitoring
 * CodePipeline events": stage-level state). Throws for what is neither.
 */
export function read(event: unknown): Received {
  const job = at(event, "CodePipeline.job", "id");
  if (typeof job === "string") return { job, told: fromParameters(at(event, "CodePipeline.job", "data", ...parametersAt)) };
  const detail = at(event, "detail");
  const [pipeline, execution, environment] = [at(detail, "pipeline"), at(detail, "execution-id"), at(detail, "stage")];
  const state = at(detail, "state");
  if (typeof pipeline !== "string" || typeof execution !== "string" || typeof environment !== "string")
    throw new Error("the event is neither a job of CodePipeline nor a change of a stage");
  if (state !== "SUCCEEDED" && state !== "FAILED") throw new Error(`a stage that is ${String(state)} is no deployment`);
  return { told: { pipeline, execution, environment, outcome: state === "FAILED" ? "failed" : "succeeded", details: {} } };
}

const parametersAt = ["actionConfiguration", "configuration", "UserParameters"];

function fromParameters(text: unknown): Told | { readonly problem: string } {
  const given = typeof text === "string" ? parsed(text) : undefined;
  if (given === undefined) return { problem: "UserParameters hold no JSON object" };
  const missing = required.filter((name) => !given[name]);
  if (missing.length > 0) return { problem: `UserParameters lack ${missing.join(", ")}` };
  const { pipeline = "", execution = "", environment = "", ...details } = given;
  return { pipeline, execution, environment, outcome: "succeeded", details };
}

function parsed(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
  } catch {
    return undefined;
  }
}

/**
 * Who, what, where, when and the outcome as one line of JSON, which CloudWatch also counts as a metric (Amazon CloudWatch User Guide,
 * "Specification: Embedded metric format").
 */
export function lineOf({ pipeline, execution, environment, outcome, details }: Told, run: Run | undefined, now: Date): string {
  const { account, region, ...what } = details;
  const ended = outcome === "failed" ? "failed" : run?.turnsBack ? "rolled-back" : "released";
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: "Sluice",
          Dimensions: [["Pipeline", "Environment", "Outcome"]],
          Metrics: [{ Name: "Deployments", Unit: "Count" }],
        },
      ],
    },
    Pipeline: pipeline,
    Environment: environment,
    Outcome: ended,
    Deployments: 1,
    who: run?.who ?? "unknown",
    what: { revision: run?.revision, ...what, execution },
    where: { account, region },
    when: now.toISOString(),
  });
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined), value);
}
