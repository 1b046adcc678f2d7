import { arnOf, bucketArn } from "../../aws/arns.ts";
import { nameOf } from "../../aws/names.ts";
import { allow, anyResource, objectsIn, viaService } from "../../aws/policy.ts";
import type { Block, Site } from "../stack.ts";
import { imageBuilderName } from "./builds.ts";
import { type CodeDeployTarget, deployToEcs } from "./deploy-to-ecs.ts";
import { conductorName } from "./pipeline.ts";
import { role } from "./role.ts";
import { type RoleElsewhere, roleAt, trustsElsewhere } from "./role-elsewhere.ts";

const deployer = "stage-deploy";
const reader = "stage-read";

/** The roles that a pipeline in another account takes on at a stage. */
export const stageRolesAt = (site: Site): { readonly deploy: RoleElsewhere; readonly read: RoleElsewhere } => ({
  deploy: roleAt(site, deployer),
  read: roleAt(site, reader),
});

/** Lets the pipeline of the home account deploy here and read what runs here, and nothing else of that account do either (C10, E07). */
export function stageAccess(block: Block, home: Site, target: CodeDeployTarget): void {
  const artifacts = bucketArn(home.region, nameOf("bucket", home, "artifacts"));
  role(block, deployer, "Deploys for the pipeline of the home account", trustsElsewhere(block, roleAt(home, conductorName)), [
    ...deployToEcs(block.site, target).statements,
    allow({ sid: "ReadsArtifacts", actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: objectsIn(artifacts) }),
    allow({
      sid: "OpensArtifacts",
      actions: "kms:Decrypt",
      // Only AWS knows the id of the key; what it may open is said instead. With a bucket key the context is the bucket.
      resources: arnOf(home.region, "kms", home.account, "key/*"),
      conditions: {
        StringEquals: { ...viaService(home.region, "s3"), "kms:EncryptionContext:aws:s3:arn": artifacts },
      },
    }),
  ]);
  role(
    block,
    reader,
    "Reads task definitions for the image build of the home account",
    trustsElsewhere(block, roleAt(home, imageBuilderName)),
    [allow({ actions: "ecs:DescribeTaskDefinition", resources: anyResource("DescribingTaskDefinitionsKnowsNoResource") })],
  );
}
