import type { Rule } from "./rule.ts";

/** CodeBuild's record is asked before a release, and tells of images. */
export const builtByFits: Rule = ({ rollout: { builtBy }, services: [{ compute }] }) =>
  builtBy !== undefined && compute?.kind === "ec2"
    ? { path: ["rollout", "builtBy"], fix: "leave it out: it tells of images, and fleets of EC2 run archives" }
    : undefined;
