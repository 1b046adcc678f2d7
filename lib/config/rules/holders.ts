import type { Config } from "../config.ts";

/** The holders of weights that are services of AWS, by their names there. */
export const inAws: Partial<Record<Config["rollout"]["weightHolder"], string>> = { codedeploy: "CodeDeploy", ecs: "ECS" };
