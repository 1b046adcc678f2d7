import { describe, expect, it } from "vitest";
import { read } from "../../../assets/functions/deployment-logger/deployment.ts";
import { digests } from "../../../lib/plan/functions.gen.ts";
import { allows, grantsOf, statementsOf } from "../policies.ts";
import { actionOf, actionsOf, config, pipelineOf, regionOf, stageOf, stages, tools } from "./plans.ts";

const logger = tools.one("AWS::Lambda::Function");
const role = tools.follow(logger.at("Role"));
const may = (action: string, resource: string): boolean => grantsOf(tools, role).some((one) => allows(one, action, resource));
const pipelineArn = `arn:aws:codepipeline:eu-west-1:111111111111:${pipelineOf(tools).text("Name")}`;

it("C09 new code is deployed: the key of the archive has its digest, in a bucket of the home", () => {
  expect(logger.at("Code.S3Key")).toBe(`deployment-logger-${digests["deployment-logger"]}.zip`);
  expect(tools.follow(logger.at("Code.S3Bucket")).type).toBe("AWS::S3::Bucket");
  expect(tools.output("FunctionsBucketName")).toBe(logger.at("Code.S3Bucket"));
});

it("C09 runs on the current runtime, with a time limit, memory, traces and copies kept free for it", () => {
  // AWS Lambda Developer Guide, "Lambda runtimes".
  expect(logger.at("Runtime")).toBe("nodejs24.x");
  expect(logger.at("Handler")).toBe("index.handler");
  expect(logger.number("Timeout")).toBeGreaterThanOrEqual(30);
  expect(logger.number("MemorySize")).toBeGreaterThanOrEqual(128);
  expect(logger.number("ReservedConcurrentExecutions")).toBeGreaterThan(0);
  expect(logger.at("TracingConfig.Mode")).toBe("Active");
  expect(may("xray:PutTraceSegments", "*")).toBe(true);
});

it("C09 writes to a log that is kept for a time and encrypted with the key of the logs", () => {
  const log = tools.follow(logger.at("LoggingConfig.LogGroup"));
  expect(log.number("RetentionInDays")).toBe(90);
  expect(tools.follow(log.at("KmsKeyId")).stack).toBe("base@eu-west-1");
  // Lambda would write other words around a line in its own JSON, and CloudWatch reads a metric only from a line that is nothing else.
  expect(logger.at("LoggingConfig.LogFormat")).toBe("Text");
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) expect(may(action, log.attribute("Arn"))).toBe(true);
});

it("C09 what it cannot handle is tried again, and then kept in an encrypted queue that it may write to", () => {
  const queue = tools.follow(logger.at("DeadLetterConfig.TargetArn"));
  const key = tools.follow(queue.at("KmsMasterKeyId"));
  expect([queue.type, key.type]).toEqual(["AWS::SQS::Queue", "AWS::KMS::Key"]);
  expect(queue.number("MessageRetentionPeriod")).toBe(1_209_600);
  expect(may("sqs:SendMessage", queue.attribute("Arn"))).toBe(true);
  for (const action of ["kms:Decrypt", "kms:GenerateDataKey"]) expect(may(action, key.attribute("Arn"))).toBe(true);
  const guard = tools.one("AWS::SQS::QueuePolicy", (one) => one.texts("Queues").includes(queue.ref));
  expect(statementsOf(guard, "PolicyDocument")).toMatchObject([
    { effect: "Deny", everyone: true, condition: { Bool: { "aws:SecureTransport": "false" } } },
  ]);
  const retries = tools.one("AWS::Lambda::EventInvokeConfig");
  expect(retries.at("FunctionName")).toBe(logger.ref);
  expect([retries.at("Qualifier"), retries.at("MaximumRetryAttempts")]).toEqual(["$LATEST", 2]);
});

it("C09 is in the network, whose subnets reach CodePipeline by an endpoint that its group may talk to", () => {
  const subnets = logger.texts("VpcConfig.SubnetIds");
  const endpoint = tools.one("AWS::EC2::VPCEndpoint", (one) => one.at("ServiceName") === "com.amazonaws.eu-west-1.codepipeline");
  expect(subnets.length).toBeGreaterThan(1);
  expect([...endpoint.texts("SubnetIds")].sort()).toEqual([...subnets].sort());
  expect(endpoint.at("PrivateDnsEnabled")).toBe(true);
  const [group] = logger.texts("VpcConfig.SecurityGroupIds");
  const vpc = tools.follow(endpoint.at("VpcId"));
  const out = tools.all("AWS::EC2::SecurityGroupEgress").filter((one) => one.at("GroupId") === group);
  expect(out.map((one) => [one.at("FromPort"), one.at("ToPort"), one.at("CidrIp")])).toEqual([[443, 443, vpc.at("CidrBlock")]]);
  const [door] = endpoint.texts("SecurityGroupIds");
  const inside = tools.all("AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === door);
  expect(inside.map((one) => [one.at("FromPort"), one.at("CidrIp")])).toEqual([[443, vpc.at("CidrBlock")]]);
  // Nothing else is reached from there.
  expect(tools.all("AWS::EC2::NatGateway")).toEqual([]);
});

it("C09 its role asks for this pipeline's runs and reports on jobs; its code touches no network interface", () => {
  expect(may("codepipeline:GetPipelineExecution", pipelineArn)).toBe(true);
  expect(may("codepipeline:GetPipelineExecution", `${pipelineArn}-other`)).toBe(false);
  for (const action of ["codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult"]) expect(may(action, "*")).toBe(true);
  for (const action of ["codepipeline:StartPipelineExecution", "codepipeline:PutApprovalResult"])
    expect(may(action, pipelineArn)).toBe(false);
  // AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
  const denied = grantsOf(tools, role).filter(({ effect }) => effect === "Deny");
  expect(denied).toMatchObject([
    {
      actions: expect.arrayContaining(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]),
      condition: {
        ArnEquals: { "lambda:SourceFunctionArn": `arn:aws:lambda:eu-west-1:111111111111:function:${logger.text("FunctionName")}` },
      },
    },
  ]);
  expect(statementsOf(role, "AssumeRolePolicyDocument")[0]?.services).toEqual(["lambda.amazonaws.com"]);
  // AWS refuses a function in a network whose role may not make interfaces yet.
  expect(logger.after.map((one) => one.at("RoleName"))).toEqual([role.ref]);
});

describe.each(stages)("after a deploy to %s", (stage) => {
  const record = actionOf(tools, `Record-${stage}`);

  it("C09 the pipeline invokes it with what it can read, in a stage of its own that turns nothing back", () => {
    expect(record.at("Configuration.FunctionName")).toBe(logger.ref);
    const UserParameters = record.text("Configuration.UserParameters");
    // CodePipeline API reference, ActionDeclaration: a value of the configuration has up to 1,000 characters.
    expect(UserParameters.length).toBeLessThan(1000);
    const job = { id: "j-1", data: { actionConfiguration: { configuration: { UserParameters } } } };
    expect(read({ "CodePipeline.job": job })).toMatchObject({
      told: {
        pipeline: pipelineOf(tools).at("Name"),
        execution: "#{codepipeline.PipelineExecutionId}",
        environment: stage,
        details: { region: regionOf[stage], commit: "#{Image.COMMIT}", digest: "#{Image.IMAGE_DIGEST}" },
      },
    });
    expect(stageOf(tools, `Record-${stage}`).at("OnFailure.Result")).toBe("RETRY");
    const invoker = grantsOf(tools, tools.follow(record.at("RoleArn")));
    expect(invoker.some((one) => allows(one, "lambda:InvokeFunction", logger.attribute("Arn")))).toBe(true);
  });

  it("C09 EventBridge tells it of a stage that failed or was turned back, and may invoke it for this rule alone", () => {
    const rule = tools.one("AWS::Events::Rule", (one) => one.texts("Targets.0.Arn").includes(logger.attribute("Arn")));
    expect(rule.at("EventPattern.detail")).toEqual({
      pipeline: [pipelineOf(tools).at("Name")],
      stage: expect.arrayContaining([stage]),
      state: ["FAILED", "SUCCEEDED"],
    });
    const permission = tools.one("AWS::Lambda::Permission");
    expect(permission.value).toMatchObject({
      FunctionName: logger.ref,
      Principal: "events.amazonaws.com",
      SourceArn: rule.attribute("Arn"),
    });
  });
});

it("C08 alarms watch the pipeline, how long it runs, and the logger, by their own names, and tell the topic", () => {
  const topic = tools.one("AWS::SNS::Topic").ref;
  const alarms = tools.all("AWS::CloudWatch::Alarm").map((one) => ({
    metric: `${one.text("Namespace")} ${one.text("MetricName")}`,
    of: one.text("Dimensions.0.Value"),
    tells: one.texts("AlarmActions"),
  }));
  const pipeline = pipelineOf(tools).ref;
  expect(alarms).toEqual(
    expect.arrayContaining([
      { metric: "AWS/CodePipeline FailedPipelineExecutions", of: pipeline, tells: [topic] },
      { metric: "AWS/CodePipeline PipelineDuration", of: pipeline, tells: [topic] },
      { metric: "AWS/Lambda Errors", of: logger.ref, tells: [topic] },
      { metric: "AWS/Lambda DeadLetterErrors", of: logger.ref, tells: [topic] },
    ]),
  );
});

it("C08 a run is slow once it took longer than all its builds and all the time that people have", () => {
  const slow = tools.one("AWS::CloudWatch::Alarm", (one) => one.at("MetricName") === "PipelineDuration");
  const build = (config.delivery?.buildTimeout ?? Number.NaN) / 60_000;
  const minutes = actionsOf(tools).map((one) => Number(one.at("TimeoutInMinutes") ?? build));
  // CodePipeline User Guide, "Monitoring CodePipeline metrics": in seconds, the longest of a period.
  expect(slow.value).toMatchObject({
    Statistic: "Maximum",
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: minutes.reduce((sum, one) => sum + one, 0) * 60,
  });
});

it("C18 the dashboard shows how many runs succeed, how long they take, deployments by stage and outcome, and the logger's errors", () => {
  const body = tools.one("AWS::CloudWatch::Dashboard").text("DashboardBody");
  const { widgets }: { widgets: { properties: { metrics: unknown[][]; region: string } }[] } = JSON.parse(body);
  const metrics = widgets.flatMap(({ properties }) => properties.metrics);
  const pipeline = pipelineOf(tools).ref;
  // Each run has one duration: their number is that of the runs.
  const counted = { id: "runs", stat: "SampleCount", visible: false };
  expect(metrics).toContainEqual(["AWS/CodePipeline", "PipelineDuration", "PipelineName", pipeline, counted]);
  expect(metrics).toContainEqual([
    "AWS/CodePipeline",
    "FailedPipelineExecutions",
    "PipelineName",
    pipeline,
    { id: "failed", visible: false },
  ]);
  expect(metrics).toContainEqual([{ expression: "100 * (runs - FILL(failed, 0)) / runs", label: "Succeeded" }]);
  expect(metrics).toContainEqual(["AWS/CodePipeline", "PipelineDuration", "PipelineName", pipeline]);
  expect(metrics).toContainEqual(["AWS/Lambda", "Errors", "FunctionName", logger.ref]);
  for (const stage of stages)
    for (const outcome of ["released", "failed", "rolled-back"])
      expect(metrics).toContainEqual(["Sluice", "Deployments", "Pipeline", pipeline, "Environment", stage, "Outcome", outcome]);
});
