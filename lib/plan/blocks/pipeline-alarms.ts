import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { onceAlarm } from "./person-alarm.ts";
import type { Pipeline } from "./pipeline.ts";

/** A failed run raises an alarm, which ends after five minutes without another one (C08, A13). */
export function pipelineAlarm(block: Block, pipeline: Pipeline, topicArn: Value<string>): void {
  onceAlarm(
    block,
    { thing: "Pipeline failed", name: "pipeline-failed", topicArn, proves: ["C08", "A13"] },
    {
      AlarmDescription: "Runs of the pipeline that failed",
      Namespace: "AWS/CodePipeline",
      MetricName: "FailedPipelineExecutions",
      Statistic: "Sum",
      Period: 300,
      Dimensions: [{ Name: "PipelineName", Value: ref(pipeline) }],
    },
  );
}
