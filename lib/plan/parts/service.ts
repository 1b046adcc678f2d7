import type { Config } from "../../config/config.ts";
import type { Draft, Site } from "../stack.ts";
import type { Base } from "./base.ts";
import { held } from "./held.ts";
import { type Delivered, shifted } from "./shifted.ts";
import type { Standing } from "./standing.ts";

/** A service in two colours, by whoever moves its traffic. What comes back is for a pipeline that deploys by CodeDeploy. */
export function service(stack: Draft, config: Config, given: Base, standing: Standing, home?: Site): Delivered | undefined {
  if (config.rollout.weightHolder === "codedeploy") return shifted(stack, config, given, standing, home);
  held(stack, config, given, standing);
  return undefined;
}
