import { type Step, steps } from "../across.ts";
import { calls } from "../roles.ts";
import type { World } from "../world.ts";
import { artifacts, registry, stages, throughS3, tools } from "./places.ts";

/** All calls of a delivery to a stage that cross accounts. */
export const deliveryTo = (stage: World): readonly Step[] => [
  ...steps(tools.role("image-build"), calls(stage.roleArn("stage-read"), ["sts:AssumeRole"])),
  ...steps(tools.role("pipeline"), calls(stage.roleArn("stage-deploy"), ["sts:AssumeRole"])),
  ...steps(stage.role("stage-deploy"), calls(`${artifacts}/billing/Scanned/a`, ["s3:GetObject", "s3:GetObjectVersion"])),
  ...steps(stage.role("stage-deploy"), calls(tools.keyOf("artifacts"), ["kms:Decrypt"], throughS3)),
  ...steps(
    stage.role("api-execution"),
    calls(registry, ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
  ),
];

export const delivery: readonly Step[] = stages.flatMap(deliveryTo);
