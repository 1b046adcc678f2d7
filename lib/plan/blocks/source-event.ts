import { allow, trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att } from "../template.ts";
import { role } from "./role.ts";

/** A rule on an event of the source starts the pipeline, with a role that can do nothing else (C02, D01). */
export function startedBy(block: Block, pipelineArn: Value<string>, description: string, pattern: object): void {
  const { site } = block;
  const starter = role(
    block,
    "start",
    "Starts the pipeline on a push",
    trusts("events.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [allow({ sid: "StartsThePipeline", actions: "codepipeline:StartPipelineExecution", resources: pipelineArn })],
  );
  block.add(
    "Push",
    "AWS::Events::Rule",
    {
      Name: block.name("event-rule", "push"),
      Description: description,
      EventPattern: pattern,
      Targets: [{ Id: "pipeline", Arn: pipelineArn, RoleArn: att(starter.role, "Arn") }],
      Tags: site.tags,
    },
    { after: starter.policies, proves: ["C02", "D01"] },
  );
}
