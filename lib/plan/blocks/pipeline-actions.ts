import { allow, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { CodePipeline_Pipeline_ActionDeclaration as Declaration } from "../cloudformation.gen.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Project } from "./build-project.ts";
import { imageArtifact } from "./builds.ts";
import type { Deploy } from "./deploy-to-ecs.ts";
import type { Source } from "./source.ts";
import { publishesTo } from "./topic.ts";

/** One action of a stage, and what the role that the pipeline takes on for it may do; an action in another account has its role there. */
export interface Action {
  readonly declaration: Omit<Declaration, "RoleArn">;
  readonly by: { readonly description: string; readonly statements: readonly Statement[] } | { readonly roleArn: string };
}

/** What was pushed, as it was fetched. */
export const sourceArtifact = "Source";
/** What the scan passed. Deploys take their input from it and from nothing before it (C22). */
export const scannedArtifact = "Scanned";

/** Fetches what was pushed, into the store of the pipeline (C02). */
export function fetchSource({ provider, configuration, statements }: Source, store: ArtifactStore): Action {
  return {
    declaration: {
      Name: "Source",
      ActionTypeId: { Category: "Source", Owner: "AWS", Provider: provider, Version: "1" },
      Configuration: configuration,
      OutputArtifacts: [{ Name: sourceArtifact }],
      Namespace: "Source",
    },
    by: { description: "Fetches the source for the pipeline", statements: [...store.reads, ...store.writes, ...statements] },
  };
}

/** Lint and unit tests of the source. */
export const runTests = (project: Project): Action => runBuild("Test", "Test", project, [sourceArtifact]);
/** Builds the image, once for all stages (C06). */
export const buildImage = (project: Project): Action => runBuild("Image", "Build", project, [sourceArtifact], imageArtifact);
/** Scans image and source, and hands both on if nothing was found (C22). */
export const scanImage = (project: Project): Action => runBuild("Scan", "Test", project, [sourceArtifact, imageArtifact], scannedArtifact);

/** Releases what passed the scan, and waits until ECS has shifted all traffic to it or turned back. */
export const releaseImage = (project: Project): Action => runBuild("Deploy", "Build", project, [scannedArtifact]);

/** Asks the service under its name after a deploy, in its place of the stage; what fails turns the pipeline red where the callers are. */
export function smokeTest(project: Project, name: string, url: string, place = 2): Action {
  const { declaration, by } = runBuild(name, "Test", project, [sourceArtifact]);
  const variables = JSON.stringify([{ name: "SMOKE_URL", value: url, type: "PLAINTEXT" }]);
  return {
    declaration: { ...declaration, RunOrder: place, Configuration: { ProjectName: ref(project), EnvironmentVariables: variables } },
    by,
  };
}

function runBuild(name: string, category: "Build" | "Test", project: Project, inputs: readonly string[], output?: string): Action {
  return {
    declaration: {
      Name: name,
      ActionTypeId: { Category: category, Owner: "AWS", Provider: "CodeBuild", Version: "1" },
      // With several inputs CodeBuild must know which one is the source.
      Configuration: { ProjectName: ref(project), ...(inputs.length > 1 && { PrimarySource: inputs[0] }) },
      InputArtifacts: inputs.map((Name) => ({ Name })),
      ...(output !== undefined && { OutputArtifacts: [{ Name: output }] }),
      Namespace: name,
    },
    // CodeBuild fetches and stores what is handed on, with the role of its project.
    by: { description: `Runs the ${name.toLowerCase()} build for the pipeline`, statements: [startsBuildsOf(att(project, "Arn"))] },
  };
}

/** Starts this build and waits for it, or stops it. */
export const startsBuildsOf = (projectArn: Value<string>): Statement =>
  allow({
    sid: "RunsThisBuild",
    actions: ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
    resources: projectArn,
  });

/** A person looks at it first; AWS would wait seven days, and an approval that nobody gives for three is a no. */
export function askForApproval(block: Block, topicArn: Value<string>): Action {
  return {
    declaration: {
      Name: "Approve",
      ActionTypeId: { Category: "Approval", Owner: "AWS", Provider: "Manual", Version: "1" },
      Configuration: { NotificationArn: topicArn, CustomData: "Commit #{Image.COMMIT}, image #{Image.IMAGE_DIGEST}, passed the scan" },
      TimeoutInMinutes: 3 * 24 * 60,
    },
    by: {
      description: "Asks people for the pipeline",
      statements: publishesTo(block, topicArn, { publishes: "AsksForApproval", seals: "SealsItsQuestion" }),
    },
  };
}

/** The scanned image as a new version of the service, shifted by CodeDeploy. `taskDefinition` is the file that the image build wrote. */
export function deploy(name: string, { configuration }: Pick<Deploy, "configuration">, taskDefinition: string, by: Action["by"]): Action {
  return {
    declaration: {
      Name: name,
      ActionTypeId: { Category: "Deploy", Owner: "AWS", Provider: "CodeDeployToECS", Version: "1" },
      Configuration: {
        ...configuration,
        TaskDefinitionTemplateArtifact: scannedArtifact,
        TaskDefinitionTemplatePath: taskDefinition,
        AppSpecTemplateArtifact: scannedArtifact,
        AppSpecTemplatePath: "appspec.yaml",
        Image1ArtifactName: scannedArtifact,
        Image1ContainerName: "IMAGE1_NAME",
      },
      InputArtifacts: [{ Name: scannedArtifact }],
      RunOrder: 1,
    },
    by,
  };
}
