import type { Config } from "../config.ts";
import type { Rule } from "./rule.ts";

const hour = 3_600_000;

/** AWS CodePipeline User Guide, "Quotas in AWS CodePipeline": a build ends after 8 hours, of which one is for what no wait says. */
const longestWait = 7 * hour;

/** How long CodeDeploy waits in a release by configuration, in milliseconds: at each weight below 100 %, and with the old copies at its end. */
export const longestRelease = ({ weights, bake, keepWarm }: Config["rollout"]): number => bake * (weights.length - 1) + keepWarm;

/** A pipeline that runs Pulumi releases by builds, which end after some hours and know nothing of the home's account. */
export const releasedByBuild: Rule = ({ delivery, rollout }) => {
  if (!delivery?.pulumi || rollout.weightHolder !== "codedeploy") return undefined;
  return [
    () =>
      longestRelease(rollout) > longestWait
        ? {
            path: ["rollout", "keepWarm"],
            fix: "let bake at each weight but the last, and keepWarm, take 7h at most in all: a build of the pipeline carries the release out, and ends after 8h",
          }
        : undefined,
    () =>
      rollout.approval === "none"
        ? undefined
        : {
            path: ["rollout", "approval"],
            fix: "leave it out: the pipeline asks, by delivery.approval, and a build ends while a person is waited for",
          },
    () =>
      rollout.builtBy === undefined
        ? undefined
        : {
            path: ["rollout", "builtBy"],
            fix: "leave it out: the pipeline hands on the digest that its own build pushed, and a stage cannot ask for builds of another account",
          },
  ];
};
