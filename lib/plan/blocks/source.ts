import { arnOf, nameOrArn } from "../../aws/arns.ts";
import { allow, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { att } from "../template.ts";
import { startedBy } from "./source-event.ts";
import { fromObject } from "./source-object.ts";

type Given = NonNullable<Config["delivery"]>["source"];

/** Where a pipeline gets its source, as its source action, trigger and role need it. Nothing polls (C02, D01). */
export interface Source {
  readonly provider: "CodeCommit" | "CodeStarSourceConnection" | "S3";
  readonly configuration: Readonly<Record<string, Value<string> | boolean>>;
  readonly statements: readonly Statement[];
  /** Of the pipeline itself, where the pipeline listens; events of AWS's own services come by a rule. */
  readonly triggers: readonly Push[];
  /** Starts the pipeline on a push, where that takes a rule. */
  starts(block: Block, pipelineArn: Value<string>): void;
}

/** Which pushes start a pipeline: to branches, where paths are given only with changes there, and of tags. Patterns may have `*` in them. */
export interface Push {
  readonly branches: readonly string[];
  readonly paths: readonly string[];
  readonly tags: readonly string[];
}

/** Where the pipeline gets the source from, and what starts it: a connection, a repository, or an object; nothing polls (C02). */
export function source(block: Block, given: Given): Source {
  if (given.kind === "s3") return fromObject(block, given.key);
  return given.kind === "github" ? fromGithub(given) : fromCodeCommit(block, given);
}

function fromGithub({
  connection,
  repository,
  branch,
  branches = [branch],
  paths = [],
  tags = [],
}: Extract<Given, { kind: "github" }>): Source {
  return {
    provider: "CodeStarSourceConnection",
    configuration: {
      ConnectionArn: connection,
      FullRepositoryId: repository,
      BranchName: branch,
      OutputArtifactFormat: "CODE_ZIP",
      DetectChanges: "false",
    },
    statements: [
      allow({
        sid: "UsesTheConnection",
        // The action has the prefix of the connection's ARN (Developer Tools console User Guide, "Identity and access management").
        actions: `${connection.split(":")[2]}:UseConnection`,
        resources: connection,
      }),
    ],
    triggers: [{ branches, paths, tags }],
    starts: () => {},
  };
}

function fromCodeCommit(block: Block, { repository, branch }: Extract<Given, { kind: "codecommit" }>): Source {
  const { name, arn } = repository === undefined ? ownRepository(block) : existingRepository(block, repository);
  return {
    provider: "CodeCommit",
    configuration: { RepositoryName: name, BranchName: branch, OutputArtifactFormat: "CODE_ZIP", PollForSourceChanges: "false" },
    statements: [
      allow({
        sid: "ReadsTheRepository",
        actions: [
          "codecommit:CancelUploadArchive",
          "codecommit:GetBranch",
          "codecommit:GetCommit",
          "codecommit:GetRepository",
          "codecommit:GetUploadArchiveStatus",
          "codecommit:UploadArchive",
        ],
        resources: arn,
      }),
    ],
    triggers: [],
    starts: (on, pipelineArn) =>
      startedBy(on, pipelineArn, `A push to ${branch} starts the pipeline`, {
        source: ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        resources: [arn],
        detail: { event: ["referenceCreated", "referenceUpdated"], referenceType: ["branch"], referenceName: [branch] },
      }),
  };
}

function ownRepository(block: Block): { readonly name: Value<string>; readonly arn: Value<string> } {
  const made = block.add(
    "Repository",
    "AWS::CodeCommit::Repository",
    { RepositoryName: block.name("code-repository", "source"), RepositoryDescription: "Source of the app", Tags: block.site.tags },
    { keep: "retain", proves: ["D01"] },
  );
  block.stack.output("RepositoryCloneUrl", att(made, "CloneUrlHttp"), "Where to push the source to");
  return { name: att(made, "Name"), arn: att(made, "Arn") };
}

function existingRepository({ site }: Block, given: string): { readonly name: Value<string>; readonly arn: Value<string> } {
  const found = nameOrArn(given, { service: "codecommit" });
  if ("problem" in found) throw new Error(found.problem);
  return { name: found.name, arn: arnOf(found.region ?? site.region, "codecommit", found.account ?? site.account, found.name) };
}
