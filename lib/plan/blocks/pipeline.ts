import { arnOf } from "../../aws/arns.ts";
import { allow, trusts, trustsAccounts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Action } from "./pipeline-actions.ts";
import { type Granted, grant, role } from "./role.ts";
import type { Source } from "./source.ts";

export type Pipeline = Resource<"AWS::CodePipeline::Pipeline">;

export interface Stage {
  readonly name: string;
  readonly actions: readonly Action[];
  /** A failure is tried once more: for builds, which a network can fail. A failed deploy is turned back by CodeDeploy itself. */
  readonly triedTwice?: boolean;
}

export interface PipelineNeeds {
  readonly source: Source;
  readonly store: ArtifactStore;
  readonly stages: readonly Stage[];
}

/** The name of the role that conducts a pipeline: roles in other accounts trust it by name. */
export const conductorName = "pipeline";

/** A pipeline of stages, each action with a role of its own that may do that one thing and that only the pipeline takes on (D01, C04). */
export function pipeline(block: Block, { source, store, stages }: PipelineNeeds): Pipeline {
  const { site } = block;
  const conductor = role(
    block,
    conductorName,
    "Conducts the pipeline",
    trusts("codepipeline.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [...store.reads, ...store.writes, allow({ sid: "LooksAtTheBucket", actions: "s3:GetBucketVersioning", resources: store.bucketArn })],
  );
  const acted = stages.map((stage) => ({ ...stage, actions: stage.actions.map((action) => actor(block, conductor, action)) }));
  const actions = acted.flatMap((stage) => stage.actions);
  const hands = grant(block, `${conductorName}-actions`, conductor.role, [
    allow({ sid: "TakesOnTheRolesOfItsActions", actions: "sts:AssumeRole", resources: actions.map(({ roleArn }) => roleArn) }),
  ]);
  return block.add(
    "Pipeline",
    "AWS::CodePipeline::Pipeline",
    {
      Name: block.name("pipeline", "delivery"),
      PipelineType: "V2",
      ExecutionMode: "QUEUED",
      RoleArn: att(conductor.role, "Arn"),
      ArtifactStores: [
        {
          Region: site.region,
          ArtifactStore: { Type: "S3", Location: store.bucketName, EncryptionKey: { Type: "KMS", Id: att(store.key, "Arn") } },
        },
      ],
      ...(source.triggers.length > 0 && { Triggers: source.triggers.map(triggerOf) }),
      Stages: acted.map(({ name, triedTwice, actions: declared }) => ({
        Name: name,
        ...(triedTwice && retried),
        Actions: declared.map(({ declaration, roleArn }) => ({ ...declaration, RoleArn: roleArn })),
      })),
      Tags: site.tags,
    },
    { after: [...conductor.policies, hands, ...actions.flatMap(({ ready }) => ready)], proves: ["D01", "C04", "C22"] },
  );
}

/** An action with its role, made here unless it is another account's. */
function actor(block: Block, conductor: Granted, { declaration, by }: Action) {
  if ("roleArn" in by) return { declaration, roleArn: by.roleArn, ready: [] };
  const thing = `${conductorName}-${String(declaration.Name).toLowerCase()}`;
  const made = role(block, thing, by.description, trustsAccounts(att(conductor.role, "Arn")), by.statements);
  return { declaration, roleArn: att(made.role, "Arn"), ready: made.policies };
}

/** CloudFormation has no attribute for it. */
export function pipelineArn({ site }: Block, made: Pipeline): Value<string> {
  return sub(`${arnOf(site.region, "codepipeline", site.account, "")}\${${made.id}}`);
}

const retried = { OnFailure: { Result: "RETRY" as const, RetryConfiguration: { RetryMode: "FAILED_ACTIONS" as const } } };

const triggerOf = ({ branch }: { readonly branch: string }) => ({
  ProviderType: "CodeStarSourceConnection" as const,
  GitConfiguration: { SourceActionName: "Source", Push: [{ Branches: { Includes: [branch] } }] },
});

/** Names the pipeline and its artifacts for people and tests (C17). */
export function describePipeline({ stack }: Block, made: Pipeline, store: ArtifactStore): void {
  const console = `https://${stack.region}.console.aws.amazon.com/codesuite/codepipeline/pipelines`;
  stack.output("PipelineName", ref(made), "The pipeline");
  stack.output("PipelineUrl", sub(`${console}/\${${made.id}}/view`), "The pipeline in the console");
  stack.output("ArtifactBucketName", store.bucketName, "Bucket of what the stages hand on");
  stack.output("ArtifactKeyArn", att(store.key, "Arn"), "The key of what the stages hand on");
}
