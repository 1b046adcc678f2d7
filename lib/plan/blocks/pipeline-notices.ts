import { arnOf } from "../../aws/arns.ts";
import { policy } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { logGroup } from "./logs.ts";
import type { Pipeline } from "./pipeline.ts";

export interface NoticeNeeds {
  readonly pipeline: Pipeline;
  /** Names of the stages. */
  readonly stages: readonly string[];
  readonly topicArn: Value<string>;
  readonly logsKey: Value<string>;
  readonly logDays: number;
}

/** What the pipeline does: people hear how a run ended and which stage failed, and a log keeps every change (C07, D05, D06). */
export function pipelineNotices(block: Block, { pipeline, stages, topicArn, logsKey, logDays }: NoticeNeeds): void {
  const ofThis = { source: ["aws.codepipeline"], detail: { pipeline: [ref(pipeline)] } };
  const rule = (thing: string, description: string, types: readonly string[], states: readonly string[], targets: readonly object[]) =>
    block.add(
      `${thing} rule`,
      "AWS::Events::Rule",
      {
        Name: block.name("event-rule", thing),
        Description: description,
        EventPattern: { ...ofThis, "detail-type": types, ...(states.length > 0 && { detail: { ...ofThis.detail, state: states } }) },
        Targets: targets.map((target) => ({ Id: thing, Arn: topicArn, ...target })),
        Tags: block.site.tags,
      },
      { proves: ["C07", "D06"] },
    );
  rule(
    "run-ended",
    "A run of the pipeline ended",
    [run],
    ["CANCELED", "FAILED", "STOPPED", "SUCCEEDED", "SUPERSEDED"],
    [{ InputTransformer: tells({ state: "$.detail.state" }, "Pipeline <pipeline>: run <execution> is <state>.") }],
  );
  rule(
    "stage-failed",
    "A stage of the pipeline failed",
    [stage],
    ["FAILED"],
    [{ InputTransformer: tells({ stage: "$.detail.stage" }, "Pipeline <pipeline>: stage <stage> of run <execution> failed.") }],
  );

  logs(
    block,
    ofThis,
    [
      { thing: "pipeline-events", detail: {} },
      ...stages.map((name) => ({ thing: `stage-${name}`.toLowerCase(), detail: { stage: [name] } })),
    ],
    {
      logsKey,
      logDays,
    },
  );
}

interface Kept {
  readonly thing: string;
  /** What an event must say to be kept there, beside the pipeline. */
  readonly detail: Readonly<Record<string, readonly string[]>>;
}

/** Everything that the pipeline does in one log, and what each stage does in one of its own (D05, E05). */
function logs(
  block: Block,
  { source, detail }: { readonly source: readonly string[]; readonly detail: object },
  kept: readonly Kept[],
  { logsKey, logDays }: Pick<NoticeNeeds, "logsKey" | "logDays">,
): void {
  const { site } = block;
  const arnFor = (thing: string) => arnOf(site.region, "logs", site.account, `log-group:${block.name("log-group", thing)}`);
  // EventBridge writes to a log group by the group's own policy, without a role.
  const writes = block.add("Log policy", "AWS::Logs::ResourcePolicy", {
    PolicyName: block.name("stack", "pipeline-events"),
    PolicyDocument: policy({
      Sid: "EventsWriteToTheirLog",
      Effect: "Allow",
      Principal: { Service: ["delivery.logs.amazonaws.com", "events.amazonaws.com"] },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: kept.map(({ thing }) => `${arnFor(thing)}:*`),
    }),
  });
  for (const { thing, detail: narrower } of kept) {
    const log = logGroup(block, thing, logsKey, logDays);
    block.add(
      `${thing} log rule`,
      "AWS::Events::Rule",
      {
        Name: block.name("event-rule", `log-${thing}`),
        Description: "Every change is logged",
        EventPattern: {
          source,
          "detail-type": "stage" in narrower ? [stage, action] : [run, stage, action],
          detail: { ...detail, ...narrower },
        },
        Targets: [{ Id: "log", Arn: arnFor(thing) }],
        Tags: site.tags,
      },
      { after: [log, writes], proves: ["D05", "E05"] },
    );
  }
}

const run = "CodePipeline Pipeline Execution State Change";
const stage = "CodePipeline Stage Execution State Change";
const action = "CodePipeline Action Execution State Change";

const tells = (more: Readonly<Record<string, string>>, text: string) => ({
  InputPathsMap: { pipeline: "$.detail.pipeline", execution: "$.detail.execution-id", ...more },
  InputTemplate: JSON.stringify(text),
});
