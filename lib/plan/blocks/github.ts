import { bucketArn } from "../../aws/arns.ts";
import { allow, type Statement, trustsWeb } from "../../aws/policy.ts";
import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import type { Stack } from "../template.ts";
import { att } from "../template.ts";
import { deployRights } from "./deployer.ts";
import { keepsState, stateOf } from "./pulumi-builds.ts";
import { role } from "./role.ts";
import { roleAt } from "./role-elsewhere.ts";

type Workflow = NonNullable<Config["workflow"]>;

/** GitHub's issuer of tokens (GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"). */
export const issuer = "token.actions.githubusercontent.com";

/** Lets roles of the account trust GitHub's tokens. AWS knows the issuer's certificates itself, so no thumbprint (A03). */
export function githubProvider(block: Block): Value<string> {
  const made = block.add(
    "Provider",
    "AWS::IAM::OIDCProvider",
    { Url: `https://${issuer}`, ClientIdList: ["sts.amazonaws.com"], Tags: block.site.tags },
    { proves: ["A03"] },
  );
  return att(made, "Arn");
}

interface GithubNeeds {
  readonly workflow: Workflow;
  readonly providerArn: Value<string>;
  /** What the deploys make in this region. */
  readonly stacks: readonly Stack[];
  /** Other regions with a ledger that every deploy reads, and one that it locks. */
  readonly ledgersIn: readonly Region[];
}

/**
 * The two roles of a region that the workflow takes on with GitHub's token, without any key: one for jobs of the protected environment, which
 * deploys what these stacks hold, and one for pull requests, which only reads the state (A03).
 */
export function githubRoles(block: Block, { workflow, providerArn, stacks, ledgersIn }: GithubNeeds): void {
  const { site } = block;
  const { bucket, prefix } = stateOf(workflow.backend);
  const place = bucketArn(site.region, bucket);
  const objects = bucketArn(site.region, bucket, `${prefix}*`);
  const trusts = (subject: string) =>
    trustsWeb(providerArn, {
      StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: `repo:${workflow.repository}:${subject}` },
    });
  const deploys = role(block, "github-deploy", "Deploys for the workflow on GitHub", trusts(`environment:${site.environment}`), [
    ...keepsState(place, objects, workflow.key),
    ...deployRights(site, stacks, roleAt(site, "github-deploy"), ledgersIn),
  ]);
  const previews = role(
    block,
    "github-preview",
    "Previews pull requests for the workflow on GitHub",
    trusts("pull_request"),
    readsState(place, objects, workflow.key),
  );
  block.stack.output("GithubDeployRoleArn", att(deploys.role, "Arn"), "Role with which the workflow deploys to this region");
  block.stack.output("GithubPreviewRoleArn", att(previews.role, "Arn"), "Role with which the workflow previews pull requests");
}

const readsState = (bucket: string, objects: string, key: string): readonly Statement[] => [
  allow({ sid: "ListsTheState", actions: "s3:ListBucket", resources: bucket }),
  allow({ sid: "ReadsTheState", actions: "s3:GetObject", resources: objects }),
  allow({ sid: "OpensTheState", actions: "kms:Decrypt", resources: key }),
];
