import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { allows, grantsOf, statementsOf } from "../policies.ts";
import { type Found, type Part, partOf, type Templates } from "../template.ts";
import { nativeBoth } from "./native.ts";
import { both, changed, config, production, root } from "./plans.ts";

const pipelineOf = (templates: Templates): Found => templates.one("AWS::CodePipeline::Pipeline");

/** The actions of the pipeline in the order in which it runs them. */
const actionsOf = (templates: Templates): readonly Part[] =>
  pipelineOf(templates)
    .parts("Stages")
    .flatMap((stage) => stage.parts("Actions"));

const actionOf = (templates: Templates, provider: string, name?: string): Part => {
  const found = actionsOf(templates).filter((one) => one.at("ActionTypeId.Provider") === provider && (!name || one.at("Name") === name));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} actions of ${provider}`);
  return found[0];
};

const outputOf = (action: Part): string => action.text("OutputArtifacts.0.Name");
const inputsOf = (action: Part): readonly string[] => action.parts("InputArtifacts").map((one) => one.text("Name"));

const arnOfPipeline = (templates: Templates): string =>
  `arn:aws:codepipeline:${templates.region}:${templates.account}:${pipelineOf(templates).ref}`;

it.each(both)("D01 a push to the branch of the repository starts the pipeline, which fetches that branch (%s)", (_name, templates) => {
  const repository = templates.one("AWS::CodeCommit::Repository");
  const source = actionOf(templates, "CodeCommit");
  const push = templates.one("AWS::Events::Rule", (rule) => rule.texts("EventPattern.source").includes("aws.codecommit"));
  // AWS CodePipeline User Guide, "CodeCommit source actions and EventBridge": the pattern of the event.
  expect(push.at("EventPattern")).toEqual({
    source: ["aws.codecommit"],
    "detail-type": ["CodeCommit Repository State Change"],
    resources: [repository.attribute("Arn")],
    detail: {
      event: expect.arrayContaining(["referenceCreated", "referenceUpdated"]),
      referenceType: ["branch"],
      referenceName: [source.text("Configuration.BranchName")],
    },
  });
  expect(source.at("Configuration.RepositoryName")).toBe(repository.attribute("Name"));
  expect(push.at("State") ?? "ENABLED").toBe("ENABLED");
  expect(push.texts("Targets.0.Arn")).toEqual([arnOfPipeline(templates)]);
  const role = templates.follow(push.at("Targets.0.RoleArn"));
  expect(push.at("Targets.0.RoleArn")).toBe(role.attribute("Arn"));
  expect(statementsOf(role, "AssumeRolePolicyDocument")[0]?.services).toEqual(["events.amazonaws.com"]);
  expect(grantsOf(templates, role).some((one) => allows(one, "codepipeline:StartPipelineExecution", arnOfPipeline(templates)))).toBe(true);
});

it.each(both)("D01 source, tests, image, scan, approval and deploy are one pipeline, in this order (%s)", (_name, templates) => {
  const providers = actionsOf(templates).map((one) => one.at("ActionTypeId.Provider"));
  expect(providers).toEqual(["CodeCommit", "CodeBuild", "CodeBuild", "CodeBuild", "Manual", "CodeDeployToECS"]);
  const projects = actionsOf(templates).flatMap((one) => one.texts("Configuration.ProjectName"));
  const specs = projects.map((name) => templates.follow(name).text("Source.BuildSpec"));
  expect(specs).toEqual(["buildspec/test.yml", "buildspec/image.yml", "buildspec/scan.yml"]);
  expect(pipelineOf(templates).at("PipelineType")).toBe("V2");
});

it("D01 without an approval the scan's result is deployed at once", () => {
  const { delivery } = config;
  if (!delivery) throw new Error("D has a pipeline");
  const eager = changed({ delivery: { ...delivery, approval: false } });
  expect(actionsOf(eager).map((one) => one.at("ActionTypeId.Provider"))).not.toContain("Manual");
});

it.each(both)(
  "D01 the deploy names the application and group of the service, and files that the image build writes (%s)",
  (_name, templates) => {
    const deploy = actionOf(templates, "CodeDeployToECS");
    const group = templates.one("AWS::CodeDeploy::DeploymentGroup");
    expect(deploy.at("Configuration.ApplicationName")).toBe(group.at("ApplicationName"));
    // What `Ref` of a deployment group returns is its name.
    expect(deploy.at("Configuration.DeploymentGroupName")).toBe(group.ref);
    const buildspec = readFileSync(path.join(root, "assets/buildspecs/image.yml"), "utf8");
    expect(buildspec).toContain(`.image = "<${deploy.text("Configuration.Image1ContainerName")}>"`);
    for (const file of ["Configuration.TaskDefinitionTemplatePath", "Configuration.AppSpecTemplatePath"]) {
      expect(buildspec).toContain(deploy.text(file));
    }
    // The action finds the image by the artifact that has an imageDetail.json (CodePipeline User Guide, "Image definitions file reference").
    expect(buildspec).toContain("handover/imageDetail.json");
  },
);

it.each(both)("C22 the scan has a stage of its own, and what it passed is all that the deploy takes (%s)", (_name, templates) => {
  const [source, image, scan, deploy] = [
    actionOf(templates, "CodeCommit"),
    actionOf(templates, "CodeBuild", "Image"),
    actionOf(templates, "CodeBuild", "Scan"),
    actionOf(templates, "CodeDeployToECS"),
  ];
  expect(inputsOf(image)).toEqual([outputOf(source)]);
  expect(inputsOf(scan)).toEqual([outputOf(source), outputOf(image)]);
  expect(scan.at("Configuration.PrimarySource")).toBe(outputOf(source));
  expect(inputsOf(deploy)).toEqual([outputOf(scan)]);
  const taken = ["TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact", "Image1ArtifactName"];
  expect(taken.map((one) => deploy.at(`Configuration.${one}`))).toEqual(taken.map(() => outputOf(scan)));
  const stages = pipelineOf(templates).parts("Stages");
  const alone = stages.filter((stage) => stage.parts("Actions").some((one) => one.at("Name") === "Scan"));
  expect(alone.map((stage) => stage.parts("Actions").length)).toEqual([1]);
});

it.each(both)("C22 the scan looks for the image where the pipeline puts it, and hands over that very artifact (%s)", (_name, templates) => {
  const scan = actionOf(templates, "CodeBuild", "Scan");
  const project = templates.follow(scan.at("Configuration.ProjectName"));
  const named = project.parts("Environment.EnvironmentVariables").find((one) => one.at("Name") === "IMAGE_ARTIFACT");
  expect(named?.at("Value")).toBe(outputOf(actionOf(templates, "CodeBuild", "Image")));
  const buildspec = partOf(parse(readFileSync(path.join(root, "assets/buildspecs/scan.yml"), "utf8")));
  expect(buildspec.at("artifacts")).toBeDefined();
});

it.each(both)("C02 nothing polls: CodeCommit tells by an event (%s)", (_name, templates) => {
  // Absent would mean true (CodePipeline User Guide, "CodeCommit source action reference").
  expect(actionOf(templates, "CodeCommit").at("Configuration.PollForSourceChanges")).toBe("false");
});

it("C02 GitHub comes by a connection and starts the pipeline by its trigger, without a token and without polling", () => {
  const connection = "arn:aws:codeconnections:eu-west-1:444455556666:connection/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  const { delivery } = config;
  if (!delivery) throw new Error("D has a pipeline");
  const github = changed({ delivery: { ...delivery, source: { kind: "github", connection, repository: "acme/shop", branch: "trunk" } } });
  const source = actionOf(github, "CodeStarSourceConnection");
  expect(source.at("Configuration")).toMatchObject({ ConnectionArn: connection, FullRepositoryId: "acme/shop", BranchName: "trunk" });
  expect(source.at("Configuration.OAuthToken")).toBeUndefined();
  const trigger = pipelineOf(github).parts("Triggers")[0];
  expect(trigger?.at("ProviderType")).toBe("CodeStarSourceConnection");
  expect(trigger?.at("GitConfiguration.SourceActionName")).toBe(source.at("Name"));
  expect(trigger?.at("GitConfiguration.Push.0.Branches.Includes")).toEqual(["trunk"]);
  // The trigger decides; a second start for the same push would come from here.
  expect(source.at("Configuration.DetectChanges")).toBe("false");
  expect(github.all("AWS::Events::Rule").some((rule) => rule.texts("EventPattern.source").includes("aws.codecommit"))).toBe(false);
  const role = github.follow(source.at("RoleArn"));
  expect(grantsOf(github, role).some((one) => allows(one, "codeconnections:UseConnection", connection))).toBe(true);
});

it.each(both)("C03 the artifact store is in the pipeline's region, with a bucket and a key of its own (%s)", (_name, templates) => {
  const stores = pipelineOf(templates).parts("ArtifactStores");
  expect(stores.map((one) => one.at("Region"))).toEqual([templates.region]);
  const store = stores[0];
  const bucket = templates.follow(store?.at("ArtifactStore.Location"));
  expect(bucket.type).toBe("AWS::S3::Bucket");
  const key = templates.follow(store?.at("ArtifactStore.EncryptionKey.Id"));
  expect(store?.at("ArtifactStore.EncryptionKey")).toEqual({ Type: "KMS", Id: key.attribute("Arn") });
  expect(bucket.at("BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID")).toBe(
    key.attribute("Arn"),
  );
  const others = templates.found.filter((one) => one !== bucket && one.stack !== "pipeline");
  expect(JSON.stringify(others.map((one) => one.value))).not.toContain(key.attribute("Arn"));
  for (const project of templates.all("AWS::CodeBuild::Project")) expect(project.at("EncryptionKey")).toBe(key.attribute("Arn"));
});

it.each([...both, ...nativeBoth] as const)(
  "D02 X10 C11 a deploy that fails is turned back to the last one that went well, with what that one deployed (%s)",
  (_name, templates) => {
    const stages = pipelineOf(templates).parts("Stages");
    // AWS CloudFormation, AWS::CodePipeline::Pipeline FailureConditions: Result.
    expect(stages.filter((one) => one.at("OnFailure.Result") === "ROLLBACK").map((one) => one.at("Name"))).toEqual(["Deploy"]);
    // A person is asked once, and where the source comes from there is nothing to go back to.
    const tried = stages.filter((one) => one.at("OnFailure.Result") === "RETRY").map((one) => one.at("Name"));
    expect(tried).toEqual(["Test", "Build", "Scan"]);
  },
);

it.each(both)("C04 each stage acts with a role of its own, which only the pipeline takes on (%s)", (_name, templates) => {
  const conductor = templates.follow(pipelineOf(templates).at("RoleArn"));
  const roles = actionsOf(templates).map((one) => templates.follow(one.at("RoleArn")));
  expect(new Set(roles).size).toBe(roles.length);
  for (const role of roles) {
    expect(statementsOf(role, "AssumeRolePolicyDocument").map((one) => one.accounts)).toEqual([[conductor.attribute("Arn")]]);
    expect(grantsOf(templates, conductor).some((one) => allows(one, "sts:AssumeRole", role.attribute("Arn")))).toBe(true);
  }
  const projects = actionsOf(templates).flatMap((one) => one.texts("Configuration.ProjectName"));
  for (const action of actionsOf(templates).filter((one) => one.at("Configuration.ProjectName"))) {
    const own = action.at("Configuration.ProjectName");
    const grants = grantsOf(templates, templates.follow(action.at("RoleArn")));
    const mayStart = projects.filter((name) =>
      grants.some((one) => allows(one, "codebuild:StartBuild", templates.follow(name).attribute("Arn"))),
    );
    expect(mayStart).toEqual([own]);
  }
});

it.each(both)("C04 a role is passed on only by name, and only to ECS (%s)", (_name, templates) => {
  const passing = templates
    .all("AWS::IAM::RolePolicy")
    .flatMap((one) => statementsOf(one, "PolicyDocument"))
    .filter(({ actions }) => actions.includes("iam:PassRole"));
  const task = templates.one("AWS::ECS::TaskDefinition");
  expect(passing.length).toBeGreaterThan(0);
  for (const one of passing) {
    expect([...one.resources].sort()).toEqual([task.text("ExecutionRoleArn"), task.text("TaskRoleArn")].sort());
    expect(one.condition).toEqual({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });
  }
});

it("C05 every policy is a document whose parts AWS fills in, never text", () => {
  const documents = production.found.flatMap((one) => ["PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy"].map((at) => one.at(at)));
  const given = documents.filter((one) => one !== undefined);
  expect(given.length).toBeGreaterThan(20);
  for (const document of given) {
    expect(document).toMatchObject({ Version: "2012-10-17", Statement: expect.any(Array) });
    expect(JSON.stringify(document)).not.toContain("${");
  }
});

it("C17 the pipeline's outputs are made of the resources: its address in the console, the artifacts' bucket, the topic", () => {
  expect(production.output("PipelineUrl")).toBe(
    `https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipelineOf(production).ref}/view`,
  );
  expect(production.output("PipelineName")).toBe(pipelineOf(production).ref);
  expect(production.output("ArtifactBucketName")).toBe(pipelineOf(production).at("ArtifactStores.0.ArtifactStore.Location"));
  expect(production.output("TopicArn")).toBe(production.one("AWS::SNS::Topic").ref);
});

it.each([
  ["us-gov-west-1", "console.amazonaws-us-gov.com"],
  ["cn-north-1", "console.amazonaws.cn"],
] as const)("C17 in %s the pipeline's address is in the console of its own partition, %s", (region, console) => {
  const there = changed({ environments: config.environments.map((one) => ({ ...one, regions: [region], certificate: undefined })) });
  expect(there.output("PipelineUrl")).toBe(`https://${region}.${console}/codesuite/codepipeline/pipelines/${pipelineOf(there).ref}/view`);
});
