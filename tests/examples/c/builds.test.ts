import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { nameProperty } from "../../../lib/plan/physical-name.ts";
import { allows, grantsOf } from "../policies.ts";
import { readTemplates } from "../template.ts";
import { actionsOf, config, delivered, pipelineOf, planOf, root, stagesOf, tools, variablesOf } from "./plans.ts";

const projects = tools.all("AWS::CodeBuild::Project");

it("C15 every build has an encrypted log that ends, limits on time and number, and a cache; one alone is privileged", () => {
  expect(projects.length).toBe(11);
  for (const project of projects) {
    const log = tools.follow(project.at("LogsConfig.CloudWatchLogs.GroupName"));
    expect([log.at("RetentionInDays"), tools.follow(log.at("KmsKeyId")).type]).toEqual([90, "AWS::KMS::Key"]);
    // A log group is encrypted by a key of its own region (Amazon CloudWatch Logs User Guide, "Encrypt log data").
    expect(tools.follow(log.at("KmsKeyId")).stack.split("@")[1]).toBe(project.stack.split("@")[1]);
    for (const limit of ["TimeoutInMinutes", "QueuedTimeoutInMinutes", "ConcurrentBuildLimit"])
      expect(project.number(limit)).toBeGreaterThan(0);
    expect(project.at("Cache.Type")).toBe("LOCAL");
  }
  const privileged = projects.filter((one) => one.at("Environment.PrivilegedMode") === true);
  expect(privileged.map((one) => one.text("Source.BuildSpec"))).toEqual(["buildspec/image.yml"]);
});

it("C15 X05 a build that releases has time for what an earlier one left unfinished, too, and never more than CodePipeline gives it", () => {
  const minutesOf = (keepWarm: number) =>
    readTemplates(planOf("tools", { rollout: { ...config.rollout, keepWarm: duration(keepWarm * 60_000) } }))
      .all("AWS::CodeBuild::Project")
      .filter((one) => one.text("Source.BuildSpec").endsWith("release.yml"))
      .map((one) => one.number("TimeoutInMinutes"));
  // Five minutes at 10 %, then half an hour: twice, beside an hour for locks, copies that start, and ways back.
  const [first = 0, ...others] = minutesOf(30);
  expect(first).toBeGreaterThanOrEqual(2 * 35 + 60);
  expect(new Set(others)).toEqual(new Set([first]));
  // AWS CodePipeline User Guide, "Quotas in AWS CodePipeline".
  expect(new Set(minutesOf(6 * 60))).toEqual(new Set([480]));
});

it("C12 each build runs a file of the source that is there, and gets what the file demands as variables, nothing pasted in", () => {
  const files = path.join(root, "assets/buildspecs");
  for (const project of projects) {
    const buildspec = project.text("Source.BuildSpec");
    const text = readFileSync(path.join(files, path.basename(buildspec)), "utf8");
    expect(buildspec, project.id).toMatch(/^(source\/)?buildspec\/[a-z]+\.yml$/);
    const given = project.parts("Environment.EnvironmentVariables");
    for (const one of given) expect(["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]).toContain(one.at("Type"));
    const names = given.map((one) => one.text("Name"));
    // What the file cannot do without comes from the project, or from each action that runs it.
    const demanded = [...text.matchAll(/"?\$\{([A-Z_]+):\?/g)].map(([, name = ""]) => name);
    const byAction = actionsOf(tools)
      .filter((action) => action.at("Configuration.ProjectName") === project.ref)
      .map((action) => Object.keys(variablesOf(tools, action)));
    for (const name of demanded.filter((one) => !one.startsWith("CODEBUILD_") && !optional.has(one)))
      expect(names.includes(name) || (byAction.length > 0 && byAction.every((all) => all.includes(name))), `${project.id} ${name}`).toBe(
        true,
      );
    for (const name of names) expect(text, `${project.id} has no use for ${name}`).toContain(name);
  }
});

/** Demanded only beside another one that is optional. */
const optional = new Set(["DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"]);

it("C12 C19 a credential is a reference to where it is kept, of the kind that it is kept as, and no value", () => {
  const token = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:catalog/docker-hub-AbCdEf";
  const given = delivered({ dockerHub: { username: "/catalog/docker-hub/username", token } });
  const image = given.one("AWS::CodeBuild::Project", (one) => one.text("Source.BuildSpec").endsWith("image.yml"));
  const variables = image.parts("Environment.EnvironmentVariables").filter((one) => one.text("Name").startsWith("DOCKERHUB"));
  expect(variables.map((one) => [one.at("Name"), one.at("Type"), one.at("Value")])).toEqual([
    ["DOCKERHUB_USERNAME", "PARAMETER_STORE", "/catalog/docker-hub/username"],
    ["DOCKERHUB_TOKEN", "SECRETS_MANAGER", token],
  ]);
  const readers = given
    .all("AWS::IAM::Role")
    .filter((role) => grantsOf(given, role).some((one) => allows(one, "secretsmanager:GetSecretValue", token)));
  expect(readers.map((role) => role.text("RoleName"))).toEqual(["catalog-tools-euw1-image-build"]);
});

it("C13 every bucket is private, versioned, encrypted, without ACLs, with a lifecycle, and takes TLS only", () => {
  const buckets = tools.all("AWS::S3::Bucket");
  expect(buckets.length).toBe(7);
  for (const bucket of buckets) {
    expect(bucket.at("PublicAccessBlockConfiguration")).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.at("OwnershipControls.Rules.0.ObjectOwnership")).toBe("BucketOwnerEnforced");
    expect(bucket.at("VersioningConfiguration.Status")).toBe("Enabled");
    expect(bucket.at("BucketEncryption")).toBeDefined();
    expect(bucket.parts("LifecycleConfiguration.Rules").length).toBeGreaterThan(0);
    // Amazon S3 User Guide, "Logging requests with server access logging": to a bucket of the same region, which does not log itself.
    const logged = bucket.at("LoggingConfiguration.DestinationBucketName");
    if (bucket.id === "StorageLogsBucket") expect(logged).toBeUndefined();
    else expect(tools.follow(logged)).toMatchObject({ id: "StorageLogsBucket", stack: `base@${bucket.stack.split("@")[1]}` });
    const guard = tools.one("AWS::S3::BucketPolicy", (one) => one.at("Bucket") === bucket.ref);
    expect(JSON.stringify(guard.value)).toContain('"aws:SecureTransport":"false"');
  }
});

it("C13 what stages handed on goes in the end, but not before a stage may still be turned back to it", () => {
  const rules = tools
    .all("AWS::S3::Bucket")
    .filter(({ id }) => id === "StorageArtifactsBucket")
    .map((bucket) => bucket.number("LifecycleConfiguration.Rules.0.ExpirationInDays"));
  expect(rules).toHaveLength(3);
  for (const days of rules) expect(days).toBeGreaterThanOrEqual(90);
});

it("C16 every key is rotated and has an alias, and nothing is named by an alias", () => {
  const keys = tools.all("AWS::KMS::Key");
  const aliased = tools.all("AWS::KMS::Alias").map((one) => one.at("TargetKeyId"));
  expect(keys.length).toBeGreaterThan(8);
  for (const key of keys) expect([key.at("EnableKeyRotation"), aliased.includes(key.ref)]).toEqual([true, true]);
  for (const one of tools.found.filter(({ type }) => type !== "AWS::KMS::Alias")) {
    const { Condition: _allowed, ...rest } = Object(one.value);
    if (!one.type.endsWith("Policy")) expect(JSON.stringify(rest), one.id).not.toMatch(/"alias\//);
  }
});

it("C14 everything of a type that carries tags has the five", () => {
  const names = ["CostCenter", "Environment", "ManagedBy", "Owner", "Project"];
  const tagged = tools.found.filter((one) => one.at("Tags") !== undefined);
  const types = new Set(tagged.map((one) => one.type));
  expect(types.size).toBeGreaterThan(15);
  for (const one of tools.found.filter(({ type }) => types.has(type)))
    expect(
      one
        .parts("Tags")
        .map((tag) => tag.text("Key"))
        .filter((key) => key !== "Name"),
      one.id,
    ).toEqual(names);
});

it("A08 no two things of a kind have one name in an account, and all have the environment's suffix", () => {
  const seen = new Set<string>();
  for (const { name } of config.environments)
    for (const stack of buildPlan(config, name).stacks)
      for (const { type, properties, id } of stack.resources) {
        const property = nameProperty[type];
        const physical: unknown = property === undefined ? undefined : Reflect.get(properties, property);
        if (typeof physical !== "string") continue;
        expect(physical, id).toContain(name);
        // IAM and Amazon S3 have no regions in their names.
        const place = /IAM|S3::Bucket/.test(type) ? "" : stack.region;
        const full = [type, stack.account, place, physical].join(" ");
        expect(seen.has(full), full).toBe(false);
        seen.add(full);
      }
  expect(seen.size).toBeGreaterThan(150);
});

it("C07 a run that ended, a stage that failed and an approval that was answered are told by SNS, in sentences", () => {
  const topic = tools.one("AWS::SNS::Topic");
  const rules = tools.all("AWS::Events::Rule").filter((one) => one.texts("Targets.0.Arn").includes(topic.ref));
  const told = rules.map((one) => {
    const paths = one.at("Targets.0.InputTransformer.InputPathsMap");
    // Amazon EventBridge User Guide, "Input transformation": a text is a JSON string, in which each placeholder is one of the paths.
    const sentence: unknown = JSON.parse(one.text("Targets.0.InputTransformer.InputTemplate"));
    const used = [...String(sentence).matchAll(/<([^>]+)>/g)].map(([, name]) => name);
    expect(used.sort()).toEqual(Object.keys(Object(paths)).sort());
    expect(one.at("EventPattern.detail.pipeline")).toEqual([pipelineOf(tools).ref]);
    expect(one.at("EventPattern.source")).toEqual(["aws.codepipeline"]);
    return [one.texts("EventPattern.detail-type").join(), one.at("EventPattern.detail.state"), one.at("EventPattern.detail.type"), paths];
  });
  const run = { pipeline: "$.detail.pipeline", execution: "$.detail.execution-id" };
  // CodePipeline User Guide, "Monitoring CodePipeline events": states by level, and the form of the events.
  expect(told).toEqual([
    [
      "CodePipeline Pipeline Execution State Change",
      ["CANCELED", "FAILED", "STOPPED", "SUCCEEDED", "SUPERSEDED"],
      undefined,
      { ...run, state: "$.detail.state" },
    ],
    ["CodePipeline Stage Execution State Change", ["FAILED"], undefined, { ...run, stage: "$.detail.stage" }],
    [
      "CodePipeline Action Execution State Change",
      ["CANCELED", "FAILED", "SUCCEEDED"],
      { category: ["Approval"] },
      { ...run, stage: "$.detail.stage", state: "$.detail.state" },
    ],
  ]);
});

it("C07 people are asked where they have subscribed, before each stage but the first", () => {
  const topic = tools.one("AWS::SNS::Topic");
  const approvals = stagesOf(tools)
    .flatMap((stage) => stage.parts("Actions"))
    .filter((one) => one.at("ActionTypeId.Provider") === "Manual");
  expect(approvals.map((one) => one.at("Configuration.NotificationArn"))).toEqual([topic.ref, topic.ref]);
  const addresses = tools.all("AWS::SNS::Subscription").map((one) => [one.at("TopicArn"), one.at("Protocol"), one.at("Endpoint")]);
  expect(addresses).toEqual([[topic.ref, "email", "platform@example.com"]]);
});

it("C07 a pipeline that asks nobody tells of no answers", () => {
  const rules = delivered({ approval: false }).all("AWS::Events::Rule");
  expect(rules.filter((one) => one.at("EventPattern.detail.type") !== undefined)).toEqual([]);
});

it("C04 no role of the home passes a role on, and nothing may change the pipeline", () => {
  const granted = tools.all("AWS::IAM::Role").flatMap((role) => grantsOf(tools, role).flatMap((one) => one.actions));
  expect(granted.filter((action) => /^iam:|UpdatePipeline|UpdateProject|^\*/.test(action))).toEqual([]);
  expect(pipelineOf(tools).at("ExecutionMode")).toBe("QUEUED");
});
