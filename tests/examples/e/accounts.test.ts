import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { grantsOf, type Stated, statementsOf } from "../policies.ts";
import { type Found, type Part, partOf, type Templates } from "../template.ts";
import { actionOf, actionsOf, arnOfRole, pipelineOf, production, roleOf, root, stages, staging, tools } from "./plans.ts";

const artifactsOf = (templates: Templates): Found => templates.follow(pipelineOf(templates).at("ArtifactStores.0.ArtifactStore.Location"));
const rootOf = ({ account }: Templates): string => `arn:aws:iam::${account}:root`;
const deployers = stages.map(([, stage]) => arnOfRole(stage, roleOf(stage, "stage-deploy")));
const pullers = stages.map(([, stage]) => arnOfRole(stage, roleOf(stage, "api-execution")));

/** What a policy of the home lets other accounts do. */
const forOthers = (part: Part, at: string): readonly Stated[] =>
  statementsOf(part, at).filter(({ accounts }) => accounts.some((one) => one !== rootOf(tools)));

const exactly = (roles: readonly string[]) => ({ ArnEquals: { "aws:PrincipalArn": roles } });

it("E07 the three environments are in three accounts", () => {
  expect(new Set([tools.account, staging.account, production.account]).size).toBe(3);
});

it("E07 the policy of the artifacts' bucket lets exactly the two deploying roles read, by the names that they have in their accounts", () => {
  const policy = tools.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === artifactsOf(tools).ref);
  expect(forOthers(policy, "PolicyDocument")).toMatchObject([
    {
      effect: "Allow",
      everyone: false,
      accounts: [rootOf(staging), rootOf(production)],
      actions: ["s3:GetObject", "s3:GetObjectVersion"],
      resources: [`${artifactsOf(tools).attribute("Arn")}/*`],
      condition: exactly(deployers),
    },
  ]);
});

it("E07 the policy of the artifacts' key lets exactly the two deploying roles decrypt, and no other key lets anybody in", () => {
  const key = tools.follow(pipelineOf(tools).at("ArtifactStores.0.ArtifactStore.EncryptionKey.Id"));
  expect(forOthers(key, "KeyPolicy")).toMatchObject([
    {
      effect: "Allow",
      everyone: false,
      accounts: [rootOf(staging), rootOf(production)],
      actions: ["kms:Decrypt"],
      condition: exactly(deployers),
    },
  ]);
  const others = tools.all("AWS::KMS::Key").filter((one) => one !== key);
  expect(others.length).toBeGreaterThan(2);
  for (const one of others) expect(forOthers(one, "KeyPolicy")).toEqual([]);
});

it("E07 the registry lets exactly the roles pull that start the tasks of the stages, and pull only", () => {
  expect(forOthers(tools.one("AWS::ECR::Repository"), "RepositoryPolicyText")).toMatchObject([
    {
      effect: "Allow",
      everyone: false,
      accounts: [rootOf(staging), rootOf(production)],
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      condition: exactly(pullers),
    },
  ]);
  for (const [, stage] of stages) {
    const task = stage.one("AWS::ECS::TaskDefinition");
    expect(task.at("ExecutionRoleArn")).toBe(roleOf(stage, "api-execution").attribute("Arn"));
  }
});

it.each(stages)("E07 the roles of a stage trust exactly one role of the home each (%s)", (_name, stage) => {
  for (const [role, by] of [
    ["stage-deploy", tools.follow(pipelineOf(tools).at("RoleArn"))],
    ["stage-read", tools.follow(imageProject().at("ServiceRole"))],
  ] as const) {
    expect(statementsOf(roleOf(stage, role), "AssumeRolePolicyDocument")).toMatchObject([
      {
        effect: "Allow",
        everyone: false,
        services: [],
        accounts: [rootOf(tools)],
        actions: ["sts:AssumeRole"],
        condition: { ArnEquals: { "aws:PrincipalArn": arnOfRole(tools, by) } },
      },
    ]);
  }
});

it("E07 no other role of a stage trusts another account", () => {
  const trusting = stages.flatMap(([, stage]) =>
    stage
      .all("AWS::IAM::Role")
      .filter((one) => statementsOf(one, "AssumeRolePolicyDocument").some(({ accounts }) => accounts.includes(rootOf(tools))))
      .map((one) => one.text("RoleName")),
  );
  expect(trusting.sort()).toEqual([
    "billing-production-euc1-stage-deploy",
    "billing-production-euc1-stage-read",
    "billing-staging-euc1-stage-deploy",
    "billing-staging-euc1-stage-read",
  ]);
});

it("E07 the home takes on exactly those roles: the conductor the deploying ones, the image build the reading ones", () => {
  const elsewhere = (role: Found): readonly string[] =>
    grantsOf(tools, role)
      .filter(({ actions }) => actions.includes("sts:AssumeRole"))
      .flatMap(({ resources }) => resources.filter((one) => one.startsWith("arn:")));
  const readers = stages.map(([, stage]) => arnOfRole(stage, roleOf(stage, "stage-read")));
  const conductor = tools.follow(pipelineOf(tools).at("RoleArn"));
  const builder = tools.follow(imageProject().at("ServiceRole"));
  expect(elsewhere(conductor)).toEqual(deployers);
  expect(elsewhere(builder)).toEqual(readers);
  const others = tools.all("AWS::IAM::Role").filter((one) => one !== conductor && one !== builder);
  for (const one of others) expect(elsewhere(one)).toEqual([]);
});

it.each(stages)("E07 the deploy of a stage is by its role, to the application and group that it has (%s)", (name, stage) => {
  const deploy = actionOf(tools, `Deploy-${name}`);
  expect(deploy.at("RoleArn")).toBe(arnOfRole(stage, roleOf(stage, "stage-deploy")));
  expect(deploy.at("Configuration.ApplicationName")).toBe(stage.one("AWS::CodeDeploy::Application").at("ApplicationName"));
  expect(deploy.at("Configuration.DeploymentGroupName")).toBe(stage.one("AWS::CodeDeploy::DeploymentGroup").at("DeploymentGroupName"));
  // CodePipeline runs an action in the account of its role, and in the pipeline's region unless another is named.
  expect([deploy.at("Region"), stage.region]).toEqual([undefined, tools.region]);
});

it.each(stages)(
  "E07 a stage reads the artifacts of the home by the names that they have there, and decrypts nothing else (%s)",
  (_name, stage) => {
    const bucket = `arn:aws:s3:::${artifactsOf(tools).text("BucketName")}`;
    const granted = grantsOf(stage, roleOf(stage, "stage-deploy"));
    expect(granted.filter(({ actions }) => actions.includes("s3:GetObject"))).toMatchObject([
      { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [`${bucket}/*`] },
    ]);
    expect(granted.filter(({ actions }) => actions.some((one) => one.startsWith("kms:")))).toMatchObject([
      {
        actions: ["kms:Decrypt"],
        resources: [`arn:aws:kms:${tools.region}:${tools.account}:key/*`],
        condition: {
          // Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys": the context is then the bucket, not the object.
          StringEquals: { "kms:ViaService": `s3.${tools.region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": bucket },
        },
      },
    ]);
    expect(artifactsOf(tools).at("BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled")).toBe(true);
  },
);

function imageProject(): Found {
  return tools.follow(actionOf(tools, "Image").at("Configuration.ProjectName"));
}

it("E07 the image build asks each stage for the task definition that it has, as the role that may read it", () => {
  const families = imageProject()
    .parts("Environment.EnvironmentVariables")
    .find((one) => one.at("Name") === "TASK_FAMILY")
    ?.text("Value");
  const wanted = stages.map(
    ([name, stage]) => `${name}=${stage.one("AWS::ECS::TaskDefinition").text("Family")}@${arnOfRole(stage, roleOf(stage, "stage-read"))}`,
  );
  expect(families).toBe(wanted.join(" "));
});

it("E07 one image is built, and every stage takes its own task definition and that image from what the scan passed, and from nothing else", () => {
  const building = actionsOf(tools).filter((one) => one.at("ActionTypeId.Category") === "Build");
  expect(building.map((one) => one.at("Name"))).toEqual(["Image"]);
  const passed = actionOf(tools, "Scan").text("OutputArtifacts.0.Name");
  const buildspec = readFileSync(path.join(root, "assets/buildspecs/image.yml"), "utf8");
  // The digest is in imageDetail.json; the file of a stage is named after it.
  expect(buildspec).toContain("image=$IMAGE_REPOSITORY@$IMAGE_DIGEST");
  expect(buildspec).toContain("file=taskdef-${family%%=*}.json");
  for (const [name] of stages) {
    const deploy = actionOf(tools, `Deploy-${name}`);
    expect(deploy.at("InputArtifacts")).toEqual([{ Name: passed }]);
    expect(deploy.value).toMatchObject({
      Configuration: {
        TaskDefinitionTemplateArtifact: passed,
        TaskDefinitionTemplatePath: `taskdef-${name}.json`,
        AppSpecTemplateArtifact: passed,
        AppSpecTemplatePath: "appspec.yaml",
        Image1ArtifactName: passed,
        Image1ContainerName: "IMAGE1_NAME",
      },
    });
  }
  const made = actionsOf(tools).flatMap((one) => one.parts("OutputArtifacts").map((output) => output.at("Name")));
  expect(made.filter((one) => one === passed)).toHaveLength(1);
});

it("E07 the scan judges the artifact that the image build wrote", () => {
  const [source, image, scan] = ["Source", "Image", "Scan"].map((name) => partOf(actionOf(tools, name).value));
  expect(scan?.at("InputArtifacts")).toEqual([source?.at("OutputArtifacts.0"), image?.at("OutputArtifacts.0")]);
  expect(scan?.at("Configuration.PrimarySource")).toBe(source?.at("OutputArtifacts.0.Name"));
});
