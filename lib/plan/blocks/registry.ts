import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";

/** An image repository, made here or existing. */
export interface Images {
  readonly name: Value<string>;
  readonly arn: Value<string>;
  /** Where images are pushed to and pulled from, without a tag. */
  readonly uri: Value<string>;
}

/**
 * A private image repository: a tag never changes its image, every push is scanned, and what no release can want any more goes (A14). The
 * build's layer cache is the one tag that is written again.
 */
export function registry(block: Block, thing: string, keyArn: Value<string>): Images {
  const { site } = block;
  const made = block.add(
    `${thing} registry`,
    "AWS::ECR::Repository",
    {
      RepositoryName: block.name("repository", thing),
      ImageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      ImageTagMutabilityExclusionFilters: [
        { ImageTagMutabilityExclusionFilterType: "WILDCARD", ImageTagMutabilityExclusionFilterValue: "cache*" },
      ],
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: { EncryptionType: "KMS", KmsKey: keyArn },
      LifecyclePolicy: { LifecyclePolicyText: JSON.stringify({ rules: [untagged, newest] }) },
      // CloudFormation refuses to delete a repository that has images, unless it is told.
      EmptyOnDelete: !site.protected,
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", proves: ["A14", "D10"] },
  );
  return { name: ref(made), arn: att(made, "Arn"), uri: att(made, "RepositoryUri") };
}

const untagged = {
  rulePriority: 1,
  description: "Images that no tag names any more",
  selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
  action: { type: "expire" },
};

const newest = {
  rulePriority: 2,
  description: "All but the newest hundred",
  selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 100 },
  action: { type: "expire" },
};
