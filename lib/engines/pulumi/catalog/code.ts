import { entry } from "../entry.ts";

export const pipeline = entry("AWS::CodePipeline::Pipeline", "aws:codepipeline/pipeline:Pipeline", {
  ref: "name",
  fields: {
    ArtifactStores: { to: "artifactStores", in: { ArtifactStore: { to: "." } } },

    Stages: {
      to: "stages",
      in: {
        Actions: {
          to: "actions",
          in: {
            ActionTypeId: { to: "." },
            InputArtifacts: { to: "inputArtifacts", pluck: "Name" },
            OutputArtifacts: { to: "outputArtifacts", pluck: "Name" },
            Configuration: { to: "configuration", as: { forward: texts, back: (value) => value } },
          },
        },

        OnFailure: { to: "onFailure", none: { Conditions: "no plan has conditions" } },
      },
      none: { Blockers: "not an API" },
    },

    Triggers: {
      to: "triggers",
      in: { GitConfiguration: { to: "gitConfiguration", in: { Push: { to: "pushes" }, PullRequest: { to: "pullRequests" } } } },
    },
  },
  none: {
    ArtifactStore: "use ArtifactStores, also for one region",
    DisableInboundStageTransitions: "an operation and not a setting",
    RestartExecutionOnUpdate: "CloudFormation only",
  },
});

/** The provider's map holds text alone. */
function texts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typeof one === "object" ? one : String(one)]));
}

export const project = entry("AWS::CodeBuild::Project", "aws:codebuild/project:Project", {
  ref: "name",
  attributes: { Arn: "arn" },
  fields: {
    TimeoutInMinutes: "buildTimeout",
    QueuedTimeoutInMinutes: "queuedTimeout",
    Visibility: "projectVisibility",

    Environment: { to: "environment", in: { EnvironmentVariables: { to: "environmentVariables" } } },
    Source: { to: "source", in: { Auth: { to: "auth" }, BuildSpec: "buildspec" } },
    LogsConfig: { to: "logsConfig", in: { CloudWatchLogs: { to: "cloudwatchLogs" }, S3Logs: { to: "s3Logs" } } },
  },
  none: { Triggers: "another resource in Pulumi" },
});

export const application = entry("AWS::CodeDeploy::Application", "aws:codedeploy/application:Application", {
  ref: "name",
  fields: { ApplicationName: "name" },
});

export const deploymentConfig = entry("AWS::CodeDeploy::DeploymentConfig", "aws:codedeploy/deploymentConfig:DeploymentConfig", {
  ref: "deploymentConfigName",
  fields: {
    TrafficRoutingConfig: {
      to: "trafficRoutingConfig",
      in: {
        TimeBasedCanary: { to: "timeBasedCanary", in: { CanaryInterval: "interval", CanaryPercentage: "percentage" } },
        TimeBasedLinear: { to: "timeBasedLinear", in: { LinearInterval: "interval", LinearPercentage: "percentage" } },
      },
    },
  },
});

export const deploymentGroup = entry("AWS::CodeDeploy::DeploymentGroup", "aws:codedeploy/deploymentGroup:DeploymentGroup", {
  ref: "deploymentGroupName",
  fields: {
    ApplicationName: "appName",
    BlueGreenDeploymentConfiguration: {
      to: "blueGreenDeploymentConfig",
      in: { TerminateBlueInstancesOnDeploymentSuccess: { to: "terminateBlueInstancesOnDeploymentSuccess" } },
    },
    ECSServices: { to: "ecsService" },
    LoadBalancerInfo: {
      to: "loadBalancerInfo",
      in: {
        TargetGroupPairInfoList: { to: "targetGroupPairInfo", in: { TargetGroups: { to: "targetGroups" } } },
        ElbInfoList: { to: "elbInfos" },
        TargetGroupInfoList: { to: "targetGroupInfos" },
      },
    },
    AlarmConfiguration: { to: "alarmConfiguration", in: { Alarms: { to: "alarms", pluck: "Name" } } },
  },
  none: { Deployment: "starts a deployment when the stack is made; a release does that" },
});

export const repository = entry("AWS::CodeCommit::Repository", "aws:codecommit/repository:Repository", {
  ref: "repositoryId",
  attributes: { Arn: "arn", Name: "repositoryName", CloneUrlHttp: "cloneUrlHttp", CloneUrlSsh: "cloneUrlSsh" },
  fields: {
    RepositoryName: "repositoryName",
    RepositoryDescription: "description",
  },
  none: { Code: "code arrives by a push", Triggers: "another resource in Pulumi" },
});
