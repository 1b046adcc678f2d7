import { policy, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, ref } from "../template.ts";
import { principal, type RoleElsewhere } from "./role-elsewhere.ts";

/** An image repository, made here or existing. */
export interface Images {
  readonly name: Value<string>;
  readonly arn: Value<string>;
  /** Where images are pushed to and pulled from, without a tag. */
  readonly uri: Value<string>;
}

/** Roles of other accounts: those that start copies, and those that release. */
interface Elsewhere {
  readonly pullers?: readonly RoleElsewhere[];
  readonly finders?: readonly RoleElsewhere[];
}

/**
 * A private image repository: a tag never changes its image, every push is scanned, and what no release can want any more goes (A14). The
 * build's layer cache is the one tag that is written again.
 */
export function registry(block: Block, thing: string, keyArn: Value<string>, { pullers = [], finders = [] }: Elsewhere = {}): Images {
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
      ...(pullers.length > 0 && { RepositoryPolicyText: policy(...letsIn(block, { pullers, finders })) }),
      LifecyclePolicy: { LifecyclePolicyText: JSON.stringify({ rules: [untagged, newest] }) },
      // CloudFormation refuses to delete a repository that has images, unless it is told.
      EmptyOnDelete: !site.protected,
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", proves: ["A14", "D10"] },
  );
  return { name: ref(made), arn: att(made, "Arn"), uri: att(made, "RepositoryUri") };
}

/** No permission for the key is needed: Amazon ECR has it by a grant (Amazon ECR User Guide, "Encryption at rest"). */
const letsIn = (block: Block, { pullers = [], finders = [] }: Elsewhere): readonly Statement[] => [
  {
    Sid: "StagesPull",
    Effect: "Allow",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    ...principal(block, pullers),
  },
  ...(finders.length > 0
    ? [{ Sid: "ReleasesFindTheirImage", Effect: "Allow" as const, Action: "ecr:DescribeImages", ...principal(block, finders) }]
    : []),
];

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
