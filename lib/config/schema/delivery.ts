import { z } from "zod";
import { once, section, text, time, whole } from "../values.ts";
import { branchName, repositoryName } from "./git.ts";
import { arnText } from "./identity.ts";
import { pulumi } from "./pulumi.ts";

const branch = branchName.prefault("main").describe("Branch whose pushes start the pipeline.");
const repository = text("write the name of a repository");

/** AWS CodePipeline API reference, GitBranchFilterCriteria, GitFilePathFilterCriteria, GitTagFilterCriteria. */
const most = { patterns: 8, letters: 255 } as const;

/** CodePipeline compares what stands here with names alone, and with paths from the root of the repository: anything before them fits nothing. */
const fromRoot = /^(?!refs\/|\.?\/)/;

const patterns = (of: string, example: string) => {
  const fix = `write a list of ${of}, such as ${example}`;
  const pattern = text(fix)
    .regex(fromRoot, `write ${of} as they are, such as ${example}: without refs/, / or ./ before them`)
    .max(most.letters, `write at most ${most.letters} characters: CodePipeline takes no longer pattern`);
  return once(z.array(pattern, { error: fix })).max(
    most.patterns,
    `write at most ${most.patterns} ${of}: a trigger of CodePipeline takes no more, and a pattern such as "release/*" stands for many`,
  );
};

const codecommit = section({
  kind: z.literal("codecommit").describe("A repository in AWS CodeCommit."),
  repository: repository.optional().describe("Name or ARN of an existing repository. Without it one is made."),
  branch,
});

const github = section({
  kind: z.literal("github").describe("A repository on GitHub, through a connection of CodeConnections."),
  connection: arnText("a connection in CodeConnections").describe("ARN of the connection, whose handshake was done."),
  repository: repositoryName.describe("Owner and name of the repository."),
  branch,
  branches: patterns("branches", '["main", "release/*"]')
    .optional()
    .describe("Branches whose pushes start the pipeline, as patterns. Without it: the one in `branch`."),
  paths: patterns("paths", '["src/**"]').optional().describe("Files of which one must have changed in such a push. Without it any."),
  tags: patterns("tags", '["v*"]').optional().describe("Tags whose pushes start the pipeline too."),
  pullRequests: z
    .boolean({ error: "write true or false" })
    .optional()
    .describe("Whether a second pipeline, which deploys nothing, tests pull requests to these branches."),
});

/** AWS CodePipeline API reference, ActionDeclaration: a value of its configuration, in characters. */
const longestValue = 1000;
/** Amazon S3 User Guide, "Naming Amazon S3 objects", in bytes of UTF-8. */
const longestKey = 1024;

const object = section({
  kind: z.literal("s3").describe("An archive in a bucket, which is made; every new version of it starts the pipeline."),
  key: text('write the key of the archive, such as "source.zip"')
    .refine((key) => key.length <= longestValue && Buffer.byteLength(key) <= longestKey, {
      error: `write a key of at most ${longestValue} characters: CodePipeline takes no longer one, and S3 none of more than ${longestKey} bytes`,
    })
    .prefault("source.zip")
    .describe("Key of the archive, a ZIP file."),
});

const severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

const credential = text("write the ARN of a secret in Secrets Manager").describe(
  "ARN of a secret in Secrets Manager, or name of a secure parameter, which `sluice secret set` writes.",
);

const switchable = (what: string) => z.boolean({ error: "write true or false" }).prefault(true).describe(what);

const minute = 60_000;

/** The pipeline on AWS that builds, checks and deploys. */
export const delivery = section({
  source: z
    .discriminatedUnion("kind", [codecommit, github, object], { error: 'write an object such as { kind: "codecommit", branch: "main" }' })
    .prefault({ kind: "codecommit" })
    .describe("Where the app's code is, and which pushes start the pipeline."),
  platforms: once(
    z.array(z.enum(["linux/amd64", "linux/arm64"], { error: 'write "linux/amd64" or "linux/arm64"' }), {
      error: "write a list of platforms",
    }),
  )
    .min(1, "write at least one platform")
    .optional()
    .describe("Platforms that the image is built for. Without it: the one of the service."),
  dockerHub: section({ username: credential, token: credential })
    .optional()
    .describe("Credentials for pulls from Docker Hub during the build, by reference. Without them pulls are anonymous."),
  scan: section({
    severity: z
      .enum(severities, { error: `write any of: ${severities.join(", ")}` })
      .prefault("HIGH")
      .describe("From here on a finding stops the pipeline."),
  })
    .prefault({})
    .describe("The security scan of the image, the files, the infrastructure code and for secrets."),
  home: text("write the name of an environment")
    .optional()
    .describe(
      "Environment that holds one pipeline for all stages, and no service. Without it every environment has a pipeline of its own.",
    ),
  stages: z
    .array(text("write the name of an environment"), { error: 'write a list of environments, such as ["staging", "production"]' })
    .prefault([])
    .describe("Environments that the pipeline in `home` deploys to, one after the other."),
  pulumi,
  approval: switchable("Whether a person approves before the deploy; with `stages`, before each but the first."),
  // AWS CodeBuild API reference, CreateProject: both limits, in minutes.
  buildTimeout: time(5 * minute, 36 * 60 * minute)
    .prefault("30m")
    .describe("Time limit of each build, in whole minutes from 5m to 36h."),
  queuedTimeout: time(5 * minute, 8 * 60 * minute)
    .prefault("1h")
    .describe("How long a build may wait for its turn, in whole minutes from 5m to 8h."),
  concurrent: whole(1, 100).prefault(2).describe("Builds of one kind that may run at once."),
})
  .optional()
  .describe("The pipeline on AWS. Without it none is planned.");
