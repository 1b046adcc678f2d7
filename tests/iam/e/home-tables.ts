import { calls, type RoleTable } from "../roles.ts";
import { artifactsOf, pullsImage, pushes, runsBuild, testReports, writesLog } from "../tables.ts";
import { through } from "../world.ts";
import { artifacts, connection, pipelineArn, project, registry, reports, stages, tools } from "./places.ts";

const conductor = tools.roleArn("pipeline");

// The documents of AWS that name these calls: tests/iam/tables.ts.
const { reads: readsArtifacts, writes: writesArtifacts } = artifactsOf(tools);
const runsBuildsOf = (thing: string): RoleTable => runsBuild(conductor, project(thing), [...readsArtifacts, ...writesArtifacts]);

const inStages = (thing: string): readonly string[] => stages.map((stage) => stage.roleArn(thing));
const ownActions = ["source", "test", "image", "scan", "smoke-staging", "approve-production", "smoke-production"];
const notices = tools.at("sns", tools.called("notices"));

/** For each role of the home, by its name without project, environment and region: the calls it must make. */
export const homeTables: Readonly<Record<string, RoleTable>> = {
  "test-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog(tools, "test"),
      ...readsArtifacts,
      ...calls(reports("test", "unit"), testReports),
      ...calls(reports("test", "coverage"), ["codebuild:BatchPutCodeCoverages"]),
    ],
    // It runs what a commit says, before anybody has looked at the commit.
    never: [...writesArtifacts, ...pullsImage(registry)],
  },
  "image-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog(tools, "image"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...pullsImage(registry),
      ...calls(registry, pushes),
      // assets/buildspecs/image.yml reads the task definition of each stage as the role that may.
      ...calls(inStages("stage-read"), ["sts:AssumeRole"]),
    ],
    never: [
      ...calls(inStages("stage-deploy"), ["sts:AssumeRole"]),
      ...calls("*", ["ecs:DescribeTaskDefinition"]),
      ...calls(registry, ["ecr:PutImageTagMutability"]),
    ],
  },
  "scan-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog(tools, "scan"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...calls(`${artifacts}/scan-results/1/findings.json`, ["s3:PutObject"]),
      ...pullsImage(registry),
      ...calls(reports("scan", "findings"), testReports),
    ],
    never: calls(registry, pushes),
  },
  "smoke-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [...writesLog(tools, "smoke"), ...readsArtifacts, ...calls(reports("smoke", "smoke"), testReports)],
    never: [...writesArtifacts, ...pullsImage(registry)],
  },
  pipeline: {
    takenOnBy: "codepipeline.amazonaws.com",
    must: [
      ...readsArtifacts,
      ...writesArtifacts,
      ...calls(artifacts, ["s3:GetBucketVersioning"]),
      // CodePipeline User Guide, "Create a pipeline in CodePipeline that uses resources from another AWS account": it takes on the roles there.
      ...calls([...ownActions.map((action) => tools.roleArn(`pipeline-${action}`)), ...inStages("stage-deploy")], ["sts:AssumeRole"]),
    ],
    never: [...calls(inStages("stage-read"), ["sts:AssumeRole"]), ...calls(inStages("api-execution"), ["sts:AssumeRole"])],
  },
  "pipeline-source": {
    takenOnBy: conductor,
    must: [
      ...readsArtifacts,
      ...writesArtifacts,
      // CodePipeline User Guide, "CodeStarSourceConnection for ... source actions": service role permissions.
      ...calls(connection, ["codeconnections:UseConnection"]),
    ],
  },
  "pipeline-test": runsBuildsOf("test"),
  "pipeline-image": runsBuildsOf("image"),
  "pipeline-scan": runsBuildsOf("scan"),
  "pipeline-smoke-staging": runsBuildsOf("smoke"),
  "pipeline-smoke-production": runsBuildsOf("smoke"),
  "pipeline-approve-production": {
    takenOnBy: conductor,
    must: [
      ...calls(notices, ["sns:Publish"]),
      ...calls(tools.keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through(tools, "sns", "notices")),
    ],
    never: [
      ...calls(`${pipelineArn}/Approve-production/Approve-production`, ["codepipeline:PutApprovalResult"]),
      ...calls(tools.keyOf("notices"), ["kms:Decrypt", "kms:GenerateDataKey"], through(tools, "s3", "notices")),
    ],
  },
};
