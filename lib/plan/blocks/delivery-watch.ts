import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { Project } from "./build-project.ts";
import { dashboard } from "./dashboard.ts";
import { onceAlarm } from "./person-alarm.ts";
import type { Pipeline } from "./pipeline.ts";

interface Watched {
  readonly pipeline: Pipeline;
  /** Builds in the region of the pipeline. */
  readonly builds: Readonly<Record<string, Project>>;
  readonly loggerName: Value<string>;
  /** Stages that deploy. */
  readonly stages: readonly string[];
}

/** How often runs succeed and how long they take, what was deployed where and how that ended, and the logger's errors (C18). */
export function deliveryDashboard(block: Block, { pipeline, builds, loggerName, stages }: Watched): void {
  const ofPipeline = (metric: string) => ["AWS/CodePipeline", metric, "PipelineName", "${Pipeline}"];
  const ofLogger = (metric: string) => ["AWS/Lambda", metric, "FunctionName", "${Logger}"];
  const ended = (outcome: string) =>
    stages.map((stage) => ["Sluice", "Deployments", "Pipeline", "${Pipeline}", "Environment", stage, "Outcome", outcome]);
  dashboard(
    block,
    "pipeline",
    [
      {
        title: "Runs that succeeded, in %",
        stat: "Sum",
        lines: [
          [...ofPipeline("PipelineDuration"), { id: "runs", stat: "SampleCount", visible: false }],
          [...ofPipeline("FailedPipelineExecutions"), { id: "failed", visible: false }],
          [{ expression: "100 * (runs - FILL(failed, 0)) / runs", label: "Succeeded" }],
        ],
      },
      { title: "Seconds that runs take", stat: "Average", lines: [ofPipeline("PipelineDuration")] },
      { title: "Deployments that were released", stat: "Sum", lines: ended("released") },
      { title: "Deployments that failed or were turned back", stat: "Sum", lines: [...ended("failed"), ...ended("rolled-back")] },
      {
        title: "Seconds that builds take",
        stat: "Average",
        lines: Object.keys(builds).map((name) => ["AWS/CodeBuild", "Duration", "ProjectName", `\${${name}}`]),
      },
      { title: "Errors of the logger", stat: "Sum", lines: [ofLogger("Errors"), ofLogger("DeadLetterErrors"), ofLogger("Throttles")] },
    ],
    {
      Pipeline: ref(pipeline),
      Logger: loggerName,
      ...Object.fromEntries(Object.entries(builds).map(([name, project]) => [name, ref(project)])),
    },
  );
}

/** A run that took longer than all its builds and approvals together may (C08). AWS measures it when the run has ended: one that hangs is not seen. */
export function durationAlarm(block: Block, pipeline: Pipeline, longestSeconds: number, topicArn: Value<string>): void {
  onceAlarm(
    block,
    { thing: "Pipeline slow", name: "pipeline-slow", topicArn, proves: ["C08"] },
    {
      AlarmDescription: "Runs of the pipeline that took longer than they should",
      Namespace: "AWS/CodePipeline",
      MetricName: "PipelineDuration",
      Statistic: "Maximum",
      Period: 300,
      Dimensions: [{ Name: "PipelineName", Value: ref(pipeline) }],
    },
    longestSeconds,
  );
}
