import { entry, own } from "../entry.ts";

export const repository = entry("AWS::ECR::Repository", "aws:ecr/repository:Repository", {
  ref: "name",
  attributes: { Arn: "arn", RepositoryUri: "repositoryUrl" },
  fields: {
    ImageTagMutabilityExclusionFilters: {
      to: "imageTagMutabilityExclusionFilters",
      in: { ImageTagMutabilityExclusionFilterType: "filterType", ImageTagMutabilityExclusionFilterValue: "filter" },
    },
    EmptyOnDelete: "forceDelete",
  },
  parts: [
    {
      token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      owner: "repository",
      with: { repository: own("name") },
      fields: { LifecyclePolicy: { to: ".", in: { LifecyclePolicyText: "policy" }, none: { RegistryId: "the account's own" } } },
    },
    {
      token: "aws:ecr/repositoryPolicy:RepositoryPolicy",
      owner: "repository",
      with: { repository: own("name") },
      fields: { RepositoryPolicyText: "policy" },
    },
  ],
});
