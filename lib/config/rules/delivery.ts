import { credentialProblems } from "./credentials.ts";
import type { Rule } from "./rule.ts";

const minute = 60_000;
/** AWS CodeDeploy API reference, BlueInstanceTerminationOption: at most two days. */
const longestWarm = 2 * 24 * 60 * minute;

/** CodeDeploy shifts in two increments or in equal steps, and counts in minutes (CodeDeploy User Guide, "Working with deployment configurations"). */
export const rolledOutByCodeDeploy: Rule = ({ rollout }) => {
  if (rollout.weightHolder !== "codedeploy") return undefined;
  const at = (field: string): readonly string[] => ["rollout", field];
  return [
    () => {
      const { weights } = rollout;
      const [first = 100] = weights;
      const whole = weights.every((weight) => Number.isInteger(weight));
      const even = weights.length <= 2 || weights.every((weight, i) => weight === Math.min(100, first * (i + 1)));
      const known = "two weights such as [10, 100], or equal steps such as [25, 50, 75, 100]";
      return whole && even ? undefined : { path: at("weights"), fix: `write what CodeDeploy knows: ${known}` };
    },
    () =>
      rollout.bake > 0 && rollout.bake % minute === 0
        ? undefined
        : { path: at("bake"), fix: "write whole minutes, at least one: CodeDeploy counts in them" },
    () =>
      rollout.keepWarm % minute === 0 && rollout.keepWarm <= longestWarm
        ? undefined
        : { path: at("keepWarm"), fix: "write whole minutes, up to 48h: CodeDeploy counts in them" },
  ];
};

/**
 * What CodePipeline and CodeBuild would refuse of a pipeline once it is deployed, and credentials that are values instead of references
 * (C19).
 */
export const delivered: Rule = ({ delivery, environments }) => {
  if (!delivery) return undefined;
  const times = (["buildTimeout", "queuedTimeout"] as const).map((field) => () => {
    const fits = delivery[field] % minute === 0;
    return fits ? undefined : { path: ["delivery", field], fix: "write whole minutes: CodeBuild counts in them" };
  });
  return [times, () => credentialProblems(delivery, environments)];
};
