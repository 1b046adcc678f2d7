import { expect, it } from "vitest";
import { matches, statementsOf } from "../policies.ts";
import type { Found, Templates } from "../template.ts";
import { both, config } from "./plans.ts";

const keysOf = (templates: Templates): readonly Found[] => templates.all("AWS::KMS::Key");

it.each(both)("B13 every key is for one purpose, turns, and has one alias (%s)", (_name, templates) => {
  const aliases = templates.all("AWS::KMS::Alias");
  for (const key of keysOf(templates)) {
    expect(key.at("EnableKeyRotation")).toBe(true);
    expect(aliases.filter((one) => one.at("TargetKeyId") === key.ref)).toHaveLength(1);
  }
  expect(aliases).toHaveLength(keysOf(templates).length);
  expect(new Set(keysOf(templates).map((one) => one.at("Description"))).size).toBe(keysOf(templates).length);
});

it.each(both)("B13 a key's policy gives its account control, and services only what they encrypt (%s)", (_name, templates) => {
  for (const key of keysOf(templates)) {
    const [admin, ...uses] = statementsOf(key, "KeyPolicy");
    // AWS KMS Developer Guide, "Default key policy": without it nobody can change the key any more.
    expect(admin).toMatchObject({ effect: "Allow", accounts: [`arn:aws:iam::${templates.account}:root`], actions: ["kms:*"] });
    for (const use of uses) {
      expect([use.everyone, use.accounts, use.services.length]).toEqual([false, [], 1]);
      for (const action of use.actions) expect(action).toMatch(/^kms:(Decrypt|DescribeKey|Encrypt|GenerateDataKey\*|ReEncrypt\*)$/);
    }
  }
});

/** The properties by which AWS's services are told a key. */
const keyProperty = /^(KmsKeyId|KmsMasterKeyId|KMSMasterKeyId|KMSMasterKeyID|KmsKey|EncryptionKey)$/;

function keysIn(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (!keyProperty.test(name)) return keysIn(inner);
    return typeof inner === "object" && inner !== null && "Id" in inner ? [inner.Id] : [inner];
  });
}

it.each(both)("C16 what is encrypted names a key of the plan by its ARN, never an alias (%s)", (_name, templates) => {
  const arns = keysOf(templates).map((one) => one.attribute("Arn"));
  const encrypted = templates.found.filter((one) => keysIn(one.value).length > 0);
  for (const one of encrypted) for (const key of keysIn(one.value)) expect(arns).toContain(key);
  const types = new Set(encrypted.map((one) => one.type));
  for (const type of [
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::DynamoDB::Table",
    "AWS::ECR::Repository",
    "AWS::ECS::Cluster",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
  ])
    expect(types).toContain(type);
  // Each key encrypts something.
  for (const arn of arns) expect(encrypted.some((one) => keysIn(one.value).includes(arn))).toBe(true);
});

it.each(both)("C16 keys are the account's own and turn by themselves (%s)", (_name, templates) => {
  for (const key of keysOf(templates)) {
    expect(key.at("Origin") ?? "AWS_KMS").toBe("AWS_KMS");
    expect(key.at("KeySpec") ?? "SYMMETRIC_DEFAULT").toBe("SYMMETRIC_DEFAULT");
    expect([key.at("EnableKeyRotation"), key.at("Enabled") ?? true]).toEqual([true, true]);
  }
});

const arnOfLog = (templates: Templates, log: Found): string =>
  `arn:aws:logs:${templates.region}:${templates.account}:log-group:${log.text("LogGroupName")}`;

it.each(both)("D05 every log ends some day and has a key that CloudWatch Logs may use for it (%s)", (_name, templates) => {
  const logs = templates.all("AWS::Logs::LogGroup");
  expect(logs.length).toBeGreaterThan(6);
  for (const log of logs) {
    // CloudWatch Logs API reference, PutRetentionPolicy.
    const days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
    expect(days).toContain(log.at("RetentionInDays"));
    const key = templates.follow(log.at("KmsKeyId"));
    expect(log.at("KmsKeyId")).toBe(key.attribute("Arn"));
    // CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS": who, what and for which log group.
    const use = statementsOf(key, "KeyPolicy").find((one) => one.services.includes(`logs.${templates.region}.amazonaws.com`));
    for (const action of ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:DescribeKey"])
      expect(use?.actions.some((one) => matches(one, action))).toBe(true);
    const { ArnLike: like } = Object(use?.condition);
    expect(matches(String(Object(like)["kms:EncryptionContext:aws:logs:arn"]), arnOfLog(templates, log))).toBe(true);
  }
});

it.each(both)("D05 the key of the logs is of no use for another environment's logs (%s)", (_name, templates) => {
  const key = templates.follow(templates.all("AWS::Logs::LogGroup")[0]?.at("KmsKeyId"));
  const use = statementsOf(key, "KeyPolicy").find((one) => one.services.some((service) => service.startsWith("logs.")));
  const { ArnLike: like } = Object(use?.condition);
  const pattern = String(Object(like)["kms:EncryptionContext:aws:logs:arn"]);
  const foreign = `arn:aws:logs:${templates.region}:${templates.account}:log-group:/shop/elsewhere/euw1/web`;
  expect(matches(pattern, foreign)).toBe(false);
});

/** The log groups that something other than an event writes. */
function writtenByServices(templates: Templates): readonly Found[] {
  const task = templates.one("AWS::ECS::TaskDefinition");
  const options = task.parts("ContainerDefinitions.0.LogConfiguration.Options")[0];
  // The tasks say the group's name and the region (Amazon ECS, "Send Amazon ECS logs to CloudWatch").
  expect([task.at("ContainerDefinitions.0.LogConfiguration.LogDriver"), options?.at("awslogs-region")]).toEqual([
    "awslogs",
    templates.region,
  ]);
  const named = [
    ...templates.all("AWS::CodeBuild::Project").map((one) => one.at("LogsConfig.CloudWatchLogs.GroupName")),
    options?.at("awslogs-group"),
    templates.one("AWS::ECS::Cluster").at("Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName"),
    templates.one("AWS::EC2::FlowLog").at("LogDestination"),
  ];
  return named.map((one) => templates.follow(one));
}

it.each(both)("D05 builds, tasks, shells into tasks and flows have logs of their own (%s)", (_name, templates) => {
  const written = writtenByServices(templates);
  expect(written.every(({ type }) => type === "AWS::Logs::LogGroup")).toBe(true);
  expect(new Set(written).size).toBe(6);
});

it.each(both)("D05 what the pipeline does is logged, all of it and by stage, where EventBridge may write (%s)", (_name, templates) => {
  const others = templates.all("AWS::Logs::LogGroup").filter((one) => !writtenByServices(templates).includes(one));
  const pipeline = templates.one("AWS::CodePipeline::Pipeline");
  const rules = others.map((log) => {
    const arn = arnOfLog(templates, log);
    const rule = templates.one("AWS::Events::Rule", (one) => one.parts("Targets").some((target) => target.at("Arn") === arn));
    expect(rule.at("EventPattern.source")).toEqual(["aws.codepipeline"]);
    expect([rule.at("EventPattern.detail.pipeline"), rule.at("EventPattern.detail.state")]).toEqual([[pipeline.ref], undefined]);
    return rule;
  });
  const [all, ...more] = rules.filter((one) => one.at("EventPattern.detail.stage") === undefined);
  expect(more).toEqual([]);
  expect(all?.texts("EventPattern.detail-type")).toEqual([
    "CodePipeline Pipeline Execution State Change",
    "CodePipeline Stage Execution State Change",
    "CodePipeline Action Execution State Change",
  ]);
  const stages = rules.flatMap((one) => one.texts("EventPattern.detail.stage"));
  expect(stages).toEqual(pipeline.parts("Stages").map((one) => one.at("Name")));
  const [open] = statementsOf(templates.one("AWS::Logs::ResourcePolicy"), "PolicyDocument");
  // EventBridge User Guide, "Using resource-based policies": CloudWatch Logs permissions.
  expect(open).toMatchObject({
    effect: "Allow",
    services: ["delivery.logs.amazonaws.com", "events.amazonaws.com"],
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  });
  expect(others.filter((log) => !open?.resources.includes(`${arnOfLog(templates, log)}:*`))).toEqual([]);
});

it.each(both)("D05 logs are kept as long as the configuration says (%s)", (_name, templates) => {
  const flow = templates.follow(templates.one("AWS::EC2::FlowLog").at("LogDestination"));
  for (const log of templates.all("AWS::Logs::LogGroup"))
    expect(log.at("RetentionInDays")).toBe(log === flow ? config.network.flowLogs : config.monitoring.logRetention);
});
