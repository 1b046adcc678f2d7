import { type Call, calls, type RoleTable } from "../roles.ts";
import { artifactsOf, flowLog, inNetwork, pullsImage, pushes, runsBuild, testReports, writesLog } from "../tables.ts";
import { through, throughBucket, type World } from "../world.ts";
import { connection, homeOf, logger, notices, pipelineArn, project, registry, reports, stages, state, tools, toolsIn } from "./places.ts";

const conductor = tools.roleArn("pipeline");
const pullRequests = tools.roleArn("pull-requests");

// The documents of AWS that name these calls: tests/iam/tables.ts.
const { reads, writes } = artifactsOf(tools);
const homes = Object.values(toolsIn);
const nothingElse = [...reads, ...writes];

/** For each role of the home, by its region and its name: the calls it must make. */
export const homeTables: Readonly<Record<string, RoleTable>> = {
  "euw1-flow-log": flowLog(tools),
  "euw1-deployment-logger": recorder(),
  ...builds(),
  ...Object.fromEntries(stages.map((stage) => [`${shortOf(stage)}-deploy-${stage.name}-build`, deploys(stage)])),
  ...Object.fromEntries(stages.map((stage) => [`${shortOf(stage)}-release-${stage.name}-build`, releasing(stage)])),
  "euw1-pipeline": {
    takenOnBy: "codepipeline.amazonaws.com",
    must: [
      // CodePipeline User Guide, "Add a cross-Region action in CodePipeline": it copies what an action of another region takes.
      ...homes.flatMap((home) => [...artifactsOf(home).reads, ...artifactsOf(home).writes]),
      ...calls(
        homes.map(({ bucket }) => bucket("artifacts")),
        ["s3:GetBucketVersioning"],
      ),
      // CodePipeline structure reference, "roleArn" of an action: the role of the pipeline takes it on.
      ...calls(actionsOf().map(tools.roleArn), ["sts:AssumeRole"]),
    ],
    never: [
      ...calls(
        stages.flatMap((stage) => [stage.roleArn("stage-deploy"), stage.roleArn("stage-release")]),
        ["sts:AssumeRole"],
      ),
      ...calls([tools.roleArn("pull-requests-test"), tools.roleArn("image-build")], ["sts:AssumeRole"]),
      ...calls(project(tools, "image"), ["codebuild:StartBuild"]),
      ...calls(logger, ["lambda:InvokeFunction"]),
    ],
  },
  "euw1-pipeline-source": fetches(conductor),
  "euw1-pipeline-test": runsBuild(conductor, project(tools, "test"), nothingElse),
  "euw1-pipeline-image": runsBuild(conductor, project(tools, "image"), nothingElse),
  "euw1-pipeline-scan": runsBuild(conductor, project(tools, "scan"), nothingElse),
  ...Object.fromEntries(stages.flatMap(actionsIn)),
  // Pull requests come near no stage: its role may take on no other role than these two.
  "euw1-pull-requests": {
    takenOnBy: "codepipeline.amazonaws.com",
    must: [
      ...reads,
      ...writes,
      ...calls(tools.bucket("artifacts"), ["s3:GetBucketVersioning"]),
      ...calls([tools.roleArn("pull-requests-source"), tools.roleArn("pull-requests-test")], ["sts:AssumeRole"]),
    ],
    never: [...calls(actionsOf().map(tools.roleArn), ["sts:AssumeRole"]), ...homes.slice(1).flatMap((home) => artifactsOf(home).reads)],
  },
  "euw1-pull-requests-source": fetches(pullRequests),
  "euw1-pull-requests-test": runsBuild(pullRequests, project(tools, "test"), nothingElse),
};

function shortOf({ region }: World): string {
  return { "eu-west-1": "euw1", "eu-central-1": "euc1", "us-east-1": "use1" }[region] ?? "";
}

/** Names of the roles of all actions of the pipeline. */
function actionsOf(): readonly string[] {
  const own = ["source", "test", "image", "scan"];
  const of = ({ name }: World) => ["preview", "deploy", "release", "smoke", "record"].map((action) => `${action}-${name}`);
  const asked = stages.slice(1).map(({ name }) => `approve-${name}`);
  return [...own, ...stages.flatMap(of), ...asked, "integration-staging"].map((action) => `pipeline-${action}`);
}

// CodePipeline User Guide, "CodeStarSourceConnection for ... source actions": service role permissions.
function fetches(by: string): RoleTable {
  return {
    takenOnBy: by,
    must: [...reads, ...writes, ...calls(connection, ["codeconnections:UseConnection"])],
    never: [
      ...calls(connection, ["codeconnections:DeleteConnection", "codeconnections:PassConnection"]),
      ...calls(connection.replace(/[^/]+$/, "a1b2c3d4-5e6f-4708-8192-a3b4c5d6e7f8"), ["codeconnections:UseConnection"]),
    ],
  };
}

function builds(): Readonly<Record<string, RoleTable>> {
  const build = (thing: string, must: readonly Call[], never: readonly Call[]): readonly [string, RoleTable] => [
    `euw1-${thing}-build`,
    { takenOnBy: "codebuild.amazonaws.com", must: [...writesLog(tools, thing), ...reads, ...must], never },
  ];
  const reported = (thing: string, report: string): readonly Call[] => calls(reports(thing, report), testReports);
  const pushing = calls(registry, pushes);
  return Object.fromEntries([
    // It runs what a commit says, before anybody has looked at the commit.
    build(
      "test",
      [...reported("test", "unit"), ...calls(reports("test", "coverage"), ["codebuild:BatchPutCodeCoverages"])],
      [...writes, ...pullsImage(registry)],
    ),
    build("image", [...writes, ...pullsImage(registry), ...pushing], calls("*", ["ecs:DescribeTaskDefinition"])),
    build(
      "scan",
      [
        ...writes,
        ...calls(`${tools.bucket("artifacts")}/scan-results/1/findings.json`, ["s3:PutObject"]),
        ...pullsImage(registry),
        ...reported("scan", "findings"),
      ],
      pushing,
    ),
    build("smoke", reported("smoke", "smoke"), [...writes, ...pullsImage(registry)]),
    build("integration", reported("integration", "integration"), [...writes, ...pullsImage(registry)]),
  ]);
}

// assets/buildspecs/pulumi.yml. Pulumi, "Managing state and backend options": files below the prefix, locks among them; "Secrets": values are
// sealed with the key, under which the bucket of the state may lie too.
function deploys(stage: World): RoleTable {
  const home = homeOf(stage);
  const { reads: own, writes: hands } = artifactsOf(home);
  const others = stages.filter((one) => one !== stage);
  const throughState = throughBucket(tools.region, state.bucket);
  return {
    takenOnBy: "codebuild.amazonaws.com",
    must: [
      ...writesLog(home, `deploy-${stage.name}`),
      ...own,
      ...hands,
      ...calls(stage.roleArn("stage-deploy"), ["sts:AssumeRole"]),
      ...calls(state.bucket, ["s3:ListBucket"]),
      ...calls(`${state.bucket}/catalog/.pulumi/stacks/${stage.name}.json`, ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
      ...calls(state.key, ["kms:Decrypt", "kms:Encrypt"]),
      ...calls(state.key, ["kms:GenerateDataKey"], throughState),
    ],
    never: [
      ...calls(
        others.map((one) => one.roleArn("stage-deploy")),
        ["sts:AssumeRole"],
      ),
      ...Object.values(toolsIn)
        .filter((one) => one !== home)
        .flatMap((one) => artifactsOf(one).reads),
      ...calls(`${state.bucket}/other/.pulumi/stacks/a.json`, ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
      ...calls(state.bucket, ["s3:PutBucketPolicy", "s3:DeleteBucket"]),
      ...calls(state.key, ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"]),
      ...calls(registry, pushes),
    ],
  };
}

// assets/buildspecs/release.yml: all that it asks of AWS it asks with the role of the stage.
function releasing(stage: World): RoleTable {
  const home = homeOf(stage);
  const { reads: own, writes: hands } = artifactsOf(home);
  const others = stages.filter((one) => one !== stage);
  return {
    takenOnBy: "codebuild.amazonaws.com",
    must: [...writesLog(home, `release-${stage.name}`), ...own, ...calls(stage.roleArn("stage-release"), ["sts:AssumeRole"])],
    never: [
      ...hands,
      ...calls(
        [...others.map((one) => one.roleArn("stage-release")), ...stages.map((one) => one.roleArn("stage-deploy"))],
        ["sts:AssumeRole"],
      ),
      ...calls(`${state.bucket}/catalog/.pulumi/stacks/${stage.name}.json`, ["s3:GetObject", "s3:PutObject"]),
      ...calls(state.key, ["kms:Decrypt"]),
      ...calls(registry, pushes),
    ],
  };
}

function actionsIn({ name, ...stage }: World): readonly (readonly [string, RoleTable])[] {
  const build = project(homeOf({ name, ...stage }), `deploy-${name}`);
  const action = (what: string, table: RoleTable) => [`euw1-pipeline-${what}-${name}`, table] as const;
  return [
    action("preview", runsBuild(conductor, build, nothingElse)),
    action("deploy", runsBuild(conductor, build, nothingElse)),
    action("release", runsBuild(conductor, project(homeOf({ name, ...stage }), `release-${name}`), nothingElse)),
    action("smoke", runsBuild(conductor, project(tools, "smoke"), nothingElse)),
    action("record", {
      takenOnBy: conductor,
      // CodePipeline User Guide, "Add permissions to the CodePipeline service role": AWS Lambda.
      must: [...calls(logger, ["lambda:InvokeFunction"]), ...calls("*", ["lambda:ListFunctions"])],
      never: calls(logger, ["lambda:UpdateFunctionCode", "lambda:GetFunction", "lambda:AddPermission"]),
    }),
    ...(name === "staging"
      ? [action("integration", runsBuild(conductor, project(tools, "integration"), nothingElse))]
      : [action("approve", asks(name))]),
  ];
}

// CodePipeline User Guide, "Grant Amazon SNS permissions to a CodePipeline service role"; Amazon SNS Developer Guide, "Managing Amazon SNS
// encryption keys and costs": who publishes to an encrypted topic makes a data key and decrypts.
function asks(stage: string): RoleTable {
  const seals = ["kms:Decrypt", "kms:GenerateDataKey"];
  return {
    takenOnBy: conductor,
    must: [...calls(notices, ["sns:Publish"]), ...calls(tools.keyOf("notices"), seals, through(tools, "sns", "notices"))],
    // Who asks does not answer, and uses the key for nothing but asking.
    never: [
      ...calls(`${pipelineArn}/Check-${stage}/Approve-${stage}`, ["codepipeline:PutApprovalResult"]),
      ...calls(tools.keyOf("notices"), seals, through(tools, "s3", "notices")),
    ],
  };
}

// assets/functions/deployment-logger/codepipeline.ts.
function recorder(): RoleTable {
  return inNetwork(tools, "deployment-logger", {
    must: [
      ...calls("*", ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"]),
      ...calls(pipelineArn, ["codepipeline:GetPipelineExecution"]),
    ],
    never: [...calls(tools.at("codepipeline", tools.called("pull-requests")), ["codepipeline:GetPipelineExecution"]), ...reads],
  });
}
