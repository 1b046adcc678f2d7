import { describe, expect, it } from "vitest";
import { handle, margin } from "../../../assets/functions/deployment-logger/handle.ts";
import type { Pipelines, Run } from "../../../assets/functions/deployment-logger/pipelines.ts";

const run: Run = { who: "Webhook arn:aws:iam::111111111111:user/ann", revision: "c0ffee", turnsBack: false };
const parameters = {
  pipeline: "delivery",
  execution: "e-1",
  environment: "us",
  account: "333333333333",
  region: "us-east-1",
  service: "web",
  digest: "sha256:ab",
};

/** A job as CodePipeline hands it over (CodePipeline User Guide, "AWS Lambda invoke action reference"). */
const job = (text: unknown) => ({
  "CodePipeline.job": {
    id: "j-1",
    accountId: "111111111111",
    data: { actionConfiguration: { configuration: { FunctionName: "logger", UserParameters: text } }, inputArtifacts: [] },
  },
});

/** A change of a stage as EventBridge tells it (CodePipeline User Guide, "Monitoring CodePipeline events"). */
const change = (state: string) => ({
  "detail-type": "CodePipeline Stage Execution State Change",
  source: "aws.codepipeline",
  detail: { pipeline: "delivery", version: 3, "execution-id": "e-1", stage: "us", state },
});

async function given(event: unknown, change: Partial<Pipelines> = {}, remaining = 60_000) {
  const lines: Record<string, unknown>[] = [];
  const reports: string[] = [];
  const pipelines: Pipelines = {
    run: async () => run,
    succeed: async (id) => void reports.push(`succeeded ${id}`),
    fail: async (id, message) => void reports.push(`failed ${id}: ${message}`),
    ...change,
  };
  const around = {
    pipelines,
    write: (line: string) => void lines.push(JSON.parse(line)),
    now: () => new Date("2026-03-01T10:00:00Z"),
    remaining: () => remaining,
  };
  const thrown = await handle(event, around).then(
    () => undefined,
    (problem: unknown) => String(problem),
  );
  return { lines, reports, thrown };
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});
const refuse = async (): Promise<never> => {
  throw new Error("AccessDenied");
};

describe("a job of the pipeline", () => {
  it("C09 is recorded with who, what, where, when and the outcome, counted as a metric, and reported as a success", async () => {
    const { lines, reports, thrown } = await given(job(JSON.stringify(parameters)));
    expect(lines).toEqual([
      {
        // Amazon CloudWatch User Guide, "Specification: Embedded metric format": milliseconds, and every name is a member of the root.
        _aws: {
          Timestamp: Date.parse("2026-03-01T10:00:00Z"),
          CloudWatchMetrics: [
            {
              Namespace: "Sluice",
              Dimensions: [["Pipeline", "Environment", "Outcome"]],
              Metrics: [{ Name: "Deployments", Unit: "Count" }],
            },
          ],
        },
        Pipeline: "delivery",
        Environment: "us",
        Outcome: "released",
        Deployments: 1,
        who: run.who,
        what: { revision: "c0ffee", service: "web", digest: "sha256:ab", execution: "e-1" },
        where: { account: "333333333333", region: "us-east-1" },
        when: "2026-03-01T10:00:00.000Z",
      },
    ]);
    expect({ reports, thrown }).toEqual({ reports: ["succeeded j-1"], thrown: undefined });
  });

  it.each([
    ["no parameters", undefined, "UserParameters hold no JSON object"],
    ["no JSON", "who: ann", "UserParameters hold no JSON object"],
    ["a list", "[]", "UserParameters hold no JSON object"],
    ["no stage", JSON.stringify({ pipeline: "delivery", execution: "e-1" }), "UserParameters lack environment"],
  ])("C09 with %s is reported as a failure that says so, and nothing is recorded", async (_name, text, problem) => {
    expect(await given(job(text))).toEqual({ lines: [], reports: [`failed j-1: ${problem}`], thrown: undefined });
  });

  it("C09 is recorded although CodePipeline does not say who started it", async () => {
    const { lines, reports } = await given(job(JSON.stringify(parameters)), { run: refuse });
    expect(lines).toMatchObject([{ level: "warn" }, { Outcome: "released", who: "unknown" }]);
    expect(reports).toEqual(["succeeded j-1"]);
  });

  it("C09 is recorded and reported before Lambda ends the invocation, although CodePipeline is silent", async () => {
    const { lines, reports } = await given(job(JSON.stringify(parameters)), { run: () => never<Run>() }, margin);
    expect(lines).toMatchObject([{ level: "warn" }, { who: "unknown" }]);
    expect(reports).toEqual(["succeeded j-1"]);
  });

  it("C09 is reported as a failure where the success does not arrive in time, or is refused", async () => {
    const late = await given(job(JSON.stringify(parameters)), { succeed: () => never<void>() }, margin + 20);
    expect(late.reports).toEqual(["failed j-1: there was no time left"]);
    const refused = await given(job(JSON.stringify(parameters)), { succeed: refuse });
    expect(refused.reports).toEqual(["failed j-1: AccessDenied"]);
  });

  it("C09 throws where no report arrives at all, so that Lambda tries again", async () => {
    const { thrown } = await given(job("{}"), { fail: refuse });
    expect(thrown).toBe("Error: AccessDenied");
  });
});

describe("a change of a stage", () => {
  it("C09 that failed is recorded, though no job comes after it", async () => {
    const { lines, reports } = await given(change("FAILED"));
    expect(lines).toMatchObject([{ Environment: "us", Outcome: "failed", who: run.who, what: { execution: "e-1" } }]);
    expect(reports).toEqual([]);
  });

  it("C09 that turned a stage back is recorded as such", async () => {
    const { lines } = await given(change("SUCCEEDED"), { run: async () => ({ ...run, turnsBack: true }) });
    expect(lines).toMatchObject([{ Outcome: "rolled-back" }]);
  });

  it("C09 that went well is left to its job, which records it once", async () => {
    expect((await given(change("SUCCEEDED"))).lines).toEqual([]);
  });

  it("C09 throws for what it cannot record, so that Lambda tries again and then keeps the event", async () => {
    expect((await given(change("FAILED"), { run: refuse })).thrown).toBe("Error: AccessDenied");
    expect((await given(change("STARTED"))).thrown).toContain("STARTED");
    expect((await given({ detail: {} })).thrown).toContain("neither a job");
    expect((await given(undefined)).thrown).toContain("neither a job");
  });
});
