import { arnOf, parseArn } from "../../aws/arns.ts";
import { allow, anyResource, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block, Site } from "../stack.ts";
import { sub } from "../template.ts";
import { type BuildNeeds, buildProject, type Project, type Variable } from "./build-project.ts";

interface ImageBuilds {
  readonly service: Config["services"][0];
  readonly registryUri: Value<string>;
  readonly registryArn: Value<string>;
  /** As `TASK_FAMILY` in assets/buildspecs/image.yml, where CodeDeploy releases. */
  readonly taskFamily?: string;
  /** Roles of other accounts that may read the task definitions there. */
  readonly readers: readonly string[];
  /** The folder that the scan hands the source on in, where a deploy runs a program of it. */
  readonly sourceFolder?: string;
}

/** The name of the image build's role: roles in other accounts trust it by name. */
export const imageBuilderName = "image-build";

/** The folder that the scan hands the source on in, so that a deploy runs nothing that was not scanned (C22). */
export const scannedSource = "source";

/** What the builds of one pipeline have in common. */
export type Common = Pick<BuildNeeds, "architecture" | "store" | "logsKey" | "logDays" | "delivery">;

/** What the second input of the scan is called, and its variable in the build. */
export const imageArtifact = "Image";

/** The builds of the pipeline in their order: unit tests, the image, the security scan (D01, D08, C22). */
export function builds(
  block: Block,
  common: Common,
  image: ImageBuilds,
): { readonly test: Project; readonly image: Project; readonly scan: Project } {
  const { delivery } = common;
  const { service, registryUri, registryArn } = image;
  const platforms: Variable = { name: "PLATFORMS", value: (delivery.platforms ?? [ownPlatform(common.architecture)]).join(",") };
  const hub = dockerHub(block.site, delivery);
  return {
    test: buildProject(block, {
      ...common,
      thing: "test",
      description: "Checks the source: lint and unit tests",
      buildspec: "buildspec/test.yml",
      variables: [],
      statements: [],
      handsOn: false,
      reports: "tests-and-coverage",
    }),
    image: buildProject(block, {
      ...common,
      thing: "image",
      description: "Builds and pushes the image",
      buildspec: "buildspec/image.yml",
      buildsImages: true,
      handsOn: true,
      variables: [
        { name: "IMAGE_REPOSITORY", value: registryUri },
        { name: "CACHE_IMAGE", value: sub("${Registry}:cache", { Registry: registryUri }) },
        platforms,
        { name: "CONTAINER_NAME", value: service.name },
        { name: "CONTAINER_PORT", value: String(service.port) },
        ...(image.taskFamily === undefined ? [] : [{ name: "TASK_FAMILY", value: image.taskFamily }]),
        ...hub.variables,
      ],
      statements: [...pulls(registryArn), ...pushes(registryArn), ...describesTasks(image), ...hub.statements],
    }),
    scan: buildProject(block, {
      ...common,
      thing: "scan",
      description: "Scans the image and the source",
      buildspec: "buildspec/scan.yml",
      variables: [
        { name: "IMAGE_ARTIFACT", value: imageArtifact },
        platforms,
        { name: "SEVERITY", value: severitiesFrom(delivery.scan.severity).join(",") },
        { name: "RESULTS_URI", value: sub("s3://${Bucket}/scan-results", { Bucket: common.store.bucketName }) },
        ...(image.sourceFolder === undefined ? [] : [{ name: "SOURCE_FOLDER", value: image.sourceFolder }]),
      ],
      statements: pulls(registryArn),
      handsOn: true,
      reports: "tests",
    }),
  };
}

const ownPlatform = (architecture: Common["architecture"]) => (architecture === "arm64" ? "linux/arm64" : "linux/amd64");

const severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
const severitiesFrom = (lowest: (typeof severities)[number]) => severities.slice(severities.indexOf(lowest));

const pulls = (registryArn: Value<string>): readonly Statement[] => [
  allow({ actions: "ecr:GetAuthorizationToken", resources: anyResource("RegistryTokensAreForTheWholeAccount") }),
  allow({
    sid: "PullsTheImage",
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    resources: registryArn,
  }),
];

const pushes = (registryArn: Value<string>): readonly Statement[] => [
  allow({
    sid: "PushesTheImage",
    actions: ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"],
    resources: registryArn,
  }),
];

function describesTasks({ taskFamily, readers }: ImageBuilds): readonly Statement[] {
  if (taskFamily === undefined) return [];
  if (readers.length > 0) return [allow({ sid: "ReadsTasksOfOtherAccounts", actions: "sts:AssumeRole", resources: readers })];
  return [allow({ actions: "ecs:DescribeTaskDefinition", resources: anyResource("DescribingTaskDefinitionsKnowsNoResource") })];
}

/** Asks a service under its name after a deploy whether it is well; the pipeline says which by `SMOKE_URL`. */
export function smokeBuild(block: Block, common: Common, health: string): Project {
  return buildProject(block, {
    ...common,
    thing: "smoke",
    description: "Asks the service under its name after a deploy",
    buildspec: "buildspec/smoke.yml",
    variables: [{ name: "SMOKE_PATHS", value: health }],
    statements: [],
    handsOn: false,
    reports: "tests",
  });
}

/** Runs the project's integration tests; the pipeline says against what by `OUTPUTS_ARTIFACT`. */
export function integrationBuild(block: Block, common: Common): Project {
  return buildProject(block, {
    ...common,
    thing: "integration",
    description: "Runs the integration tests after a deploy",
    buildspec: "buildspec/integration.yml",
    variables: [],
    statements: [],
    handsOn: false,
    reports: "tests",
  });
}

/** The credentials of Docker Hub, by reference: the template holds where they are, never what they are (D07, C19). */
function dockerHub(site: Site, { dockerHub: given }: BuildNeeds["delivery"]) {
  const kept = given ? [credential(site, "DOCKERHUB_USERNAME", given.username), credential(site, "DOCKERHUB_TOKEN", given.token)] : [];
  return { variables: kept.map(({ variable }) => variable), statements: kept.map(({ statement }) => statement) };
}

/** A secret of Secrets Manager by its ARN, or a secure parameter by its name. */
function credential(site: Site, name: string, where: string): { readonly variable: Variable; readonly statement: Statement } {
  const sid = `Reads${name.replaceAll("_", "").toLowerCase()}`;
  const inSecretsManager = "arn" in parseArn(where);
  const parameter = arnOf(site.region, "ssm", site.account, `parameter/${where.replace(/^\//, "")}`);
  return {
    variable: { name, value: where, kind: inSecretsManager ? "SECRETS_MANAGER" : "PARAMETER_STORE" },
    statement: inSecretsManager
      ? allow({ sid, actions: "secretsmanager:GetSecretValue", resources: where })
      : allow({ sid, actions: "ssm:GetParameters", resources: parameter }),
  };
}
