import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { allows, grantsOf, matches, statementsOf } from "../policies.ts";
import { type Found, type Part, partOf, type Templates } from "../template.ts";
import { both, changed, config, production, root } from "./plans.ts";

const projectsOf = (templates: Templates): readonly Found[] => templates.all("AWS::CodeBuild::Project");
const projectOf = (templates: Templates, spec: string): Found =>
  templates.one("AWS::CodeBuild::Project", (one) => one.at("Source.BuildSpec") === `buildspec/${spec}.yml`);

const variablesOf = (project: Found): Readonly<Record<string, Part>> =>
  Object.fromEntries(project.parts("Environment.EnvironmentVariables").map((one) => [one.text("Name"), one]));

const buildspecOf = (project: Found): string =>
  readFileSync(path.join(root, "assets/buildspecs", path.basename(project.text("Source.BuildSpec"))), "utf8");

it.each(both)("C12 each project runs a buildspec that is a file, and gives it what it cannot do without (%s)", (_name, templates) => {
  for (const project of projectsOf(templates)) {
    const text = buildspecOf(project);
    expect(project.text("Source.BuildSpec")).not.toContain("\n");
    // `${NAME:?}` in a script stops it where nothing is given; what the script sets itself is not the project's.
    const needed = [...text.matchAll(/\$\{([A-Z][A-Z_]+):\?/g)].map(([, name = ""]) => name);
    const own = [...text.matchAll(/(?:export |read -r |^ *)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    const missing = needed.filter(
      (name) => !(name in variablesOf(project)) && !own.includes(name) && !/^(CODEBUILD|DOCKERHUB)_/.test(name),
    );
    expect(missing).toEqual([]);
  }
});

it.each(both)("C12 what a project gives is what its buildspec reads (%s)", (_name, templates) => {
  for (const project of projectsOf(templates)) {
    for (const name of Object.keys(variablesOf(project))) expect(buildspecOf(project)).toMatch(new RegExp(`\\b${name}\\b`));
  }
});

it.each(both)("C12 values reach builds as variables, secrets by reference only (%s)", (_name, templates) => {
  for (const one of projectsOf(templates).flatMap((project) => project.parts("Environment.EnvironmentVariables"))) {
    const secret = /TOKEN|PASSWORD|SECRET|USERNAME/.test(one.text("Name"));
    expect(secret ? ["PARAMETER_STORE", "SECRETS_MANAGER"] : ["PLAINTEXT"]).toContain(one.at("Type"));
  }
});

it.each(both)("D07 the credentials of Docker Hub are given by reference, of the kind that they are kept as (%s)", (_name, templates) => {
  const { DOCKERHUB_USERNAME: username, DOCKERHUB_TOKEN: token } = variablesOf(projectOf(templates, "image"));
  for (const one of [username, token]) {
    const isArn = one?.text("Value").startsWith("arn:");
    expect(one?.at("Type")).toBe(isArn ? "SECRETS_MANAGER" : "PARAMETER_STORE");
  }
  expect(username?.at("Value")).toBe(config.delivery?.dockerHub?.username);
  expect(token?.at("Value")).toBe(config.delivery?.dockerHub?.token);
});

it.each(both)("D07 only the image build may read the credentials, and it reads these two and no others (%s)", (_name, templates) => {
  const reading = ["secretsmanager:GetSecretValue", "ssm:GetParameters"];
  const readers = templates
    .all("AWS::IAM::Role")
    .filter((role) => grantsOf(templates, role).some(({ actions }) => actions.some((one) => reading.includes(one))));
  const image = projectOf(templates, "image");
  expect(readers.map((role) => role.attribute("Arn"))).toEqual([image.at("ServiceRole")]);
  const reader = readers[0];
  if (!reader) throw new Error("a reader");
  const read = grantsOf(templates, reader).filter(({ actions }) => actions.some((one) => reading.includes(one)));
  const { DOCKERHUB_USERNAME: username, DOCKERHUB_TOKEN: token } = variablesOf(image);
  // A parameter's ARN has its name without the slash in front (Systems Manager, "Restricting access to parameters using IAM policies").
  const parameters = `arn:aws:ssm:${templates.region}:${templates.account}:parameter`;
  const wanted = [username, token].map((one) => one?.text("Value").replace(/^\//, `${parameters}/`));
  expect(read.flatMap(({ resources }) => resources).sort()).toEqual(wanted.sort());
});

it.each(both)("D07 the credentials are kept in the account that builds (%s)", (_name, templates) => {
  // Another account's secret could be read only by a policy of the secret and a key of that account's own.
  const kept = Object.values(variablesOf(projectOf(templates, "image"))).filter((one) => one.at("Type") !== "PLAINTEXT");
  expect(kept).toHaveLength(2);
  const here = new RegExp(`^(/|arn:aws:secretsmanager:${templates.region}:${templates.account}:secret:)`);
  for (const one of kept) expect(one.text("Value")).toMatch(here);
});

it.each(["arn:aws:secretsmanager:eu-west-1:444455556666:secret:hub-AbCdEf", "/hub/token"])(
  "C19 a token at %s is referenced, and nowhere in clear",
  (token) => {
    const { delivery } = config;
    if (!delivery) throw new Error("D has a pipeline");
    const templates = changed({ delivery: { ...delivery, dockerHub: { username: "/hub/username", token } } });
    const given = variablesOf(projectOf(templates, "image")).DOCKERHUB_TOKEN;
    expect(given?.value).toMatchObject({ Value: token, Type: token.startsWith("arn:") ? "SECRETS_MANAGER" : "PARAMETER_STORE" });
    const role = templates.follow(projectOf(templates, "image").at("ServiceRole"));
    const [action, at] = token.startsWith("arn:")
      ? ["secretsmanager:GetSecretValue", token]
      : ["ssm:GetParameters", "arn:aws:ssm:eu-west-1:444455556666:parameter/hub/token"];
    expect(grantsOf(templates, role).some((one) => allows(one, action, at))).toBe(true);
  },
);

it.each(both)("D08 the build pushes to the environment's registry, and caches where a tag may move (%s)", (_name, templates) => {
  const registry = templates.one("AWS::ECR::Repository");
  const { IMAGE_REPOSITORY: repository, CACHE_IMAGE: cache } = variablesOf(projectOf(templates, "image"));
  expect(repository?.at("Value")).toBe(registry.attribute("RepositoryUri"));
  const [home, tag = ""] = cache?.text("Value").split(":") ?? [];
  expect(home).toBe(registry.attribute("RepositoryUri"));
  const movable = registry.parts("ImageTagMutabilityExclusionFilters").map((one) => one.text("ImageTagMutabilityExclusionFilterValue"));
  expect(movable.some((one) => matches(one, tag))).toBe(true);
  const commits = ["0f1e2d3c4b5a69788796a5b4c3d2e1f001234567", "seed"];
  for (const commit of commits) expect(movable.some((one) => matches(one, commit))).toBe(false);
});

it.each(both)("D08 the build hands over the task of this service: family, container and port (%s)", (_name, templates) => {
  const task = templates.one("AWS::ECS::TaskDefinition");
  const container = task.parts("ContainerDefinitions")[0];
  const variables = variablesOf(projectOf(templates, "image"));
  expect(variables.TASK_FAMILY?.at("Value")).toBe(task.at("Family"));
  expect(variables.CONTAINER_NAME?.at("Value")).toBe(container?.at("Name"));
  expect(variables.CONTAINER_PORT?.at("Value")).toBe(String(container?.at("PortMappings.0.ContainerPort")));
});

it.each(both)("D08 image and scan look at the platform that the tasks run on, and multi-arch is a choice (%s)", (_name, templates) => {
  const architecture = templates.one("AWS::ECS::TaskDefinition").at("RuntimePlatform.CpuArchitecture");
  const own = architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  for (const spec of ["image", "scan"]) expect(variablesOf(projectOf(templates, spec)).PLATFORMS?.at("Value")).toBe(own);
  const { delivery } = config;
  if (!delivery) throw new Error("D has a pipeline");
  const two = changed({ delivery: { ...delivery, platforms: ["linux/amd64", "linux/arm64"] } });
  for (const spec of ["image", "scan"]) expect(variablesOf(projectOf(two, spec)).PLATFORMS?.at("Value")).toBe("linux/amd64,linux/arm64");
});

it("D08 the scan fails from the configured severity on", () => {
  const severity = (templates: Templates) => variablesOf(projectOf(templates, "scan")).SEVERITY?.at("Value");
  expect(severity(production)).toBe("HIGH,CRITICAL");
  const { delivery } = config;
  if (!delivery) throw new Error("D has a pipeline");
  expect(severity(changed({ delivery: { ...delivery, scan: { severity: "LOW" } } }))).toBe("LOW,MEDIUM,HIGH,CRITICAL");
});

it.each(both)(
  "C15 only the image build is privileged; every build has limits on time, queue and number, and a cache (%s)",
  (_name, templates) => {
    for (const project of projectsOf(templates)) {
      expect(project.at("Environment.PrivilegedMode")).toBe(project.at("Source.BuildSpec") === "buildspec/image.yml");
      // AWS CodeBuild API reference, CreateProject: from 5 minutes, to 36 and 8 hours.
      expect(project.value).toMatchObject({ TimeoutInMinutes: 30, QueuedTimeoutInMinutes: 60, ConcurrentBuildLimit: 2 });
      expect(project.texts("Cache.Modes").includes("LOCAL_DOCKER_LAYER_CACHE")).toBe(project.at("Environment.PrivilegedMode"));
      const cached: unknown = partOf(parse(buildspecOf(project))).at("cache");
      if (cached !== undefined) expect(project.texts("Cache.Modes")).toContain("LOCAL_CUSTOM_CACHE");
    }
  },
);

it.each(both)("C15 every build writes a log of its own, which its role may write (%s)", (_name, templates) => {
  const logs = projectsOf(templates).map((project) => {
    expect(project.at("LogsConfig.CloudWatchLogs.Status")).toBe("ENABLED");
    const log = templates.follow(project.at("LogsConfig.CloudWatchLogs.GroupName"));
    const role = templates.follow(project.at("ServiceRole"));
    expect(statementsOf(role, "AssumeRolePolicyDocument")[0]?.services).toEqual(["codebuild.amazonaws.com"]);
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
      expect(grantsOf(templates, role).some((one) => allows(one, action, log.attribute("Arn")))).toBe(true);
    return log;
  });
  expect(new Set(logs).size).toBe(3);
  expect(logs.every(({ type }) => type === "AWS::Logs::LogGroup")).toBe(true);
});
