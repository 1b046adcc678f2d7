import { calls, type RoleTable } from "../roles.ts";
import { flowLog, pullsImage, shifts, writesLog } from "../tables.ts";
import type { World } from "../world.ts";
import { registry, tools } from "./places.ts";
import { releases } from "./release.ts";

/**
 * For each role of a stage but the one that deploys, whose rights are of whole services (deploys.test.ts). The documents of AWS that name
 * these calls: tests/iam/tables.ts.
 */
export const stageTables = (stage: World): Readonly<Record<string, RoleTable>> => ({
  "flow-log": flowLog(stage),
  "stage-release": releases(stage),
  // Its image is in the home's account: what lets it in there is proven in c-across.test.ts.
  "web-execution": { takenOnBy: "ecs-tasks.amazonaws.com", must: [...pullsImage(registry), ...writesLog(stage, "web")] },
  "web-task": {
    takenOnBy: "ecs-tasks.amazonaws.com",
    must: [],
    never: [...pullsImage(registry), ...writesLog(stage, "web"), ...calls(`${tools.bucket("artifacts")}/a`, ["s3:GetObject"])],
  },
  "web-deploy": shifts(stage, { service: "web", cluster: stage.called("cluster") }),
});
