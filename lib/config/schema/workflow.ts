import { z } from "zod";
import { section, text } from "../values.ts";
import { branchName, repositoryName } from "./git.ts";
import { arnText } from "./identity.ts";

/** A workflow of GitHub Actions that deploys, without keys: GitHub's token is exchanged for a role. */
export const workflow = section({
  repository: repositoryName.describe("Owner and name of the repository."),
  branch: branchName
    .regex(/^[\w./-]+$/, "write a branch whose name has letters, digits and _ . / - alone: it is part of a role's condition")
    .prefault("main")
    .describe("Branch whose pushes deploy."),
  provider: z
    .enum(["make", "existing"], { error: 'write "make" or "existing"' })
    .prefault("make")
    .describe('Whether GitHub\'s identity provider is made in the account, or is there: an account takes one (`"existing"`).'),
  backend: text('write the URL of the state, such as "s3://acme-state/shop?region=eu-west-1"').describe(
    "Where Pulumi keeps its state, as `s3://<bucket>/<prefix>?region=<region>`.",
  ),
  key: arnText("a key in KMS").describe("ARN of the key in KMS that encrypts the state's bucket and the secrets in the state."),
})
  .optional()
  .describe("Deployment by GitHub Actions. Without it no roles for GitHub are planned.");
