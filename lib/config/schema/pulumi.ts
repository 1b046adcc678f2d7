import { section, text } from "../values.ts";
import { arnText } from "./identity.ts";

const folderFix = 'write a folder of the source, such as "infrastructure", from its root and within it';

/** How the pipeline runs Pulumi, where Pulumi is the engine and the pipeline has a home. */
export const pulumi = section({
  backend: text('write the URL of the state, such as "s3://acme-state/shop?region=eu-west-1"').describe(
    "Where Pulumi keeps its state: a bucket of the home account and its region, as `s3://<bucket>/<prefix>?region=<region>`.",
  ),
  key: arnText("a key in KMS").describe("ARN of the key in KMS that encrypts the state's bucket and the secrets in the state."),
  directory: text(folderFix)
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))/, folderFix)
    .prefault(".")
    .describe("Folder of the Pulumi program in the source."),
})
  .optional()
  .describe("How the pipeline in `home` deploys with Pulumi. Needed with the engine `pulumi`.");
