import { arnOf } from "../../aws/arns.ts";
import { allow, type Statement, trusts, trustsAccounts } from "../../aws/policy.ts";
import { dnsSuffix } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Project } from "./build-project.ts";
import { imageArtifact } from "./builds.ts";
import { type Granted, grant, role } from "./role.ts";
import type { Source } from "./source.ts";

export type Pipeline = Resource<"AWS::CodePipeline::Pipeline">;

export interface PipelineNeeds {
  readonly source: Source;
  readonly store: ArtifactStore;
  readonly builds: { readonly test: Project; readonly image: Project; readonly scan: Project };
  /** Who approves hears of it here; without it nobody is asked. */
  readonly approval: { readonly topicArn: Value<string> } | undefined;
  readonly deploy: Deploy;
}

/** How the last stage hands the version over to CodeDeploy. */
export interface Deploy {
  readonly configuration: Readonly<Record<string, Value<string>>>;
  readonly statements: readonly Statement[];
}

const sourceArtifact = "Source";
/** What the scan passed. Deploys take their input from it and from nothing before it (C22). */
const scannedArtifact = "Scanned";

/**
 * Source, unit tests, image, security scan, approval, deploy: one pipeline, each stage with a role of its own that may do that one thing
 * (D01, C04). A failed build is tried once more; a failed deploy is turned back by CodeDeploy itself.
 */
export function pipeline(block: Block, needs: PipelineNeeds): Pipeline {
  const { site } = block;
  const { store, builds } = needs;
  const conductor = role(
    block,
    "pipeline",
    "Conducts the pipeline",
    trusts("codepipeline.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [...store.reads, ...store.writes, allow({ sid: "LooksAtTheBucket", actions: "s3:GetBucketVersioning", resources: store.bucketArn })],
  );
  const actors = stageRoles(block, conductor, needs);
  const { approval } = needs;
  const hands = grant(block, "pipeline-actions", conductor.role, [
    allow({
      sid: "TakesOnTheRolesOfItsStages",
      actions: "sts:AssumeRole",
      resources: Object.values(actors).map((one) => att(one.role, "Arn")),
    }),
    ...(approval ? asksForApproval(block, approval.topicArn) : []),
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
      ...(needs.source.triggers.length > 0 && { Triggers: needs.source.triggers.map(triggerOf) }),
      Stages: [
        { Name: "Source", Actions: [sourceAction(needs.source, actors.source)] },
        { Name: "Test", ...triedTwice, Actions: [buildAction("Test", "Test", builds.test, actors.test, [sourceArtifact], undefined)] },
        {
          Name: "Build",
          ...triedTwice,
          Actions: [buildAction("Image", "Build", builds.image, actors.image, [sourceArtifact], imageArtifact)],
        },
        {
          Name: "Scan",
          ...triedTwice,
          Actions: [buildAction("Scan", "Test", builds.scan, actors.scan, [sourceArtifact, imageArtifact], scannedArtifact)],
        },
        ...(approval ? [{ Name: "Approval", Actions: [approvalAction(approval.topicArn)] }] : []),
        { Name: "Deploy", Actions: [deployAction(needs.deploy, actors.deploy)] },
      ],
      Tags: site.tags,
    },
    { after: [...conductor.policies, hands, ...Object.values(actors).flatMap((one) => one.policies)], proves: ["D01", "C04", "C22"] },
  );
}

/** A role per stage, which the pipeline takes on for it (C04). */
function stageRoles(block: Block, conductor: Granted, { source, store, builds, deploy }: PipelineNeeds) {
  const actor = (thing: string, description: string, statements: readonly Statement[]): Granted =>
    role(block, `pipeline-${thing}`, description, trustsAccounts(att(conductor.role, "Arn")), statements);
  return {
    source: actor("source", "Fetches the source for the pipeline", [...store.reads, ...store.writes, ...source.statements]),
    // CodeBuild fetches and stores what these hand on, with the roles of its projects.
    test: actor("test", "Runs the tests for the pipeline", [startsBuildsOf(builds.test)]),
    image: actor("image", "Runs the image build for the pipeline", [startsBuildsOf(builds.image)]),
    scan: actor("scan", "Runs the scan for the pipeline", [startsBuildsOf(builds.scan)]),
    deploy: actor("deploy", "Starts the deployment for the pipeline", [...store.reads, ...deploy.statements]),
  };
}

/** CloudFormation has no attribute for it. */
export function pipelineArn({ site }: Block, made: Pipeline): Value<string> {
  return sub(`${arnOf(site.region, "codepipeline", site.account, "")}\${${made.id}}`);
}

const triedTwice = { OnFailure: { Result: "RETRY" as const, RetryConfiguration: { RetryMode: "FAILED_ACTIONS" as const } } };

const triggerOf = ({ branch }: { readonly branch: string }) => ({
  ProviderType: "CodeStarSourceConnection" as const,
  GitConfiguration: { SourceActionName: "Source", Push: [{ Branches: { Includes: [branch] } }] },
});

const startsBuildsOf = (project: Project): Statement =>
  allow({
    sid: "RunsThisBuild",
    actions: ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
    resources: att(project, "Arn"),
  });

const sourceAction = ({ provider, configuration }: Source, { role: by }: Granted) => ({
  Name: "Source",
  ActionTypeId: { Category: "Source" as const, Owner: "AWS", Provider: provider, Version: "1" },
  Configuration: configuration,
  OutputArtifacts: [{ Name: sourceArtifact }],
  Namespace: "Source",
  RoleArn: att(by, "Arn"),
});

function buildAction(
  name: string,
  category: "Build" | "Test",
  project: Project,
  { role: by }: Granted,
  inputs: readonly string[],
  output: string | undefined,
) {
  return {
    Name: name,
    ActionTypeId: { Category: category, Owner: "AWS", Provider: "CodeBuild", Version: "1" },
    // With several inputs CodeBuild must know which one is the source.
    Configuration: { ProjectName: ref(project), ...(inputs.length > 1 && { PrimarySource: inputs[0] }) },
    InputArtifacts: inputs.map((Name) => ({ Name })),
    ...(output !== undefined && { OutputArtifacts: [{ Name: output }] }),
    Namespace: name,
    RoleArn: att(by, "Arn"),
  };
}

/** Who publishes to an encrypted topic uses its key (Amazon SNS Developer Guide, "Configuring AWS KMS permissions"). */
function asksForApproval({ site, name }: Block, topicArn: Value<string>): readonly Statement[] {
  return [
    allow({ sid: "AsksForApproval", actions: "sns:Publish", resources: topicArn }),
    allow({
      sid: "SealsItsQuestion",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: arnOf(site.region, "kms", site.account, "key/*"),
      conditions: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": name("key-alias", "notices") },
        StringEquals: { "kms:ViaService": `sns.${site.region}.${dnsSuffix(site.region)}` },
      },
    }),
  ];
}

const approvalAction = (topicArn: Value<string>) => ({
  Name: "Approve",
  ActionTypeId: { Category: "Approval" as const, Owner: "AWS", Provider: "Manual", Version: "1" },
  Configuration: { NotificationArn: topicArn, CustomData: "Commit #{Image.COMMIT}, image #{Image.IMAGE_DIGEST}, passed the scan" },
  // AWS waits seven days; an approval that nobody gives for three is a no.
  TimeoutInMinutes: 3 * 24 * 60,
});

const deployAction = ({ configuration }: Deploy, { role: by }: Granted) => ({
  Name: "Deploy",
  ActionTypeId: { Category: "Deploy" as const, Owner: "AWS", Provider: "CodeDeployToECS", Version: "1" },
  Configuration: {
    ...configuration,
    TaskDefinitionTemplateArtifact: scannedArtifact,
    TaskDefinitionTemplatePath: "taskdef.json",
    AppSpecTemplateArtifact: scannedArtifact,
    AppSpecTemplatePath: "appspec.yaml",
    Image1ArtifactName: scannedArtifact,
    Image1ContainerName: "IMAGE1_NAME",
  },
  InputArtifacts: [{ Name: scannedArtifact }],
  RoleArn: att(by, "Arn"),
});

export interface CodeDeployTarget {
  readonly application: Value<string>;
  readonly group: Value<string>;
  readonly config: Value<string>;
  readonly taskFamily: string;
  readonly taskRoleArns: readonly Value<string>[];
}

/** The deploy of a service on ECS by CodeDeploy: this application, this group, this family of tasks with these roles. */
export function deployToEcs({ site }: Block, { application, group, config, taskFamily, taskRoleArns }: CodeDeployTarget): Deploy {
  const codedeploy = (resource: string, values: Readonly<Record<string, Value<string>>>): Value<string> =>
    sub(arnOf(site.region, "codedeploy", site.account, resource), values);
  return {
    configuration: { ApplicationName: application, DeploymentGroupName: group },
    statements: [
      allow({
        sid: "DeploysThisService",
        actions: [
          "codedeploy:CreateDeployment",
          "codedeploy:GetApplication",
          "codedeploy:GetApplicationRevision",
          "codedeploy:GetDeployment",
          "codedeploy:GetDeploymentConfig",
          "codedeploy:RegisterApplicationRevision",
        ],
        resources: [
          codedeploy("application:${Application}", { Application: application }),
          codedeploy("deploymentgroup:${Application}/${Group}", { Application: application, Group: group }),
          codedeploy("deploymentconfig:${Config}", { Config: config }),
        ],
      }),
      allow({
        sid: "RegistersItsTasks",
        actions: "ecs:RegisterTaskDefinition",
        resources: arnOf(site.region, "ecs", site.account, `task-definition/${taskFamily}:*`),
      }),
      allow({
        sid: "TagsWhatItRegisters",
        actions: "ecs:TagResource",
        resources: arnOf(site.region, "ecs", site.account, `task-definition/${taskFamily}:*`),
        conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
      }),
      allow({
        sid: "StartsTasksWithTheirRoles",
        actions: "iam:PassRole",
        resources: taskRoleArns,
        conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ],
  };
}
