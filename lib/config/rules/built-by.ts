import { inAws } from "./holders.ts";
import type { Rule } from "./rule.ts";

/** CodeBuild's record is asked before a release of Sluice, and tells of images. */
export const builtByFits: Rule = ({ rollout: { builtBy, weightHolder }, services: [{ compute }] }) => {
  if (builtBy === undefined) return undefined;
  const path = ["rollout", "builtBy"];
  if (weightHolder !== "release")
    return { path, fix: `leave it out: ${inAws[weightHolder] ?? "a deploy of the engine"} moves the weights, and asks no build first` };
  return compute?.kind === "ec2" ? { path, fix: "leave it out: it tells of images, and fleets of EC2 run archives" } : undefined;
};
