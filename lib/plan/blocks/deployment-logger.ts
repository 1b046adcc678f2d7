import { arnOf } from "../../aws/arns.ts";
import { allow, anyResource } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { type FunctionNeeds, type LambdaFunction, lambdaFunction } from "./function.ts";
import { onceAlarm } from "./person-alarm.ts";

interface LoggerNeeds extends Pick<FunctionNeeds, "codeBucket" | "subnetIds" | "groupIds" | "logsKey" | "logDays"> {
  /** The pipeline, by its name: it invokes the function, so it comes later. */
  readonly pipelineName: string;
  /** Stages that deploy. */
  readonly stages: readonly string[];
  readonly topicArn: Value<string>;
}

/**
 * Records every deployment: who, what, where, when and how it ended. The pipeline invokes it after each deploy; of a deploy that failed or was turned
 * back no action follows, so EventBridge tells of those (C09).
 */
export function deploymentLogger(block: Block, needs: LoggerNeeds): LambdaFunction {
  const { site } = block;
  const { pipelineName, stages, topicArn } = needs;
  const made = lambdaFunction(block, {
    ...needs,
    thing: "deployment-logger",
    description: "Records who deployed what, where and when, and how it ended",
    timeoutSeconds: 60,
    memory: 256,
    concurrency: 2,
    statements: [
      allow({
        actions: ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"],
        resources: anyResource("JobsOfPipelinesKnowNoResource"),
      }),
      allow({
        sid: "AsksWhoStartedTheRun",
        actions: "codepipeline:GetPipelineExecution",
        resources: arnOf(site.region, "codepipeline", site.account, pipelineName),
      }),
    ],
  });
  const rule = block.add(
    "Stage ended rule",
    "AWS::Events::Rule",
    {
      Name: block.name("event-rule", "stage-ended"),
      Description: "A stage that deploys ended, for the record",
      EventPattern: {
        source: ["aws.codepipeline"],
        "detail-type": ["CodePipeline Stage Execution State Change"],
        detail: { pipeline: [pipelineName], stage: stages, state: ["FAILED", "SUCCEEDED"] },
      },
      Targets: [{ Id: "logger", Arn: att(made, "Arn") }],
      Tags: site.tags,
    },
    { proves: ["C09"] },
  );
  block.add("Events invoke", "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: ref(made),
    Principal: "events.amazonaws.com",
    SourceArn: att(rule, "Arn"),
  });
  alarmOn(block, made, topicArn);
  return made;
}

/** A record that is lost must not go unnoticed (C08). */
function alarmOn(block: Block, made: LambdaFunction, topicArn: Value<string>): void {
  for (const [thing, metric, description] of [
    ["logger-errors", "Errors", "Deployments that the logger failed to record"],
    ["logger-lost", "DeadLetterErrors", "Deployments that are neither recorded nor in the queue of what failed"],
  ] as const)
    onceAlarm(
      block,
      { thing: `${thing} alarm`, name: thing, topicArn, proves: ["C08", "C18"] },
      {
        AlarmDescription: description,
        Namespace: "AWS/Lambda",
        MetricName: metric,
        Dimensions: [{ Name: "FunctionName", Value: ref(made) }],
        Statistic: "Sum",
        Period: 300,
      },
    );
}
