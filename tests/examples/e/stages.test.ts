import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { allows, grantsOf, matches, statementsOf } from "../policies.ts";
import { type Found, partOf, type Templates } from "../template.ts";
import { actionOf, actionsOf, delivery, pipelineOf, planOf, root, tools } from "./plans.ts";

const stagesOf = (templates: Templates) => pipelineOf(templates).parts("Stages");
const projectOf = (name: string): Found => tools.follow(actionOf(tools, name).at("Configuration.ProjectName"));
const variableOf = (project: Found, name: string): unknown =>
  project
    .parts("Environment.EnvironmentVariables")
    .find((one) => one.at("Name") === name)
    ?.at("Value");
const buildspecOf = (project: Found) =>
  readFileSync(path.join(root, "assets/buildspecs", path.basename(project.text("Source.BuildSpec"))), "utf8");

it("E05 six stages in their order: source, build and unit test, scan, staging, approval, production", () => {
  expect(stagesOf(tools).map((one) => [one.at("Name"), one.parts("Actions").map((action) => action.at("ActionTypeId.Provider"))])).toEqual([
    ["Source", ["CodeStarSourceConnection"]],
    ["Build", ["CodeBuild", "CodeBuild"]],
    ["Scan", ["CodeBuild"]],
    ["staging", ["CodeDeployToECS", "CodeBuild"]],
    ["Approve-production", ["Manual"]],
    ["production", ["CodeDeployToECS", "CodeBuild"]],
  ]);
  expect(projectOf("Test").at("Source.BuildSpec")).toBe("buildspec/test.yml");
  expect(projectOf("Image").at("Source.BuildSpec")).toBe("buildspec/image.yml");
  expect(projectOf("Scan").at("Source.BuildSpec")).toBe("buildspec/scan.yml");
});

it("E05 each action acts with a role of its own, and no two of them are one", () => {
  const roles = actionsOf(tools).map((one) => one.text("RoleArn"));
  expect(new Set(roles).size).toBe(roles.length);
  expect(roles).not.toContain(pipelineOf(tools).at("RoleArn"));
  const builders = tools.all("AWS::CodeBuild::Project").map((one) => one.text("ServiceRole"));
  expect(new Set(builders).size).toBe(4);
});

it("E05 each stage has a log of its own, to which a rule writes that stage's events and no other's", () => {
  const arnOf = (log: Found) => `arn:aws:logs:${tools.region}:${tools.account}:log-group:${log.text("LogGroupName")}`;
  const logs = stagesOf(tools).map((stage) => {
    const rule = tools.one("AWS::Events::Rule", (one) => one.texts("EventPattern.detail.stage").includes(stage.text("Name")));
    expect(rule.value).toMatchObject({
      EventPattern: {
        source: ["aws.codepipeline"],
        // AWS CodePipeline User Guide, "Monitoring CodePipeline events": the types of events that name a stage.
        "detail-type": ["CodePipeline Stage Execution State Change", "CodePipeline Action Execution State Change"],
        detail: { pipeline: [pipelineOf(tools).ref], stage: [stage.at("Name")] },
      },
    });
    const [target, ...others] = rule.parts("Targets");
    expect(others).toEqual([]);
    const log = tools.one("AWS::Logs::LogGroup", (one) => arnOf(one) === target?.at("Arn"));
    expect(rule.after).toContain(log);
    return log;
  });
  expect(new Set(logs).size).toBe(6);
  const [open] = statementsOf(tools.one("AWS::Logs::ResourcePolicy"), "PolicyDocument");
  for (const log of logs) expect(open?.resources).toContain(`${arnOf(log)}:*`);
  // CloudWatch Logs API reference, PutResourcePolicy: at most 5120 characters.
  expect(JSON.stringify(tools.one("AWS::Logs::ResourcePolicy").at("PolicyDocument")).length).toBeLessThan(5120);
});

it("E05 the scan is of image, files, infrastructure code and secrets, by Trivy", () => {
  const text = buildspecOf(projectOf("Scan"));
  for (const one of ["to_json image ", "to_json filesystem filesystem --scanners vuln", "--scanners secret", "to_json config "])
    expect(text).toContain(one);
  expect(text).toContain(".trivy/trivy");
});

it.each([
  ["MEDIUM", tools, "MEDIUM,HIGH,CRITICAL"],
  ["CRITICAL", planOf("tools", { delivery: { ...delivery(), scan: { severity: "CRITICAL" } } }), "CRITICAL"],
] as const)("E05 the scan fails from the configured severity on (%s)", (_severity, templates, wanted) => {
  const scan = templates.follow(actionOf(templates, "Scan").at("Configuration.ProjectName"));
  expect(variableOf(scan, "SEVERITY")).toBe(wanted);
  expect(buildspecOf(scan)).toMatch(/\$SEVERITY: nothing is handed on" >&2; exit 1/);
});

it("E05 what the scan finds is kept as a report and in the artifacts' bucket, and its role may write both", () => {
  const scan = projectOf("Scan");
  const spec = partOf(parse(buildspecOf(scan)));
  expect(spec.at("reports.findings.file-format")).toBe("JUNITXML");
  const role = tools.follow(scan.at("ServiceRole"));
  // AWS CodeBuild User Guide, "Report group naming": project, hyphen, name in the buildspec.
  const group = `arn:aws:codebuild:${tools.region}:${tools.account}:report-group/${scan.text("Name")}-findings`;
  for (const action of ["codebuild:CreateReportGroup", "codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"])
    expect(grantsOf(tools, role).some((one) => allows(one, action, group))).toBe(true);
  const bucket = tools.follow(pipelineOf(tools).at("ArtifactStores.0.ArtifactStore.Location"));
  expect(variableOf(scan, "RESULTS_URI")).toBe(`s3://${bucket.ref}/scan-results`);
  const kept = `${bucket.attribute("Arn")}/scan-results/1/findings.json`;
  expect(grantsOf(tools, role).some((one) => allows(one, "s3:PutObject", kept))).toBe(true);
});

it("E05 a build that fails is tried once more, and a deploy is not", () => {
  const tried = stagesOf(tools).filter((one) => one.at("OnFailure.Result") === "RETRY");
  expect(tried.map((one) => one.at("Name"))).toEqual(["Build", "Scan"]);
});

it("X10 E06 a stage that fails after its shift, in its smoke tests, is turned back to the last run that went well", () => {
  const smoked = stagesOf(tools).filter((one) => one.parts("Actions").some((action) => action.text("Name").startsWith("Smoke-")));
  expect(smoked.map((one) => one.at("Name"))).toEqual(["staging", "production"]);
  // AWS CloudFormation, AWS::CodePipeline::Pipeline FailureConditions: Result.
  for (const stage of smoked) expect(stage.at("OnFailure")).toEqual({ Result: "ROLLBACK" });
});

it("E05 GitHub comes by the connection, and a push to the branch starts the pipeline", () => {
  const source = actionOf(tools, "Source");
  const given = delivery().source;
  if (given.kind !== "github") throw new Error("E builds from GitHub");
  expect(source.at("Configuration")).toMatchObject({
    ConnectionArn: given.connection,
    FullRepositoryId: given.repository,
    BranchName: given.branch,
    DetectChanges: "false",
  });
  expect(pipelineOf(tools).at("Triggers")).toEqual([
    {
      ProviderType: "CodeStarSourceConnection",
      GitConfiguration: { SourceActionName: "Source", Push: [{ Branches: { Includes: [given.branch] } }] },
    },
  ]);
  const role = tools.follow(source.at("RoleArn"));
  expect(grantsOf(tools, role).some((one) => allows(one, "codeconnections:UseConnection", given.connection))).toBe(true);
});

it("E05 staging is asked under its name after its deploy, before anybody approves production; production likewise", () => {
  const asked = ["staging", "production"].map((name) => {
    const [deployed, smoke] = [actionOf(tools, `Deploy-${name}`), actionOf(tools, `Smoke-${name}`)];
    expect(smoke.number("RunOrder")).toBeGreaterThan(deployed.number("RunOrder"));
    return JSON.parse(smoke.text("Configuration.EnvironmentVariables"));
  });
  expect(asked).toEqual([
    [{ name: "SMOKE_URL", value: "https://billing.staging.example.com", type: "PLAINTEXT" }],
    [{ name: "SMOKE_URL", value: "https://billing.example.com", type: "PLAINTEXT" }],
  ]);
  // The buildspec asks each of SMOKE_PATHS below SMOKE_URL.
  const paths = projectOf("Smoke-staging")
    .parts("Environment.EnvironmentVariables")
    .map((one) => [one.at("Name"), one.at("Value")]);
  expect(paths).toEqual([["SMOKE_PATHS", "/health"]]);
  expect(buildspecOf(projectOf("Smoke-staging"))).toContain("SMOKE_URL");
});

const topicOf = (templates: Templates): Found => templates.one("AWS::SNS::Topic");

it("E08 people hear how a run ended, which stage failed, whichever of the six it is, and how an approval was answered", () => {
  const telling = tools.all("AWS::Events::Rule").filter((one) => one.texts("Targets.0.Arn")[0] === topicOf(tools).ref);
  const kinds = telling.map((one) => [one.texts("EventPattern.detail-type").join(), one.at("EventPattern.detail.stage")]);
  expect(kinds).toEqual([
    ["CodePipeline Pipeline Execution State Change", undefined],
    ["CodePipeline Stage Execution State Change", undefined],
    ["CodePipeline Action Execution State Change", undefined],
  ]);
  const failed = telling[1];
  expect(failed?.at("EventPattern.detail.state")).toEqual(["FAILED"]);
  expect(failed?.at("Targets.0.InputTransformer.InputPathsMap.stage")).toBe("$.detail.stage");
  expect(failed?.text("Targets.0.InputTransformer.InputTemplate")).toContain("<stage>");
  const approval = actionOf(tools, "Approve-production");
  expect(approval.at("Configuration.NotificationArn")).toBe(topicOf(tools).ref);
});

it.each([["tools"], ["staging"], ["production"]])(
  "E08 each account has a topic with the team's addresses, which its alarms tell (%s)",
  (name) => {
    const templates = planOf(name);
    const addresses = templates.all("AWS::SNS::Subscription").map((one) => [one.at("TopicArn"), one.at("Protocol"), one.at("Endpoint")]);
    expect(addresses).toEqual([[topicOf(templates).ref, "email", "payments@example.com"]]);
    const alarms = templates.all("AWS::CloudWatch::Alarm");
    expect(alarms.length).toBeGreaterThan(0);
    for (const one of alarms)
      expect([one.at("AlarmActions"), one.at("OKActions")]).toEqual([[topicOf(templates).ref], [topicOf(templates).ref]]);
    const key = templates.follow(topicOf(templates).at("KmsMasterKeyId"));
    for (const service of ["events.amazonaws.com", "cloudwatch.amazonaws.com"]) {
      const uses = statementsOf(key, "KeyPolicy").filter((one) => one.services.includes(service));
      for (const action of ["kms:Decrypt", "kms:GenerateDataKey"])
        expect(uses.some(({ actions }) => actions.some((one) => matches(one, action)))).toBe(true);
    }
  },
);

const linesOf = (templates: Templates): readonly (readonly string[])[] =>
  templates.all("AWS::CloudWatch::Dashboard").flatMap((one) =>
    partOf(JSON.parse(one.text("DashboardBody")))
      .parts("widgets")
      .flatMap((widget) => widget.parts("properties.metrics"))
      .map(({ value }) => (Array.isArray(value) ? value.map(String) : [])),
  );

it("E08 the dashboard of the home shows the pipeline's failures and those of every build", () => {
  const shown = linesOf(tools);
  expect(shown).toContainEqual(["AWS/CodePipeline", "FailedPipelineExecutions", "PipelineName", pipelineOf(tools).ref]);
  for (const project of tools.all("AWS::CodeBuild::Project"))
    for (const metric of ["FailedBuilds", "SucceededBuilds", "Duration"])
      expect(shown).toContainEqual(["AWS/CodeBuild", metric, "ProjectName", project.ref]);
});

it.each([["staging"], ["production"]])(
  "E08 the dashboard of a stage shows both colours as callers see them, and the service (%s)",
  (name) => {
    const templates = planOf(name);
    const shown = linesOf(templates);
    for (const group of templates.all("AWS::ElasticLoadBalancingV2::TargetGroup"))
      for (const metric of ["RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"])
        expect(shown.filter((one) => one[1] === metric && one.includes(group.attribute("TargetGroupFullName")))).toHaveLength(1);
    const service = templates.one("AWS::ECS::Service");
    for (const metric of ["CPUUtilization", "MemoryUtilization"])
      expect(shown).toContainEqual(["AWS/ECS", metric, "ClusterName", service.text("Cluster"), "ServiceName", service.attribute("Name")]);
  },
);
