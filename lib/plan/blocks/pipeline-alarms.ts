import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { Pipeline } from "./pipeline.ts";

/** A failed run raises an alarm, which ends after five minutes without another one (C08, A13). */
export function pipelineAlarm(block: Block, pipeline: Pipeline, topicArn: Value<string>): void {
  block.add(
    "Pipeline failed",
    "AWS::CloudWatch::Alarm",
    {
      AlarmName: block.name("alarm", "pipeline-failed"),
      AlarmDescription: "Runs of the pipeline that failed",
      Namespace: "AWS/CodePipeline",
      MetricName: "FailedPipelineExecutions",
      Statistic: "Sum",
      Period: 300,
      Dimensions: [{ Name: "PipelineName", Value: ref(pipeline) }],
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      EvaluationPeriods: 1,
      TreatMissingData: "notBreaching",
      AlarmActions: [topicArn],
      OKActions: [topicArn],
      Tags: block.site.tags,
    },
    { proves: ["C08", "A13"] },
  );
}
