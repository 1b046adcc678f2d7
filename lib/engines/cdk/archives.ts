import { copyFileSync, existsSync } from "node:fs";
import path from "node:path";
import { Stack as CdkStack, FileAssetPackaging, Stage } from "aws-cdk-lib";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { type Archive, archiveOf } from "../../plan/archives.ts";
import type { Stack } from "../../plan/template.ts";

/**
 * Gives our functions their code as CDK gives it to any function: an asset, which goes to the bootstrap bucket before the stack is deployed. The
 * plan's own bucket cannot be filled in time, as CDK takes assets to AWS before it deploys anything.
 */
export function takeArchives({ resources }: Stack, included: CfnInclude): void {
  for (const resource of resources) {
    const archive = archiveOf(resource);
    const made = archive && included.getResource(resource.id);
    if (!archive || !CfnFunction.isCfnFunction(made)) continue;
    const stack = CdkStack.of(made);
    const { bucketName, objectKey } = stack.synthesizer.addFileAsset({
      fileName: inAssembly(archive, stack),
      packaging: FileAssetPackaging.FILE,
      sourceHash: archive.digest,
      displayName: archive.name,
    });
    made.code = { s3Bucket: bucketName, s3Key: objectKey };
  }
}

/** The assembly may be deployed from another place, so it brings the file. What is not there yet is named by whoever takes it to AWS. */
function inAssembly({ name, file }: Archive, stack: CdkStack): string {
  const stage = Stage.of(stack);
  if (!stage || !existsSync(file)) return file;
  const copy = path.join(stage.assetOutdir, name);
  copyFileSync(file, copy);
  return path.relative(stage.outdir, copy);
}
