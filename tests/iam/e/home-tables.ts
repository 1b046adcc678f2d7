import { type Call, calls, type RoleTable } from "../roles.ts";
import { through } from "../world.ts";
import { artifacts, connection, pipelineArn, project, registry, reports, stages, throughS3, tools } from "./places.ts";

const conductor = tools.roleArn("pipeline");
const sealed = {
  "s3:x-amz-server-side-encryption": "aws:kms",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": tools.keyOf("artifacts"),
};

// The documents of AWS that name these calls: tests/iam/d/tables.ts.
const readsArtifacts: readonly Call[] = [
  ...calls(`${artifacts}/billing/Source/a`, ["s3:GetObject", "s3:GetObjectVersion"]),
  ...calls(artifacts, ["s3:GetBucketAcl", "s3:GetBucketLocation"]),
  ...calls(tools.keyOf("artifacts"), ["kms:Decrypt"], throughS3),
];
const writesArtifacts: readonly Call[] = [
  ...calls(`${artifacts}/billing/Image/b`, ["s3:PutObject"], sealed),
  ...calls(tools.keyOf("artifacts"), ["kms:GenerateDataKey"], throughS3),
];
const writesLog = (name: string): readonly Call[] => calls(tools.stream(name), ["logs:CreateLogStream", "logs:PutLogEvents"]);
const testReports = ["codebuild:CreateReportGroup", "codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"];
const pullsImage: readonly Call[] = [
  ...calls("*", ["ecr:GetAuthorizationToken"]),
  ...calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
];
const pushes = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];

const runsBuildsOf = (thing: string): RoleTable => ({
  takenOnBy: conductor,
  must: calls(project(thing), ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]),
  never: [...readsArtifacts, ...writesArtifacts, ...calls(project(thing), ["codebuild:UpdateProject", "codebuild:DeleteProject"])],
});

const inStages = (thing: string): readonly string[] => stages.map((stage) => stage.roleArn(thing));
const ownActions = ["source", "test", "image", "scan", "smoke-staging", "approve-production", "smoke-production"];
const notices = tools.at("sns", tools.called("notices"));

/** For each role of the home, by its name without project, environment and region: the calls it must make. */
export const homeTables: Readonly<Record<string, RoleTable>> = {
  "test-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog("test"),
      ...readsArtifacts,
      ...calls(reports("test", "unit"), testReports),
      ...calls(reports("test", "coverage"), ["codebuild:BatchPutCodeCoverages"]),
    ],
    // It runs what a commit says, before anybody has looked at the commit.
    never: [...writesArtifacts, ...pullsImage],
  },
  "image-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog("image"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...pullsImage,
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
      ...writesLog("scan"),
      ...readsArtifacts,
      ...writesArtifacts,
      ...calls(`${artifacts}/scan-results/1/findings.json`, ["s3:PutObject"]),
      ...pullsImage,
      ...calls(reports("scan", "findings"), testReports),
    ],
    never: calls(registry, pushes),
  },
  "smoke-build": {
    takenOnBy: "codebuild.amazonaws.com",
    must: [...writesLog("smoke"), ...readsArtifacts, ...calls(reports("smoke", "smoke"), testReports)],
    never: [...writesArtifacts, ...pullsImage],
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
