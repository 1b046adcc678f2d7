import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { allows, grantsOf, statementsOf } from "../policies.ts";
import { type Part, readTemplates } from "../template.ts";
import {
  actionOf,
  actionsOf,
  config,
  delivered,
  pipelineOf,
  planOf,
  regionOf,
  root,
  stageOf,
  stages,
  stagesOf,
  tools,
  variablesOf,
} from "./plans.ts";

const inputsOf = (action: Part): readonly string[] => action.parts("InputArtifacts").map((one) => one.text("Name"));
const outputOf = (action: Part): string => action.text("OutputArtifacts.0.Name");

it("C01 every deploy runs Pulumi in CodeBuild, and no action is CloudFormation's", () => {
  for (const stage of stages) {
    const action = actionOf(tools, `Deploy-${stage}`);
    const project = tools.follow(action.at("Configuration.ProjectName"));
    expect(project.text("Source.BuildSpec")).toMatch(/\/buildspec\/pulumi\.yml$/);
    expect(variablesOf(tools, action)).toMatchObject({ ACTION: "up", PULUMI_STACK: stage });
    expect(variablesOf(tools, actionOf(tools, `Preview-${stage}`))).toMatchObject({ ACTION: "preview", PULUMI_STACK: stage });
  }
  const providers = new Set(actionsOf(tools).map((one) => one.at("ActionTypeId.Provider")));
  expect([...providers].sort()).toEqual(["CodeBuild", "CodeStarSourceConnection", "Lambda", "Manual"]);
});

it("C01 C16 A07 every build is told all that the buildspec demands, and the state's region with its URL", () => {
  for (const stage of stages)
    expect(variablesOf(tools, actionOf(tools, `Deploy-${stage}`))).toMatchObject({
      PULUMI_BACKEND_URL: "s3://acme-pulumi-state/catalog?region=eu-west-1",
      // Pulumi, "Secrets": the provider awskms takes the ARN of a key after three slashes.
      PULUMI_SECRETS_PROVIDER: "awskms:///arn:aws:kms:eu-west-1:111111111111:key/1a2b3c4d-5e6f-4708-8192-a3b4c5d6e7f8?region=eu-west-1",
      PULUMI_DIRECTORY: "source/infrastructure",
      AWS_TARGET_REGION: regionOf[stage],
    });
});

it("C02 GitHub comes by a connection; branches with paths, and tags, are filters of their own", () => {
  const source = actionOf(tools, "Source");
  expect(source.at("ActionTypeId.Provider")).toBe("CodeStarSourceConnection");
  expect(source.at("Configuration.DetectChanges")).toBe("false");
  expect(source.at("Configuration.OAuthToken")).toBeUndefined();
  // CodePipeline User Guide, "Automate starting pipelines using triggers and filtering": valid combinations.
  expect(pipelineOf(tools).at("Triggers")).toEqual([
    {
      ProviderType: "CodeStarSourceConnection",
      GitConfiguration: {
        SourceActionName: "Source",
        Push: [
          { Branches: { Includes: ["main", "hotfix/*"] }, FilePaths: { Includes: ["src/**", "infrastructure/**", "buildspec/**"] } },
          { Tags: { Includes: ["v*"] } },
        ],
      },
    },
  ]);
});

it("C02 pull requests start a pipeline that tests them and has no way to deploy", () => {
  const own = tools.one("AWS::CodePipeline::Pipeline", (one) => one.text("Name").endsWith("-pull-requests"));
  expect(own.at("Triggers.0.GitConfiguration")).toEqual({
    SourceActionName: "Source",
    PullRequest: [{ Branches: { Includes: ["main", "hotfix/*"] }, Events: ["OPEN", "UPDATED"] }],
  });
  const actions = own.parts("Stages").flatMap((stage) => stage.parts("Actions"));
  expect(actions.map((one) => one.at("Name"))).toEqual(["Source", "Test"]);
  expect(own.at("Stages.1.OnFailure.Result")).toBe("RETRY");
  const conductor = tools.follow(own.at("RoleArn"));
  const others = tools.all("AWS::IAM::Role").filter((role) => !actions.some((one) => one.at("RoleArn") === role.attribute("Arn")));
  for (const role of others)
    expect(
      grantsOf(tools, conductor).some((one) => allows(one, "sts:AssumeRole", role.attribute("Arn"))),
      role.id,
    ).toBe(false);
});

it("C02 an object in a bucket starts the pipeline by an event, and nothing polls", () => {
  const given = delivered({ source: { kind: "s3", key: "source.zip" } });
  const source = actionOf(given, "Source");
  const bucket = given.follow(source.at("Configuration.S3Bucket"));
  expect(source.at("Configuration")).toEqual({ S3Bucket: bucket.ref, S3ObjectKey: "source.zip", PollForSourceChanges: "false" });
  // CodePipeline User Guide, "Amazon S3 source action reference": the bucket has versions; Amazon S3 User Guide, "Using EventBridge".
  expect(bucket.at("VersioningConfiguration.Status")).toBe("Enabled");
  expect(bucket.at("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled")).toBe(true);
  const rule = given.one("AWS::Events::Rule", (one) => one.texts("EventPattern.source").includes("aws.s3"));
  expect(rule.at("EventPattern")).toMatchObject({
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket.ref] }, object: { key: ["source.zip"] } },
  });
  expect(rule.texts("Targets.0.Arn")).toEqual([`arn:aws:codepipeline:eu-west-1:111111111111:${pipelineOf(given).ref}`]);
  expect(pipelineOf(given).at("Triggers")).toBeUndefined();
  const grants = grantsOf(given, given.follow(source.at("RoleArn")));
  for (const action of ["s3:GetObject", "s3:GetObjectVersion"])
    expect(grants.some((one) => allows(one, action, `${bucket.attribute("Arn")}/source.zip`))).toBe(true);
});

it("C03 each region has a bucket and a key of its own, which are the pipeline's store there", () => {
  const stores = pipelineOf(tools).parts("ArtifactStores");
  expect(stores.map((one) => one.at("Region")).sort()).toEqual(["eu-central-1", "eu-west-1", "us-east-1"]);
  const keys = new Set<string>();
  for (const store of stores) {
    const bucket = tools.follow(store.at("ArtifactStore.Location"));
    const key = tools.follow(store.at("ArtifactStore.EncryptionKey.Id"));
    keys.add(key.ref);
    // CodePipeline User Guide, "Add a cross-Region action": bucket and key are in the region of the action and the account of the pipeline.
    expect([bucket.stack, key.stack]).toEqual([`base@${store.text("Region")}`, `base@${store.text("Region")}`]);
    expect(store.at("ArtifactStore.EncryptionKey")).toEqual({ Type: "KMS", Id: key.attribute("Arn") });
    expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID")).toBe(
      key.attribute("Arn"),
    );
    const conductor = grantsOf(tools, tools.follow(pipelineOf(tools).at("RoleArn")));
    for (const action of ["s3:GetObject", "s3:PutObject"])
      expect(conductor.some((one) => allows(one, action, `${bucket.attribute("Arn")}/a`))).toBe(true);
    for (const action of ["kms:Decrypt", "kms:GenerateDataKey"])
      expect(conductor.some((one) => allows(one, action, key.attribute("Arn")))).toBe(true);
  }
  expect(keys.size).toBe(3);
});

it("C04 each action acts with a role of its own, which only the pipeline takes on and which starts only its own build", () => {
  const conductor = tools.follow(pipelineOf(tools).at("RoleArn"));
  const roles = actionsOf(tools).map((one) => tools.follow(one.at("RoleArn")));
  expect(new Set(roles).size).toBe(roles.length);
  for (const role of roles)
    expect(statementsOf(role, "AssumeRolePolicyDocument").map((one) => one.accounts)).toEqual([[conductor.attribute("Arn")]]);
  const projects = [...new Set(actionsOf(tools).flatMap((one) => one.texts("Configuration.ProjectName")))];
  for (const action of actionsOf(tools).filter((one) => one.at("Configuration.ProjectName"))) {
    const grants = grantsOf(tools, tools.follow(action.at("RoleArn")));
    const mayStart = projects.filter((name) =>
      grants.some((one) => allows(one, "codebuild:StartBuild", tools.follow(name).attribute("Arn"))),
    );
    expect(mayStart).toEqual([action.at("Configuration.ProjectName")]);
  }
});

it("C05 every policy is a document whose parts AWS fills in, never text", () => {
  const places = ["PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "RepositoryPolicyText"];
  const documents = tools.found.flatMap((one) => places.map((at) => one.at(at)));
  const given = documents.filter((one) => one !== undefined);
  expect(given.length).toBeGreaterThan(40);
  for (const document of given) expect(document).toMatchObject({ Version: "2012-10-17", Statement: expect.any(Array) });
});

it("C06 C22 what passed the scan, and nothing from before it, is all that previews and deploys get", () => {
  const scan = actionOf(tools, "Scan");
  expect(stageOf(tools, "Scan").parts("Actions")).toHaveLength(1);
  expect(inputsOf(scan)).toEqual([outputOf(actionOf(tools, "Source")), outputOf(actionOf(tools, "Image"))]);
  const folder = variablesOf(tools, scan).SOURCE_FOLDER;
  // The buildspec finds the image in the input of this name.
  expect(variablesOf(tools, scan).IMAGE_ARTIFACT).toBe(outputOf(actionOf(tools, "Image")));
  for (const stage of stages) {
    for (const name of [`Preview-${stage}`, `Deploy-${stage}`]) expect(inputsOf(actionOf(tools, name))).toEqual([outputOf(scan)]);
    // The buildspec that a deploy runs, and its program, are of the scanned source too.
    const action = actionOf(tools, `Deploy-${stage}`);
    expect(tools.follow(action.at("Configuration.ProjectName")).text("Source.BuildSpec")).toBe(`${folder}/buildspec/pulumi.yml`);
    expect(variablesOf(tools, action).PULUMI_DIRECTORY).toBe(`${folder}/infrastructure`);
  }
  const places = stagesOf(tools).map((one) => one.at("Name"));
  expect(places.indexOf("Scan")).toBeLessThan(places.indexOf("Check-staging"));
});

it("C11 each stage is previewed before it is deployed, and all but the first are approved by a person who has a link to the preview", () => {
  for (const stage of stages) {
    const actions = stageOf(tools, `Check-${stage}`).parts("Actions");
    expect(actions[0]?.at("Name")).toBe(`Preview-${stage}`);
    if (stage === "staging") continue;
    const [preview, approve] = actions;
    expect(approve?.at("ActionTypeId.Provider")).toBe("Manual");
    expect(approve?.number("RunOrder")).toBeGreaterThan(preview?.number("RunOrder") ?? Number.NaN);
    const project = tools.follow(preview?.at("Configuration.ProjectName"));
    expect(approve?.at("Configuration.ExternalEntityLink")).toBe(
      `https://${regionOf[stage]}.console.aws.amazon.com/codesuite/codebuild/projects/${project.ref}/build/#{${preview?.at("Namespace")}.BUILD}/log`,
    );
  }
  // The variable of the link is one that the buildspec exports.
  expect(readFileSync(path.join(root, "assets/buildspecs/pulumi.yml"), "utf8")).toContain("exported-variables: [BUILD]");
});

it("C11 the link to a preview is into the console of the partition that the stage is in", () => {
  const region = "us-gov-west-1";
  const there = readTemplates(planOf("tools", { environments: config.environments.map((one) => ({ ...one, regions: [region] })) }));
  expect(actionOf(there, "Approve-virginia").at("Configuration.ExternalEntityLink")).toMatch(
    /^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\/codesuite\/codebuild\//,
  );
});

it("C11 C23 each deploy is followed by the release and that by smoke tests, the first by integration tests on its outputs, and a failure turns the stage back", () => {
  for (const stage of stages) {
    const [deploy, release, smoke, ...more] = stageOf(tools, stage).parts("Actions");
    const all = [deploy, release, smoke, ...more];
    expect(all.map((one) => one?.at("Name")).slice(0, 3)).toEqual([`Deploy-${stage}`, `Release-${stage}`, `Smoke-${stage}`]);
    // One after the other (CodePipeline structure reference: runOrder).
    expect(all.map((one) => one?.number("RunOrder"))).toEqual(all.map((_, at) => at + 1));
    // The buildspec asks each of SMOKE_PATHS below SMOKE_URL.
    const { SMOKE_URL, SMOKE_PATHS } = smoke ? variablesOf(tools, smoke) : {};
    expect(SMOKE_URL).toBe(`https://${config.environments.find(({ name }) => name === stage)?.domain}`);
    expect(SMOKE_PATHS).toBe(config.services[0].health);
    // AWS CloudFormation, AWS::CodePipeline::Pipeline FailureConditions: Result.
    expect(stageOf(tools, stage).at("OnFailure")).toEqual({ Result: "ROLLBACK" });
    expect(more.length).toBe(stage === "staging" ? 1 : 0);
  }
  const tests = actionOf(tools, "Integration-staging");
  const handed = outputOf(actionOf(tools, "Deploy-staging"));
  expect(inputsOf(tests)).toEqual([outputOf(actionOf(tools, "Source")), handed]);
  expect(variablesOf(tools, tests).OUTPUTS_ARTIFACT).toBe(handed);
  expect(tests.at("Configuration.PrimarySource")).toBe(outputOf(actionOf(tools, "Source")));
});

it("C01 C06 C10 each stage is released by a build in its region, with the scanned image and the outputs of the deploy, as one role there", () => {
  for (const stage of stages) {
    const release = actionOf(tools, `Release-${stage}`);
    const deploy = actionOf(tools, `Deploy-${stage}`);
    const scanned = outputOf(actionOf(tools, "Scan"));
    expect([inputsOf(release), release.at("Configuration.PrimarySource")]).toEqual([[scanned, outputOf(deploy)], scanned]);
    const project = tools.follow(release.at("Configuration.ProjectName"));
    expect(project.text("Source.BuildSpec")).toBe("source/buildspec/release.yml");
    expect([release.at("Region"), project.stack]).toEqual([regionOf[stage], `deploys@${regionOf[stage]}`]);
    // All that the buildspec demands.
    expect(variablesOf(tools, release)).toEqual({
      ENVIRONMENT: stage,
      PROJECT_DIRECTORY: "source/infrastructure",
      RELEASE_ROLE_ARN: expect.stringMatching(/:role\/catalog-\S+-stage-release$/),
      RELEASE_EXTERNAL_ID: String(variablesOf(tools, deploy).DEPLOY_EXTERNAL_ID),
      OUTPUTS_ARTIFACT: outputOf(deploy),
    });
    // Twice five minutes at 10 % and thirty for which the old copies are kept; an hour is for what no wait says.
    expect(project.number("TimeoutInMinutes")).toBe(130);
  }
});

it("C11 a run is never turned back by a plan of another run: no update is held to a saved plan", () => {
  for (const stage of stages) expect(variablesOf(tools, actionOf(tools, `Deploy-${stage}`))).not.toHaveProperty("PLAN_ARTIFACT");
});

it("C17 outputs name the pipeline, its address, the stores, the topic and the logger by what was made", () => {
  const name = pipelineOf(tools).ref;
  expect(tools.output("PipelineName")).toBe(name);
  expect(tools.output("PipelineUrl")).toBe(`https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/${name}/view`);
  expect(tools.output("TopicArn")).toBe(tools.one("AWS::SNS::Topic").ref);
  expect(tools.output("LoggerName")).toBe(tools.one("AWS::Lambda::Function").ref);
});

it("C23 each region is a stage of its own, in order, by a build there with its own role and store; a failure stops those after it", () => {
  const deploys = stagesOf(tools)
    .map((one) => one.text("Name"))
    .filter((name) => stages.some((stage) => stage === name));
  expect(deploys).toEqual([...stages]);
  const roles = stages.map((stage) => {
    const action = actionOf(tools, `Deploy-${stage}`);
    const project = tools.follow(action.at("Configuration.ProjectName"));
    expect([action.at("Region"), project.stack]).toEqual([regionOf[stage], `deploys@${regionOf[stage]}`]);
    expect(tools.follow(project.at("EncryptionKey")).stack).toBe(`base@${regionOf[stage]}`);
    return project.at("ServiceRole");
  });
  expect(new Set(roles).size).toBe(stages.length);
  // Only the result SKIP would go on after a failure (CodePipeline API reference, FailureConditions).
  for (const stage of stagesOf(tools)) expect(["ROLLBACK", "RETRY", undefined]).toContain(stage.at("OnFailure.Result"));
});
