import { entry } from "../entry.ts";

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
