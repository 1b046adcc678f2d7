import { nameOf } from "../../aws/names.ts";
import { allow, anyResource } from "../../aws/policy.ts";
import { consoleOf, type Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, ref, sub } from "../template.ts";
import type { Project } from "./build-project.ts";
import { imageArtifact } from "./builds.ts";
import { type Action, askForApproval, scannedArtifact, sourceArtifact, startsBuildsOf } from "./pipeline-actions.ts";
import { deployBuild } from "./pulumi-builds.ts";
import { releaseBuildName } from "./release-build.ts";

/** A build of another stack, and perhaps of another region. */
export interface BuildElsewhere {
  readonly name: Value<string>;
  readonly arn: Value<string>;
  readonly region: Region;
}

/** Says what an update would do, with everything that the update will run. */
export const preview = (stage: string, build: BuildElsewhere): Action => pulumi(`Preview-${stage}`, stage, build, "preview", 1);

/** Makes the stage what the scanned program says, with the scanned image; what it offers is handed on. */
export function update(stage: string, build: BuildElsewhere): Action {
  const { declaration, by } = pulumi(`Deploy-${stage}`, stage, build, "up", 1);
  return { declaration: { ...declaration, OutputArtifacts: [{ Name: outputsOf(stage) }] }, by };
}

/** The artifact that holds what a stage offers: names of artifacts take no hyphens in the variables of a build. */
const outputsOf = (stage: string): string => `Outputs_${stage}`;

function pulumi(
  name: string,
  stage: string,
  { name: project, arn, region }: BuildElsewhere,
  action: "preview" | "up",
  order: number,
): Action {
  return {
    declaration: {
      Name: name,
      ActionTypeId: { Category: "Build", Owner: "AWS", Provider: "CodeBuild", Version: "1" },
      Configuration: { ProjectName: project, EnvironmentVariables: variables({ ACTION: action }) },
      InputArtifacts: [{ Name: scannedArtifact }],
      Namespace: name,
      Region: region,
      RunOrder: order,
    },
    by: {
      description: `Runs ${deployBuild(stage)} for the pipeline`,
      statements: [startsBuildsOf(arn)],
    },
  };
}

/** Releases the scanned image to a stage that Pulumi has brought up, and ends as the release ends (C01, ADR 0036). */
export function releaseTo(stage: string, { name: project, arn, region }: BuildElsewhere): Action {
  const name = `Release-${stage}`;
  const outputs = outputsOf(stage);
  return {
    declaration: {
      Name: name,
      ActionTypeId: { Category: "Build", Owner: "AWS", Provider: "CodeBuild", Version: "1" },
      Configuration: {
        ProjectName: project,
        PrimarySource: scannedArtifact,
        EnvironmentVariables: variables({ OUTPUTS_ARTIFACT: outputs }),
      },
      InputArtifacts: [{ Name: scannedArtifact }, { Name: outputs }],
      Namespace: name,
      Region: region,
      RunOrder: 2,
    },
    by: { description: `Runs ${releaseBuildName(stage)} for the pipeline`, statements: [startsBuildsOf(arn)] },
  };
}

/** Runs the project's integration tests against what a stage offers. */
export function testTogether(project: Project, stage: string): Action {
  const name = `Integration-${stage}`;
  return {
    declaration: {
      Name: name,
      ActionTypeId: { Category: "Test", Owner: "AWS", Provider: "CodeBuild", Version: "1" },
      Configuration: {
        ProjectName: ref(project),
        PrimarySource: sourceArtifact,
        EnvironmentVariables: variables({ OUTPUTS_ARTIFACT: outputsOf(stage) }),
      },
      InputArtifacts: [{ Name: sourceArtifact }, { Name: outputsOf(stage) }],
      Namespace: name,
      RunOrder: 4,
    },
    by: {
      description: `Runs the integration tests on ${stage} for the pipeline`,
      statements: [startsBuildsOf(att(project, "Arn"))],
    },
  };
}

/** A person reads what the preview says, behind the link, and lets it happen or not (C11). */
export function approvePreview(block: Block, topicArn: Value<string>, stage: string, { name: project, region }: BuildElsewhere): Action {
  const { declaration, by } = askForApproval(block, topicArn);
  const log = `${consoleOf(region)}/codesuite/codebuild/projects/\${Project}/build/#{Preview-${stage}.BUILD}/log`;
  return {
    declaration: {
      ...declaration,
      Name: `Approve-${stage}`,
      Configuration: { ...Object(declaration.Configuration), ExternalEntityLink: sub(log, { Project: project }) },
      RunOrder: 2,
    },
    by,
  };
}

/**
 * Tells the logger of a deploy that went well (CodePipeline User Guide, "AWS Lambda invoke action reference"; "Add permissions to the
 * CodePipeline service role": for AWS Lambda it also lists functions).
 */
export function recordDeploy(home: Site, logger: { readonly name: Value<string>; readonly arn: Value<string> }, target: Site): Action {
  const stage = target.environment;
  return {
    declaration: {
      Name: `Record-${stage}`,
      ActionTypeId: { Category: "Invoke", Owner: "AWS", Provider: "Lambda", Version: "1" },
      Configuration: {
        FunctionName: logger.name,
        UserParameters: JSON.stringify({
          pipeline: nameOf("pipeline", home, "delivery"),
          execution: "#{codepipeline.PipelineExecutionId}",
          environment: stage,
          account: target.account,
          region: target.region,
          commit: `#{${imageArtifact}.COMMIT}`,
          digest: `#{${imageArtifact}.IMAGE_DIGEST}`,
        }),
      },
    },
    by: {
      description: `Has the deploy to ${stage} recorded for the pipeline`,
      statements: [
        allow({ sid: "InvokesTheLogger", actions: "lambda:InvokeFunction", resources: logger.arn }),
        allow({ actions: "lambda:ListFunctions", resources: anyResource("ListingFunctionsKnowsNoResource") }),
      ],
    },
  };
}

const variables = (values: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(values).map(([name, value]) => ({ name, value, type: "PLAINTEXT" })));
