import { arnOf } from "../../aws/arns.ts";
import { allow, trusts, trustsAccounts } from "../../aws/policy.ts";
import { consoleOf, type Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { type ArtifactStore, readsOf, writesOf } from "./artifacts.ts";
import type { Action } from "./pipeline-actions.ts";
import { type Granted, grant, role } from "./role.ts";
import type { Push, Source } from "./source.ts";

/** A pipeline of CodePipeline, of type V2. */
export type Pipeline = Resource<"AWS::CodePipeline::Pipeline">;

/** What a run goes through as one: it ends when all its actions have, and a later one starts only after it. */
export interface Stage {
  readonly name: string;
  readonly actions: readonly Action[];
  /** A failure is tried once more: for what changes nothing, which a network can fail, and where no person is asked. */
  readonly triedTwice?: boolean;
  /**
   * A failure turns the stage back to the last run that went well in it, with that run's artifacts (CodePipeline User Guide, "Configuring
   * stage rollback").
   */
  readonly turnsBack?: boolean;
}

/** Where the actions of another region find and leave what the stages hand on (C03). */
export interface StoreElsewhere {
  readonly region: Region;
  readonly store: ArtifactStore;
}

interface PipelineNeeds {
  readonly source: Source;
  readonly store: ArtifactStore;
  readonly elsewhere?: readonly StoreElsewhere[];
  /** Of a second pipeline of the same source, which starts with pull requests to these branches and not with pushes. */
  readonly forPullRequests?: { readonly name: string; readonly branches: readonly string[] };
  readonly stages: readonly Stage[];
}

/** The name of the role that conducts a pipeline: roles in other accounts trust it by name. */
export const conductorName = "pipeline";

/** A pipeline of stages, each action with a role of its own that may do that one thing and that only the pipeline takes on (D01, C04). */
export function pipeline(block: Block, { source, store, elsewhere = [], forPullRequests, stages }: PipelineNeeds): Pipeline {
  const { site } = block;
  const places = [{ region: site.region, store }, ...elsewhere];
  const stores = places.map((place) => place.store);
  const conducting = forPullRequests?.name ?? conductorName;
  const triggers = forPullRequests ? [pullRequestsTo(forPullRequests.branches)] : source.triggers.map(triggerOf);
  const conductor = role(
    block,
    conducting,
    "Conducts the pipeline",
    trusts("codepipeline.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    // It copies what an action of another region takes (CodePipeline User Guide, "Add a cross-Region action in CodePipeline").
    [
      ...readsOf(stores),
      ...writesOf(stores),
      allow({ sid: "LooksAtTheBuckets", actions: "s3:GetBucketVersioning", resources: stores.map(({ bucketArn }) => bucketArn) }),
    ],
  );
  const acted = stages.map((stage) => ({ ...stage, actions: stage.actions.map((action) => actor(block, conducting, conductor, action)) }));
  const actions = acted.flatMap((stage) => stage.actions);
  const hands = grant(block, `${conducting}-actions`, conductor.role, [
    allow({ sid: "TakesOnTheRolesOfItsActions", actions: "sts:AssumeRole", resources: actions.map(({ roleArn }) => roleArn) }),
  ]);
  return block.add(
    forPullRequests ? `${forPullRequests.name} pipeline` : "Pipeline",
    "AWS::CodePipeline::Pipeline",
    {
      Name: block.name("pipeline", forPullRequests?.name ?? "delivery"),
      PipelineType: "V2",
      ExecutionMode: "QUEUED",
      RoleArn: att(conductor.role, "Arn"),
      ArtifactStores: places.map(({ region, store: { bucketName, keyArn } }) => ({
        Region: region,
        ArtifactStore: { Type: "S3", Location: bucketName, EncryptionKey: { Type: "KMS", Id: keyArn } },
      })),
      ...(triggers.length > 0 && { Triggers: triggers }),
      Stages: acted.map(({ name, triedTwice, turnsBack, actions: declared }) => ({
        Name: name,
        ...(triedTwice && retried),
        ...(turnsBack && { OnFailure: { Result: "ROLLBACK" as const } }),
        Actions: declared.map(({ declaration, roleArn }) => ({ ...declaration, RoleArn: roleArn })),
      })),
      Tags: site.tags,
    },
    { after: [...conductor.policies, hands, ...actions.flatMap(({ ready }) => ready)], proves: ["D01", "C04", "C22"] },
  );
}

/** An action with its role, made here unless it is another account's. */
function actor(block: Block, conducting: string, conductor: Granted, { declaration, by }: Action) {
  if ("roleArn" in by) return { declaration, roleArn: by.roleArn, ready: [] };
  const thing = `${conducting}-${String(declaration.Name).toLowerCase()}`;
  const made = role(block, thing, by.description, trustsAccounts(att(conductor.role, "Arn")), by.statements);
  return { declaration, roleArn: att(made.role, "Arn"), ready: made.policies };
}

/** CloudFormation has no attribute for it. */
export function pipelineArn({ site }: Block, made: Pipeline): Value<string> {
  return sub(`${arnOf(site.region, "codepipeline", site.account, "")}\${${made.id}}`);
}

const retried = { OnFailure: { Result: "RETRY" as const, RetryConfiguration: { RetryMode: "FAILED_ACTIONS" as const } } };

/** Tags and branches are filters of their own (CodePipeline User Guide, "Automate starting pipelines using triggers and filtering"). */
const triggerOf = ({ branches, paths, tags }: Push) => ({
  ProviderType: "CodeStarSourceConnection" as const,
  GitConfiguration: {
    SourceActionName: "Source",
    Push: [
      ...(branches.length > 0 ? [{ Branches: { Includes: branches }, ...(paths.length > 0 && { FilePaths: { Includes: paths } }) }] : []),
      ...(tags.length > 0 ? [{ Tags: { Includes: tags } }] : []),
    ],
  },
});

const pullRequestsTo = (branches: readonly string[]) => ({
  ProviderType: "CodeStarSourceConnection" as const,
  GitConfiguration: {
    SourceActionName: "Source",
    PullRequest: [{ Branches: { Includes: branches }, Events: ["OPEN", "UPDATED"] }],
  },
});

/** Names the pipeline and its artifacts for people and tests (C17). */
export function describePipeline({ stack, site }: Block, made: Pipeline, store: ArtifactStore): void {
  const pipelines = `${consoleOf(site.region)}/codesuite/codepipeline/pipelines`;
  stack.output("PipelineName", ref(made), "The pipeline");
  stack.output("PipelineUrl", sub(`${pipelines}/\${${made.id}}/view`), "The pipeline in the console");
  stack.output("ArtifactBucketName", store.bucketName, "Bucket of what the stages hand on");
  stack.output("ArtifactKeyArn", store.keyArn, "The key of what the stages hand on");
}
