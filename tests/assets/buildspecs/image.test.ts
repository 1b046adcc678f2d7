import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Answer, type Given, type Ran, runSpec } from "./stand-ins.ts";

const repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web";
const digest = `sha256:${"a".repeat(64)}`;
const older = `sha256:${"b".repeat(64)}`;

const project = { IMAGE_REPOSITORY: repository, CONTAINER_NAME: "web", CONTAINER_PORT: "8080", TASK_FAMILY: "shop-web" };

// What DescribeTaskDefinition answers: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
const described = {
  taskDefinition: {
    taskDefinitionArn: "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:7",
    family: "shop-web",
    cpu: "512",
    memory: "1024",
    containerDefinitions: [
      { name: "web", image: `${repository}@${older}`, environment: [{ name: "COLOUR", value: "new in the plan" }] },
      { name: "proxy", image: "public.ecr.aws/envoy:v1" },
    ],
    revision: 7,
    status: "ACTIVE",
    requiresAttributes: [{ name: "ecs.capability.task-eni" }],
    compatibilities: ["EC2", "FARGATE"],
    registeredAt: "2026-01-02T03:04:05Z",
    registeredBy: "arn:aws:sts::123456789012:assumed-role/x",
    deregisteredAt: "2026-01-02T03:04:05Z",
    deleteRequestedAt: "2026-01-02T03:04:05Z",
  },
  tags: [
    { key: "Owner", value: "shop" },
    { key: "aws:cloudformation:stack-name", value: "shop" },
  ],
};

const unknownTag = { images: [], failures: [{ imageId: { imageTag: "4f2a9c1" }, failureCode: "ImageNotFound" }] };
const knownTag = { images: [{ imageId: { imageDigest: older, imageTag: "4f2a9c1" } }], failures: [] };

const cloud: readonly Answer[] = [
  { to: "aws ecr batch-get-image", stdout: unknownTag },
  { to: "aws ecr get-login-password", stdout: "ecr-password" },
  { to: "docker login", stdout: "Login Succeeded" },
  { to: "docker logout" },
  { to: "docker run --privileged" },
  { to: "docker buildx create", stdout: "sluice" },
  { to: "docker buildx build", writes: { "--metadata-file": { "containerimage.digest": digest } } },
  { to: "docker buildx imagetools inspect", stdout: { SPDX: { spdxVersion: "SPDX-2.3" } } },
  { to: "docker buildx rm" },
  { to: "aws ecs describe-task-definition", stdout: described },
];

const build = (env: Record<string, string> = {}, changed: readonly Answer[] = [], more: Given = {}) =>
  runSpec("image", { ...more, env: { ...project, ...env }, answers: [...changed, ...cloud] });

const callsTo = (ran: Ran, to: string) => ran.calls.filter(({ line }) => line.startsWith(to));
const builds = (ran: Ran) => callsTo(ran, "docker buildx build");

async function handedOn(ran: Ran): Promise<(file: string) => string> {
  const files = await ran.handedOn();
  if (!files) throw new Error(`nothing was handed on: ${ran.log}`);
  return files;
}

describe("image.yml", () => {
  test.each([false, true])("D08 an image is built once, tagged by its commit and handed on by digest (shells apart: %s)", async (apart) => {
    const ran = await build({}, [], { apart });
    expect([ran.is, ran.because]).toEqual(["passed", "10 commands"]);
    expect(builds(ran).map(({ args }) => args[args.indexOf("--tag") + 1])).toEqual([`${repository}:4f2a9c1`]);
    expect(builds(ran)[0]?.args).toEqual(expect.arrayContaining(["--push", "--sbom=true", "--provenance=mode=max"]));
    expect(ran.exported).toEqual({ COMMIT: "4f2a9c1", IMAGE_DIGEST: digest, BUILT_DIGEST: digest });
    const files = await handedOn(ran);
    expect(JSON.parse(files("imageDetail.json"))).toEqual({ ImageURI: `${repository}@${digest}` });
    expect(JSON.parse(files("imagedefinitions.json"))).toEqual([{ name: "web", imageUri: `${repository}@${digest}` }]);
    expect(JSON.parse(files("sbom.json"))).toEqual({ SPDX: { spdxVersion: "SPDX-2.3" } });
  });

  test("D08 it looks for the image and logs in where the registry is, not where the build is", async () => {
    const ran = await build();
    for (const to of ["aws ecr batch-get-image", "aws ecr get-login-password"])
      expect(callsTo(ran, to)[0]?.line).toContain("--region eu-central-1");
    expect(callsTo(ran, "aws ecr batch-get-image")[0]?.line).toContain("--registry-id 123456789012 --repository-name shop/web");
    expect(callsTo(ran, "docker login").map(({ args, stdin }) => [args.at(-1), stdin.trim()])).toEqual([
      ["123456789012.dkr.ecr.eu-central-1.amazonaws.com", "ecr-password"],
    ]);
  });

  test("D08 a second run of a commit uses what the first pushed, for its tag cannot be pushed again", async () => {
    const ran = await build({}, [{ to: "aws ecr batch-get-image", stdout: knownTag }]);
    expect([ran.is, builds(ran), callsTo(ran, "docker buildx create")]).toEqual(["passed", [], []]);
    expect(ran.exported.IMAGE_DIGEST).toBe(older);
    expect(JSON.parse((await handedOn(ran))("imageDetail.json"))).toEqual({ ImageURI: `${repository}@${older}` });
  });

  test("C06 a build does not claim what it found in the registry, nor what whoever starts it says", async () => {
    const ran = await build({ BUILT_DIGEST: older }, [{ to: "aws ecr batch-get-image", stdout: knownTag }]);
    expect(ran.exported).toMatchObject({ IMAGE_DIGEST: older, BUILT_DIGEST: "none" });
  });

  test.each<[string, Answer]>([
    ["refuses the call", { to: "aws ecr batch-get-image", stderr: "AccessDeniedException", exit: 254 }],
    ["cannot say", { to: "aws ecr batch-get-image", stdout: { images: [], failures: [{ failureCode: "KmsError" }] } }],
  ])("D08 nothing is built when ECR %s whether the tag exists", async (_, answer) => {
    const ran = await build({}, [answer]);
    expect([ran.is, builds(ran)]).toEqual(["failed", []]);
    expect(ran.log).toMatch(/AccessDenied|KmsError/);
  });

  test("D08 a failed build hands nothing on and logs out all the same", async () => {
    const ran = await build({}, [{ to: "docker buildx build", exit: 1 }]);
    expect(ran.is).toBe("failed");
    expect(await ran.handedOn()).toBeUndefined();
    expect(callsTo(ran, "docker logout").map(({ args }) => args[1])).toEqual(["123456789012.dkr.ecr.eu-central-1.amazonaws.com"]);
    expect(callsTo(ran, "aws ecs")).toEqual([]);
  });

  test("D08 the cache is kept in a registry in the form that ECR takes, and losing it fails no build", async () => {
    const ran = await build({ CACHE_IMAGE: `${repository}-cache:main` });
    const args = builds(ran)[0]?.args ?? [];
    expect(args).toContain(`type=registry,ref=${repository}-cache:main`);
    const to = args[args.indexOf("--cache-to") + 1]?.split(",");
    expect(to).toEqual(expect.arrayContaining(["mode=max", "image-manifest=true", "oci-mediatypes=true", "ignore-error=true"]));
    expect(callsTo(ran, "docker buildx create")[0]?.line).toContain("--driver docker-container");
    expect(builds(await build())[0]?.line).not.toContain("cache");
  });

  test("D08 several platforms are built by choice, with emulation for the foreign ones", async () => {
    const native = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";
    const one = await build({ PLATFORMS: native });
    expect([one.is, callsTo(one, "docker run")]).toEqual(["passed", []]);
    const both = await build({ PLATFORMS: "linux/amd64,linux/arm64" });
    expect(builds(both)[0]?.line).toContain("--platform linux/amd64,linux/arm64");
    expect(callsTo(both, "docker run")[0]?.line).toMatch(/--privileged --rm tonistiigi\/binfmt:\S+ --install all$/);
  });

  test("D08 a revision that is no tag becomes one, and no revision is refused", async () => {
    const ran = await build({ CODEBUILD_RESOLVED_SOURCE_VERSION: ".a/b=c" });
    expect(builds(ran)[0]?.line).toContain(`${repository}:v.a-b-c `);
    expect(ran.exported.COMMIT).toBe(".a/b=c");
    const none = await build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "" });
    expect([none.is, none.calls]).toEqual(["failed", []]);
    expect(none.log).toContain("the source has no revision");
  });

  test("D08 an image without an SBOM is not handed on", async () => {
    const ran = await build({}, [{ to: "docker buildx imagetools", stdout: "null" }]);
    expect([ran.is, ran.exit]).toEqual(["failed", 1]);
    expect(ran.log).toContain("has no SBOM");
    expect(existsSync(ran.at("handover/imageDetail.json"))).toBe(false);
  });

  test("D01 the deploy action gets the newest task definition, with a placeholder for the image and without what only ECS may say", async () => {
    const files = await handedOn(await build());
    expect(JSON.parse(files("taskdef.json"))).toEqual({
      family: "shop-web",
      cpu: "512",
      memory: "1024",
      containerDefinitions: [
        { name: "web", image: "<IMAGE1_NAME>", environment: [{ name: "COLOUR", value: "new in the plan" }] },
        { name: "proxy", image: "public.ecr.aws/envoy:v1" },
      ],
      // Tags that begin with aws: cannot be given: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html
      tags: [
        { key: "Owner", value: "shop" },
        { key: "Commit", value: "4f2a9c1" },
      ],
    });
  });

  test("C14 the next commit takes the place of the one before in the tags, also where it is called what no tag may say", async () => {
    const before = { ...described, tags: [{ key: "Commit", value: "0a1b2c3" }] };
    const answers = [{ to: "aws ecs describe-task-definition", stdout: before }];
    const files = await handedOn(await build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "Av1,b/c=" }, answers));
    expect(JSON.parse(files("taskdef.json")).tags).toEqual([{ key: "Commit", value: "Av1-b/c=" }]);
  });

  test("D01 appspec.yaml sends the load balancer to the container that runs the image", async () => {
    const files = await handedOn(await build());
    const properties = {
      TaskDefinition: "<TASK_DEFINITION>",
      LoadBalancerInfo: { ContainerName: "web", ContainerPort: 8080 },
    };
    const resources = [{ TargetService: { Type: "AWS::ECS::Service", Properties: properties } }];
    expect(parse(files("appspec.yaml"))).toEqual({ version: 0, Resources: resources });
  });

  test("D01 a container that the task definition does not have is refused by name", async () => {
    const ran = await build({ CONTAINER_NAME: "wab" });
    expect(ran.is).toBe("failed");
    expect(ran.log).toContain("shop-web has no container named wab");
  });

  test("E07 each environment has its own task definition, read by a role that its account lets in", async () => {
    const role = "arn:aws:iam::210987654321:role/read-tasks";
    const ran = await build({ TASK_FAMILY: `staging=shop-staging production=shop-production@${role}` });
    expect(ran.is).toBe("passed");
    const [staging, production] = callsTo(ran, "aws ecs describe-task-definition");
    expect([staging?.line.includes("--profile"), staging?.env.AWS_CONFIG_FILE]).toEqual([false, undefined]);
    expect(production?.line).toMatch(/--task-definition shop-production .*--profile reader$/);
    expect(production?.env.AWS_CONFIG_FILE).toBe("reader.ini");
    const files = await handedOn(ran);
    for (const file of ["taskdef-staging.json", "taskdef-production.json"]) expect(files(file)).toContain("<IMAGE1_NAME>");
  });

  test("D08 without a task family it says what it leaves out", async () => {
    const ran = await build({ TASK_FAMILY: "" });
    expect([ran.is, callsTo(ran, "aws ecs")]).toEqual(["passed", []]);
    expect(ran.log).toContain("skipped: taskdef.json and appspec.yaml");
  });
});

describe("image.yml and registry credentials", () => {
  test("D07 passwords reach docker through its standard input and never as an argument or in the log", async () => {
    const ran = await build({ DOCKERHUB_USERNAME: "shop", DOCKERHUB_TOKEN: "hub-token" });
    const logins = callsTo(ran, "docker login");
    expect(logins.map(({ args, stdin }) => [args.at(-1), stdin.trim()])).toEqual([
      ["123456789012.dkr.ecr.eu-central-1.amazonaws.com", "ecr-password"],
      ["--password-stdin", "hub-token"],
    ]);
    for (const secret of ["ecr-password", "hub-token"]) {
      expect(ran.calls.filter(({ line }) => line.includes(secret))).toEqual([]);
      expect(ran.log).not.toContain(secret);
    }
    expect(callsTo(ran, "docker logout").length).toBe(2);
  });

  test("D07 Docker Hub is asked for a login only if credentials are given", async () => {
    const ran = await build();
    expect([callsTo(ran, "docker login").length, callsTo(ran, "docker logout").length]).toEqual([1, 1]);
  });

  test.each([
    ["DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"],
    ["DOCKERHUB_TOKEN", "DOCKERHUB_USERNAME"],
  ])("D07 %s alone fails the build and names the one that is missing", async (given, missing) => {
    const ran = await build({ [given]: "x" });
    expect([ran.is, builds(ran)]).toEqual(["failed", []]);
    expect(ran.log).toContain(`${missing}: is missing, but ${given} is given`);
  });

  test("D07 a failed request for a password is no login with an empty one", async () => {
    const ran = await build({}, [{ to: "aws ecr get-login-password", exit: 254 }], { apart: true });
    expect([ran.is, builds(ran)]).toEqual(["failed", []]);
  });
});
