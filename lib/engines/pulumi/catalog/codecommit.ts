import { entry } from "../entry.ts";

export const repository = entry("AWS::CodeCommit::Repository", "aws:codecommit/repository:Repository", {
  ref: "repositoryId",
  attributes: { Arn: "arn", Name: "repositoryName", CloneUrlHttp: "cloneUrlHttp", CloneUrlSsh: "cloneUrlSsh" },
  none: { Code: "code arrives by a push", Triggers: "another resource in Pulumi" },
});
