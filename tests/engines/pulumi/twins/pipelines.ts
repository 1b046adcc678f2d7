import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const actionTypeId = { category: "Build", owner: "AWS", provider: "CodeBuild", version: "1" };

/** What pipelines, the edge and alarms can besides what the first twins of them show. */
export const pipelines: readonly Twin[] = [
  {
    type: "AWS::CodePipeline::Pipeline",
    make: () =>
      new aws.codepipeline.Pipeline("one", {
        name: "p",
        roleArn: "r",
        pipelineType: "V2",
        artifactStores: [{ location: "b", type: "S3", region: "eu-west-1" }],
        stages: [
          {
            name: "Build",
            onFailure: { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } },
            actions: [{ name: "Build", ...actionTypeId, inputArtifacts: ["source_output"], configuration: { ProjectName: "test" } }],
          },
        ],
        triggers: [
          {
            providerType: "CodeStarSourceConnection",
            gitConfiguration: {
              sourceActionName: "Source",
              pushes: [{ branches: { includes: ["main"], excludes: ["wip/*"] } }],
              pullRequests: [{ events: ["OPEN"], filePaths: { includes: ["src/**"] } }],
            },
          },
        ],
      }),
    is: {
      Name: "p",
      RoleArn: "r",
      PipelineType: "V2",
      ArtifactStores: [{ Region: "eu-west-1", ArtifactStore: { Location: "b", Type: "S3" } }],
      Stages: [
        {
          Name: "Build",
          OnFailure: { Result: "RETRY", RetryConfiguration: { RetryMode: "ALL_ACTIONS" } },
          Actions: [
            {
              Name: "Build",
              ActionTypeId: { Category: "Build", Owner: "AWS", Provider: "CodeBuild", Version: "1" },
              InputArtifacts: [{ Name: "source_output" }],
              Configuration: { ProjectName: "test" },
            },
          ],
        },
      ],
      Triggers: [
        {
          ProviderType: "CodeStarSourceConnection",
          GitConfiguration: {
            SourceActionName: "Source",
            Push: [{ Branches: { Includes: ["main"], Excludes: ["wip/*"] } }],
            PullRequest: [{ Events: ["OPEN"], FilePaths: { Includes: ["src/**"] } }],
          },
        },
      ],
    },
  },
  {
    type: "AWS::CodeBuild::Project",
    make: () =>
      new aws.codebuild.Project("one", {
        name: "p",
        serviceRole: "r",
        projectVisibility: "PRIVATE",
        artifacts: { type: "NO_ARTIFACTS" },
        environment: { computeType: "BUILD_GENERAL1_SMALL", image: "i", type: "LINUX_CONTAINER" },
        source: { type: "GITHUB", location: "https://github.com/example/example", auth: { type: "CODECONNECTIONS", resource: "c" } },
        logsConfig: { s3Logs: { status: "ENABLED", location: "b/build-log" } },
        buildBatchConfig: { serviceRole: "r", restrictions: { computeTypesAlloweds: ["BUILD_GENERAL1_SMALL"], maximumBuildsAllowed: 2 } },
      }),
    is: {
      Name: "p",
      ServiceRole: "r",
      Visibility: "PRIVATE",
      Artifacts: { Type: "NO_ARTIFACTS" },
      Environment: { ComputeType: "BUILD_GENERAL1_SMALL", Image: "i", Type: "LINUX_CONTAINER" },
      Source: { Type: "GITHUB", Location: "https://github.com/example/example", Auth: { Type: "CODECONNECTIONS", Resource: "c" } },
      LogsConfig: { S3Logs: { Status: "ENABLED", Location: "b/build-log" } },
      BuildBatchConfig: { ServiceRole: "r", Restrictions: { ComputeTypesAllowed: ["BUILD_GENERAL1_SMALL"], MaximumBuildsAllowed: 2 } },
    },
  },
  {
    type: "AWS::CodeDeploy::DeploymentConfig",
    make: () =>
      new aws.codedeploy.DeploymentConfig("one", {
        deploymentConfigName: "test",
        computePlatform: "ECS",
        trafficRoutingConfig: { type: "TimeBasedCanary", timeBasedCanary: { interval: 5, percentage: 10 } },
      }),
    is: {
      DeploymentConfigName: "test",
      ComputePlatform: "ECS",
      TrafficRoutingConfig: { Type: "TimeBasedCanary", TimeBasedCanary: { CanaryInterval: 5, CanaryPercentage: 10 } },
    },
  },
  {
    type: "AWS::CodeDeploy::DeploymentGroup",
    make: () =>
      new aws.codedeploy.DeploymentGroup("one", {
        appName: "a",
        deploymentGroupName: "g",
        serviceRoleArn: "r",
        loadBalancerInfo: { elbInfos: [{ name: "classic" }], targetGroupInfos: [{ name: "blue" }] },
      }),
    is: {
      ApplicationName: "a",
      DeploymentGroupName: "g",
      ServiceRoleArn: "r",
      LoadBalancerInfo: { ElbInfoList: [{ Name: "classic" }], TargetGroupInfoList: [{ Name: "blue" }] },
    },
  },
  {
    type: "AWS::ECR::Repository",
    make: () =>
      new aws.ecr.Repository("one", {
        name: "bar",
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
      }),
    is: {
      RepositoryName: "bar",
      ImageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      ImageTagMutabilityExclusionFilters: [
        { ImageTagMutabilityExclusionFilterType: "WILDCARD", ImageTagMutabilityExclusionFilterValue: "latest*" },
      ],
    },
  },
  ...seen(),
  edge(),
];

/** Alarms, filters and certificates. */
function seen(): readonly Twin[] {
  return [
    {
      type: "AWS::CloudWatch::Alarm",
      make: () =>
        new aws.cloudwatch.MetricAlarm("one", {
          name: "latency",
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 1,
          metricName: "TargetResponseTime",
          namespace: "AWS/ApplicationELB",
          extendedStatistic: "p99",
          dimensions: { LoadBalancer: "app/web" },
          evaluateLowSampleCountPercentiles: "ignore",
        }),
      is: {
        AlarmName: "latency",
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 1,
        MetricName: "TargetResponseTime",
        Namespace: "AWS/ApplicationELB",
        ExtendedStatistic: "p99",
        Dimensions: [{ Name: "LoadBalancer", Value: "app/web" }],
        EvaluateLowSampleCountPercentile: "ignore",
      },
    },
    {
      type: "AWS::Logs::MetricFilter",
      make: () =>
        new aws.cloudwatch.LogMetricFilter("one", {
          name: "f",
          pattern: "{ $.level = * }",
          logGroupName: "l",
          metricTransformation: { name: "Levels", namespace: "Shop", value: "1", dimensions: { level: "$.level" } },
        }),
      is: {
        FilterName: "f",
        FilterPattern: "{ $.level = * }",
        LogGroupName: "l",
        MetricTransformations: [
          { MetricName: "Levels", MetricNamespace: "Shop", MetricValue: "1", Dimensions: [{ Key: "level", Value: "$.level" }] },
        ],
      },
    },
    {
      type: "AWS::CertificateManager::Certificate",
      make: () =>
        new aws.acm.Certificate("one", { domainName: "example.com", options: { certificateTransparencyLoggingPreference: "DISABLED" } }),
      is: { DomainName: "example.com", CertificateTransparencyLoggingPreference: "DISABLED" },
    },
  ];
}

/** A distribution with origins that stand in for one another, and code at the edge. */
function edge(): Twin {
  const behaviour = { targetOriginId: "group", viewerProtocolPolicy: "https-only", cachePolicyId: "c", cachedMethods: ["GET", "HEAD"] };
  const Behaviour = { TargetOriginId: "group", ViewerProtocolPolicy: "https-only", CachePolicyId: "c" };
  const lambda = { eventType: "origin-request", lambdaArn: "f:1", includeBody: false };
  const Lambda = { EventType: "origin-request", LambdaFunctionARN: "f:1", IncludeBody: false };
  const origin = (originId: string) => ({
    originId,
    domainName: `${originId}.example.com`,
    customHeaders: [{ name: "X-From", value: "edge" }],
    customOriginConfig: { httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
  });
  const Origin = (Id: string) => ({
    Id,
    DomainName: `${Id}.example.com`,
    OriginCustomHeaders: [{ HeaderName: "X-From", HeaderValue: "edge" }],
    CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
  });
  return {
    type: "AWS::CloudFront::Distribution",
    make: () =>
      new aws.cloudfront.Distribution("one", {
        enabled: true,
        httpVersion: "http1.1",
        origins: [origin("primary"), origin("second")],
        originGroups: [
          { originId: "group", failoverCriteria: { statusCodes: [500, 502] }, members: [{ originId: "primary" }, { originId: "second" }] },
        ],
        defaultCacheBehavior: { ...behaviour, allowedMethods: ["GET", "HEAD"], lambdaFunctionAssociations: [lambda] },
        orderedCacheBehaviors: [
          { ...behaviour, pathPattern: "/files/*", allowedMethods: ["GET", "HEAD"], lambdaFunctionAssociations: [lambda] },
        ],
        customErrorResponses: [{ errorCode: 404, errorCachingMinTtl: 10, responseCode: 200, responsePagePath: "/index.html" }],
        loggingConfig: { bucket: "logs.s3.amazonaws.com", includeCookies: false, prefix: "myprefix" },
        restrictions: { geoRestriction: { restrictionType: "whitelist", locations: ["US"] } },
        viewerCertificate: { iamCertificateId: "c", sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
      }),
    is: {
      DistributionConfig: {
        Enabled: true,
        Origins: [Origin("primary"), Origin("second")],
        OriginGroups: {
          Quantity: 1,
          Items: [
            {
              Id: "group",
              FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [500, 502] } },
              Members: { Quantity: 2, Items: [{ OriginId: "primary" }, { OriginId: "second" }] },
            },
          ],
        },
        DefaultCacheBehavior: { ...Behaviour, AllowedMethods: ["GET", "HEAD"], LambdaFunctionAssociations: [Lambda] },
        CacheBehaviors: [{ ...Behaviour, PathPattern: "/files/*", AllowedMethods: ["GET", "HEAD"], LambdaFunctionAssociations: [Lambda] }],
        CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 10, ResponseCode: 200, ResponsePagePath: "/index.html" }],
        Logging: { Bucket: "logs.s3.amazonaws.com", IncludeCookies: false, Prefix: "myprefix" },
        Restrictions: { GeoRestriction: { RestrictionType: "whitelist", Locations: ["US"] } },
        ViewerCertificate: { IamCertificateId: "c", SslSupportMethod: "sni-only", MinimumProtocolVersion: "TLSv1.2_2021" },
      },
    },
  };
}
