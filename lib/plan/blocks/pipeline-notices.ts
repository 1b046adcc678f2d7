import { arnOf } from "../../aws/arns.ts";
import { policy } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { logGroup } from "./logs.ts";
import type { Pipeline } from "./pipeline.ts";

interface NoticeNeeds {
  readonly pipeline: Pipeline;
  /** Names of the stages. */
  readonly stages: readonly string[];
  readonly topicArn: Value<string>;
  readonly logsKey: Value<string>;
  readonly logDays: number;
}

/**
 * What the pipeline does: people hear how a run ended, which stage failed, and how they answered when they were asked, and a log keeps every
 * change (C07, D05, D06).
 */
export function pipelineNotices(block: Block, { pipeline, stages, topicArn, logsKey, logDays }: NoticeNeeds): void {
  const ofThis = { source: ["aws.codepipeline"], detail: { pipeline: [ref(pipeline)] } };
  const rule = (thing: string, description: string, type: string, narrower: object, told: Told) =>
    block.add(
      `${thing} rule`,
      "AWS::Events::Rule",
      {
        Name: block.name("event-rule", thing),
        Description: description,
        EventPattern: { ...ofThis, "detail-type": [type], detail: { ...ofThis.detail, ...narrower } },
        Targets: [{ Id: thing, Arn: topicArn, InputTransformer: tells(told) }],
        Tags: block.site.tags,
      },
      { proves: ["C07", "D06"] },
    );
  rule(
    "run-ended",
    "A run of the pipeline ended",
    run,
    { state: ["CANCELED", "FAILED", "STOPPED", "SUCCEEDED", "SUPERSEDED"] },
    { of: ["state"], text: "Pipeline <pipeline>: run <execution> is <state>." },
  );
  rule(
    "stage-failed",
    "A stage of the pipeline failed",
    stage,
    { state: ["FAILED"] },
    { of: ["stage"], text: "Pipeline <pipeline>: stage <stage> of run <execution> failed." },
  );
  if (asksPeople(pipeline))
    rule(
      "approval-answered",
      "An approval was given, refused or not answered in time",
      action,
      // The question itself is the action's own to send, with its link.
      { state: ["CANCELED", "FAILED", "SUCCEEDED"], type: { category: ["Approval"] } },
      { of: ["stage", "state"], text: "Pipeline <pipeline>: the approval in stage <stage> of run <execution> is <state>." },
    );
  const byStage = stages.map((name) => ({ thing: `stage-${name}`.toLowerCase(), detail: { stage: [name] } }));
  logs(block, ofThis, [{ thing: "pipeline-events", detail: {} }, ...byStage], { logsKey, logDays });
}

const asksPeople = ({ properties: { Stages } }: Pipeline): boolean =>
  Stages.some(({ Actions }) => Actions.some(({ ActionTypeId: { Category } }) => Category === "Approval"));

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

/** A sentence about an event, and what of its detail stands in it besides pipeline and run. */
interface Told {
  readonly of: readonly string[];
  readonly text: string;
}

const tells = ({ of, text }: Told) => ({
  InputPathsMap: {
    pipeline: "$.detail.pipeline",
    execution: "$.detail.execution-id",
    ...Object.fromEntries(of.map((name) => [name, `$.detail.${name}`])),
  },
  InputTemplate: JSON.stringify(text),
});
