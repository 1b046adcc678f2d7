import { entry } from "../entry.ts";

export const project = entry("AWS::CodeBuild::Project", "aws:codebuild/project:Project", {
  ref: "name",
  attributes: { Arn: "arn" },
  fields: {
    TimeoutInMinutes: "buildTimeout",
    QueuedTimeoutInMinutes: "queuedTimeout",
    Visibility: "projectVisibility",
  },
  none: { Triggers: "another resource in Pulumi" },
});
