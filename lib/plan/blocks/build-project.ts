import { arnOf } from "../../aws/arns.ts";
import { allow, type Statement, trusts } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import type { ArtifactStore } from "./artifacts.ts";
import { type LogGroup, logGroup } from "./logs.ts";
import { type Granted, role } from "./role.ts";

/** A project of CodeBuild, which a pipeline's action starts. */
export type Project = Resource<"AWS::CodeBuild::Project">;

/** How a value reaches a build: as it is, or by reference to where it is kept (C12, C19, D07). */
export interface Variable {
  readonly name: string;
  readonly value: Value<string>;
  readonly kind?: "PLAINTEXT" | "SECRETS_MANAGER" | "PARAMETER_STORE";
}

/** What a build runs, with which rights, and who waits for what it hands on. */
export interface BuildNeeds {
  readonly thing: string;
  readonly description: string;
  /** The buildspec, by its path in the source. */
  readonly buildspec: string;
  readonly variables: readonly Variable[];
  /** What its commands call beyond artifacts, log and reports. */
  readonly statements: readonly Statement[];
  /** Whether a later stage gets something from it. */
  readonly handsOn: boolean;
  /** What kind of reports its buildspec has, if any. */
  readonly reports?: "tests" | "tests-and-coverage";
  /** Without it as long as the configuration gives every build. */
  readonly timeoutMinutes?: number;
  /** Only a build of images needs a Docker daemon of its own (C15). */
  readonly buildsImages?: boolean;
  readonly architecture: "x86_64" | "arm64";
  readonly store: ArtifactStore;
  readonly logsKey: Value<string>;
  readonly logDays: number;
  readonly delivery: NonNullable<Config["delivery"]>;
}

/** A CodeBuild project with a role and a log of its own, limits on time and number, and a cache (C15, D05). */
export function buildProject(block: Block, needs: BuildNeeds): Project {
  const { site } = block;
  const { thing, delivery, store } = needs;
  const name = block.name("build-project", thing);
  const log = logGroup(block, thing, needs.logsKey, needs.logDays);
  const builder = builderRole(block, name, log, needs);
  const arm = needs.architecture === "arm64";
  return block.add(
    `${thing} project`,
    "AWS::CodeBuild::Project",
    {
      Name: name,
      Description: needs.description,
      ServiceRole: att(builder.role, "Arn"),
      Source: { Type: "CODEPIPELINE", BuildSpec: needs.buildspec },
      Artifacts: { Type: "CODEPIPELINE" },
      EncryptionKey: store.keyArn,
      Environment: {
        Type: arm ? "ARM_CONTAINER" : "LINUX_CONTAINER",
        ComputeType: "BUILD_GENERAL1_MEDIUM",
        Image: `aws/codebuild/amazonlinux-${arm ? "aarch64-standard:3.0" : "x86_64-standard:5.0"}`,
        ImagePullCredentialsType: "CODEBUILD",
        PrivilegedMode: needs.buildsImages ?? false,
        EnvironmentVariables: needs.variables.map(({ name: Name, value: Value, kind: Type = "PLAINTEXT" }) => ({ Name, Value, Type })),
      },
      LogsConfig: { CloudWatchLogs: { Status: "ENABLED", GroupName: ref(log) } },
      Cache: { Type: "LOCAL", Modes: ["LOCAL_CUSTOM_CACHE", ...(needs.buildsImages ? ["LOCAL_DOCKER_LAYER_CACHE" as const] : [])] },
      TimeoutInMinutes: needs.timeoutMinutes ?? Math.ceil(delivery.buildTimeout / 60_000),
      QueuedTimeoutInMinutes: Math.ceil(delivery.queuedTimeout / 60_000),
      ConcurrentBuildLimit: delivery.concurrent,
      Visibility: "PRIVATE",
      Tags: site.tags,
    },
    { after: builder.policies, proves: ["C15", "D05", "D08"] },
  );
}

function builderRole(block: Block, projectName: string, log: LogGroup, needs: BuildNeeds): Granted {
  const { site } = block;
  return role(
    block,
    `${needs.thing}-build`,
    needs.description,
    trusts("codebuild.amazonaws.com", { StringEquals: { "aws:SourceAccount": site.account } }),
    [
      allow({ sid: "WritesItsLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: att(log, "Arn") }),
      // CodeBuild names the group of a report after the project.
      ...writesReports(needs.reports, arnOf(site.region, "codebuild", site.account, `report-group/${projectName}-*`)),
      ...needs.store.reads,
      ...(needs.handsOn ? needs.store.writes : []),
      ...needs.statements,
    ],
  );
}

/** AWS CodeBuild User Guide, "Test report permissions". */
function writesReports(kind: BuildNeeds["reports"], groups: string): readonly Statement[] {
  if (kind === undefined) return [];
  const coverage = kind === "tests-and-coverage" ? ["codebuild:BatchPutCodeCoverages"] : [];
  const actions = ["codebuild:BatchPutTestCases", "codebuild:CreateReport", "codebuild:CreateReportGroup", "codebuild:UpdateReport"];
  return [allow({ sid: "WritesItsReports", actions: [...coverage, ...actions], resources: groups })];
}
