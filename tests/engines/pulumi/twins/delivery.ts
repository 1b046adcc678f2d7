import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: "*" }],
};
const text = JSON.stringify(policy);

export const delivery: readonly Twin[] = [
  {
    type: "AWS::CodePipeline::Pipeline",
    make: () =>
      new aws.codepipeline.Pipeline("one", {
        name: "tf-test-pipeline",
        roleArn: "r",
        pipelineType: "V2",
        artifactStores: [{ location: "b", type: "S3", region: "eu-west-1", encryptionKey: { id: "k", type: "KMS" } }],
        stages: [
          {
            name: "Source",
            actions: [
              {
                name: "Source",
                category: "Source",
                owner: "AWS",
                provider: "CodeStarSourceConnection",
                version: "1",
                outputArtifacts: ["source_output"],
                configuration: { ConnectionArn: "c", FullRepositoryId: "my-organization/example", BranchName: "main" },
              },
            ],
          },
        ],
      }),
    is: {
      Name: "tf-test-pipeline",
      RoleArn: "r",
      PipelineType: "V2",
      ArtifactStores: [{ Region: "eu-west-1", ArtifactStore: { Location: "b", Type: "S3", EncryptionKey: { Id: "k", Type: "KMS" } } }],
      Stages: [
        {
          Name: "Source",
          Actions: [
            {
              Name: "Source",
              ActionTypeId: { Category: "Source", Owner: "AWS", Provider: "CodeStarSourceConnection", Version: "1" },
              OutputArtifacts: [{ Name: "source_output" }],
              Configuration: { ConnectionArn: "c", FullRepositoryId: "my-organization/example", BranchName: "main" },
            },
          ],
        },
      ],
    },
  },
  {
    type: "AWS::CodeBuild::Project",
    make: () =>
      new aws.codebuild.Project("one", {
        name: "test-project",
        description: "test_codebuild_project",
        buildTimeout: 5,
        queuedTimeout: 30,
        concurrentBuildLimit: 2,
        serviceRole: "r",
        encryptionKey: "k",
        artifacts: { type: "CODEPIPELINE" },
        cache: { type: "S3", location: "b" },
        environment: {
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/standard:7.0",
          type: "LINUX_CONTAINER",
          privilegedMode: true,
          environmentVariables: [{ name: "SOME_KEY1", value: "SOME_VALUE1", type: "PLAINTEXT" }],
        },
        logsConfig: { cloudwatchLogs: { groupName: "log-group", status: "ENABLED" } },
        source: { type: "CODEPIPELINE", buildspec: "buildspec.yml" },
      }),
    is: {
      Name: "test-project",
      Description: "test_codebuild_project",
      TimeoutInMinutes: 5,
      QueuedTimeoutInMinutes: 30,
      ConcurrentBuildLimit: 2,
      ServiceRole: "r",
      EncryptionKey: "k",
      Artifacts: { Type: "CODEPIPELINE" },
      Cache: { Type: "S3", Location: "b" },
      Environment: {
        ComputeType: "BUILD_GENERAL1_SMALL",
        Image: "aws/codebuild/standard:7.0",
        Type: "LINUX_CONTAINER",
        PrivilegedMode: true,
        EnvironmentVariables: [{ Name: "SOME_KEY1", Value: "SOME_VALUE1", Type: "PLAINTEXT" }],
      },
      LogsConfig: { CloudWatchLogs: { GroupName: "log-group", Status: "ENABLED" } },
      Source: { Type: "CODEPIPELINE", BuildSpec: "buildspec.yml" },
    },
  },
  {
    type: "AWS::CodeDeploy::Application",
    make: () => new aws.codedeploy.Application("one", { name: "example", computePlatform: "ECS" }),
    is: { ApplicationName: "example", ComputePlatform: "ECS" },
  },
  {
    type: "AWS::CodeDeploy::DeploymentConfig",
    make: () =>
      new aws.codedeploy.DeploymentConfig("one", {
        deploymentConfigName: "test",
        computePlatform: "ECS",
        trafficRoutingConfig: { type: "TimeBasedLinear", timeBasedLinear: { interval: 10, percentage: 10 } },
      }),
    is: {
      DeploymentConfigName: "test",
      ComputePlatform: "ECS",
      TrafficRoutingConfig: { Type: "TimeBasedLinear", TimeBasedLinear: { LinearInterval: 10, LinearPercentage: 10 } },
    },
  },
  {
    type: "AWS::CodeDeploy::DeploymentGroup",
    make: () =>
      new aws.codedeploy.DeploymentGroup("one", {
        appName: "a",
        deploymentGroupName: "example",
        deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
        serviceRoleArn: "r",
        autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
        alarmConfiguration: { alarms: ["my-alarm"], enabled: true },
        blueGreenDeploymentConfig: {
          deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
          terminateBlueInstancesOnDeploymentSuccess: { action: "TERMINATE", terminationWaitTimeInMinutes: 5 },
        },
        deploymentStyle: { deploymentOption: "WITH_TRAFFIC_CONTROL", deploymentType: "BLUE_GREEN" },
        ecsService: { clusterName: "c", serviceName: "s" },
        loadBalancerInfo: {
          targetGroupPairInfo: {
            prodTrafficRoute: { listenerArns: ["l"] },
            testTrafficRoute: { listenerArns: ["t"] },
            targetGroups: [{ name: "blue" }, { name: "green" }],
          },
        },
      }),
    is: {
      ApplicationName: "a",
      DeploymentGroupName: "example",
      DeploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
      ServiceRoleArn: "r",
      AutoRollbackConfiguration: { Enabled: true, Events: ["DEPLOYMENT_FAILURE"] },
      AlarmConfiguration: { Alarms: [{ Name: "my-alarm" }], Enabled: true },
      BlueGreenDeploymentConfiguration: {
        DeploymentReadyOption: { ActionOnTimeout: "CONTINUE_DEPLOYMENT" },
        TerminateBlueInstancesOnDeploymentSuccess: { Action: "TERMINATE", TerminationWaitTimeInMinutes: 5 },
      },
      DeploymentStyle: { DeploymentOption: "WITH_TRAFFIC_CONTROL", DeploymentType: "BLUE_GREEN" },
      ECSServices: [{ ClusterName: "c", ServiceName: "s" }],
      LoadBalancerInfo: {
        TargetGroupPairInfoList: [
          {
            ProdTrafficRoute: { ListenerArns: ["l"] },
            TestTrafficRoute: { ListenerArns: ["t"] },
            TargetGroups: [{ Name: "blue" }, { Name: "green" }],
          },
        ],
      },
    },
  },
  {
    type: "AWS::CodeCommit::Repository",
    make: () =>
      new aws.codecommit.Repository("one", {
        repositoryName: "MyTestRepository",
        description: "This is the Sample App Repository",
        kmsKeyId: "k",
      }),
    is: { RepositoryName: "MyTestRepository", RepositoryDescription: "This is the Sample App Repository", KmsKeyId: "k" },
  },
  {
    type: "AWS::ECR::Repository",
    make: () => {
      const repository = new aws.ecr.Repository("one", {
        name: "bar",
        imageTagMutability: "IMMUTABLE",
        forceDelete: true,
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "k" }],
      });
      new aws.ecr.LifecyclePolicy("life", { repository: repository.name, policy: '{"rules":[]}' });
      new aws.ecr.RepositoryPolicy("who", { repository: repository.name, policy: text });
    },
    is: {
      RepositoryName: "bar",
      ImageTagMutability: "IMMUTABLE",
      EmptyOnDelete: true,
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: "KMS", KmsKey: "k" },
      LifecyclePolicy: { LifecyclePolicyText: '{"rules":[]}' },
      RepositoryPolicyText: policy,
    },
  },
  {
    type: "AWS::Lambda::Function",
    make: () =>
      new aws.lambda.Function("one", {
        name: "example",
        role: "r",
        handler: "index.handler",
        runtime: "nodejs22.x",
        s3Bucket: "b",
        s3Key: "k.zip",
        memorySize: 256,
        timeout: 30,
        reservedConcurrentExecutions: 5,
        environment: { variables: { ENVIRONMENT: "production" } },
        tracingConfig: { mode: "Active" },
        deadLetterConfig: { targetArn: "q" },
        vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        loggingConfig: { logFormat: "JSON", logGroup: "l" },
        durableConfig: { executionTimeout: 3600, retentionPeriod: 7 },
      }),
    is: {
      FunctionName: "example",
      Role: "r",
      Handler: "index.handler",
      Runtime: "nodejs22.x",
      Code: { S3Bucket: "b", S3Key: "k.zip" },
      MemorySize: 256,
      Timeout: 30,
      ReservedConcurrentExecutions: 5,
      Environment: { Variables: { ENVIRONMENT: "production" } },
      TracingConfig: { Mode: "Active" },
      DeadLetterConfig: { TargetArn: "q" },
      VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
      LoggingConfig: { LogFormat: "JSON", LogGroup: "l" },
      DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 7 },
    },
  },
  {
    type: "AWS::Lambda::Version",
    on: "AWS::Lambda::Function",
    make: () => new aws.lambda.Function("one", { name: "example", role: "r", s3Bucket: "b", s3Key: "k.zip", publish: true }),
    is: { FunctionName: { Ref: "one" } },
  },
  {
    type: "AWS::Lambda::Alias",
    make: () =>
      new aws.lambda.Alias("one", {
        name: "production",
        description: "Production environment alias",
        functionName: "f",
        functionVersion: "1",
      }),
    is: { Name: "production", Description: "Production environment alias", FunctionName: "f", FunctionVersion: "1" },
  },
  {
    type: "AWS::Lambda::EventInvokeConfig",
    make: () =>
      new aws.lambda.FunctionEventInvokeConfig("one", {
        functionName: "f",
        qualifier: "$LATEST",
        maximumEventAgeInSeconds: 60,
        maximumRetryAttempts: 0,
      }),
    is: { FunctionName: "f", Qualifier: "$LATEST", MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
  },
  {
    type: "AWS::Lambda::Permission",
    make: () =>
      new aws.lambda.Permission("one", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "events.amazonaws.com",
        sourceArn: "arn:r",
        sourceAccount: "1",
      }),
    is: { Action: "lambda:InvokeFunction", FunctionName: "f", Principal: "events.amazonaws.com", SourceArn: "arn:r", SourceAccount: "1" },
  },
  {
    type: "AWS::Events::Rule",
    make: () => {
      const rule = new aws.cloudwatch.EventRule("one", {
        name: "capture-aws-sign-in",
        description: "Capture",
        eventPattern: JSON.stringify({ "detail-type": ["AWS Console Sign In via CloudTrail"] }),
        state: "ENABLED",
      });
      new aws.cloudwatch.EventTarget("target", {
        rule: rule.name,
        targetId: "SendToSNS",
        arn: "topic",
        roleArn: "r",
        inputTransformer: { inputPaths: { instance: "$.detail.instance" }, inputTemplate: '"<instance> is new"' },
      });
    },
    is: {
      Name: "capture-aws-sign-in",
      Description: "Capture",
      EventPattern: { "detail-type": ["AWS Console Sign In via CloudTrail"] },
      State: "ENABLED",
      Targets: [
        {
          Id: "SendToSNS",
          Arn: "topic",
          RoleArn: "r",
          InputTransformer: { InputPathsMap: { instance: "$.detail.instance" }, InputTemplate: '"<instance> is new"' },
        },
      ],
    },
  },
  {
    type: "AWS::SNS::Topic",
    make: () => new aws.sns.Topic("one", { name: "user-updates-topic", displayName: "Updates", kmsMasterKeyId: "k" }),
    is: { TopicName: "user-updates-topic", DisplayName: "Updates", KmsMasterKeyId: "k" },
  },
  {
    type: "AWS::SNS::TopicPolicy",
    make: () => new aws.sns.TopicPolicy("one", { arn: "t", policy: text }),
    is: { Topics: ["t"], PolicyDocument: policy },
  },
  {
    type: "AWS::SNS::Subscription",
    make: () => new aws.sns.TopicSubscription("one", { topic: "t", protocol: "email", endpoint: "a@example.com" }),
    is: { TopicArn: "t", Protocol: "email", Endpoint: "a@example.com" },
  },
  {
    type: "AWS::SQS::Queue",
    make: () =>
      new aws.sqs.Queue("one", {
        name: "terraform-example-queue",
        messageRetentionSeconds: 86400,
        visibilityTimeoutSeconds: 300,
        kmsMasterKeyId: "k",
      }),
    is: { QueueName: "terraform-example-queue", MessageRetentionPeriod: 86400, VisibilityTimeout: 300, KmsMasterKeyId: "k" },
  },
  {
    type: "AWS::SQS::QueuePolicy",
    make: () => new aws.sqs.QueuePolicy("one", { queueUrl: "q", policy: text }),
    is: { Queues: ["q"], PolicyDocument: policy },
  },
];
