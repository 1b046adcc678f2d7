import type { Config } from "../../config/config.ts";
import { weightedEntry } from "../blocks/weighted-entry.ts";
import type { Draft, Site } from "../stack.ts";
import type { Base } from "./base.ts";
import type { Delivered } from "./delivered-service.ts";
import { held } from "./held.ts";
import { native } from "./native.ts";
import { shifted } from "./shifted.ts";
import type { Standing } from "./standing.ts";

/** The first service in two colours, by whoever moves its traffic. What comes back is for a pipeline that deploys it. */
export function service(stack: Draft, config: Config, given: Base, standing: Standing, home?: Site): Delivered | undefined {
  const { weightHolder } = config.rollout;
  if (weightHolder === "codedeploy") return { by: "codedeploy", target: shifted(stack, config, given, standing, home) };
  if (weightHolder === "ecs") return { by: "ecs", target: native(stack, config, given, standing) };
  held(stack, config.services[0], config, given, standing, (block, colours) => {
    const { split, test } = weightedEntry(block, { ...given, colours });
    return [split, test];
  });
  return undefined;
}
