import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Findings, Rule } from "./rule.ts";

const minute = 60_000;
const hour = 60 * minute;

/** Amazon ECS API reference, DeploymentConfiguration, CanaryConfiguration, LinearConfiguration: each wait up to a day, in minutes. */
const longestWait = 24 * hour;
/** CloudFormation, AWS::ECS::Service LinearConfiguration: it refuses what waits longer in all, for it gives up after 36 hours. */
const longestShift = 33 * hour;
/** AWS CodePipeline User Guide, "Quotas in AWS CodePipeline": a build ends after 8 hours, of which one is for what no wait says. */
const longestBuild = 7 * hour;
/** Amazon ECS API reference, LinearConfiguration: steps of at least this many percent. */
const smallestStep = 3;

/** ECS shifts at once, by one canary or in equal steps, waits whole minutes, and asks nobody (Amazon ECS API reference, DeploymentConfiguration). */
export const rolledOutByEcs: Rule = (config) => {
  const { rollout } = config;
  if (rollout.weightHolder !== "ecs") return undefined;
  return [
    () => stepProblems(rollout),
    waitProblems(rollout),
    () => totalProblems(rollout, config.delivery !== undefined),
    () => approvalProblems(rollout),
  ];
};

type Rollout = Config["rollout"];

const at = (field: keyof Rollout): Problem["path"] => ["rollout", field];

function stepProblems({ weights }: Rollout): readonly Problem[] {
  // In tenths of a percent, as ECS counts: 0.1 + 0.2 is not 0.3.
  const tenths = weights.map((weight) => Math.round(weight * 10));
  const [first = 1000] = tenths;
  const counted = weights.every((weight, i) => Math.abs(weight * 10 - (tenths[i] ?? 0)) < 1e-6);
  const canary = weights.length <= 2;
  const linear = first >= smallestStep * 10 && tenths.every((weight, i) => weight === Math.min(1000, first * (i + 1)));
  if (counted && (canary || linear)) return [];
  const known = "two weights such as [10, 100], or equal steps of 3 or more such as [25, 50, 75, 100]";
  return [{ path: at("weights"), fix: `write what ECS knows, in tenths of a percent: [100], ${known}` }];
}

const inMinutes = "write whole minutes: ECS counts in them";

const waitProblems = (rollout: Rollout): Findings => [
  () =>
    rollout.bake % minute === 0 && rollout.bake <= longestWait
      ? undefined
      : { path: at("bake"), fix: "write whole minutes, up to 24h: ECS counts in them" },
  ...(["finalBake", "keepWarm"] as const).map(
    (field) => () => (rollout[field] % minute === 0 ? undefined : { path: at(field), fix: inMinutes }),
  ),
  () =>
    rollout.finalBake + rollout.keepWarm <= longestWait
      ? undefined
      : { path: at("keepWarm"), fix: "write less: with finalBake ECS keeps the old version for at most 24h" },
];

function totalProblems({ weights, bake, finalBake, keepWarm }: Rollout, delivered: boolean): readonly Problem[] {
  const waits = bake * (weights.length - 1) + finalBake + keepWarm;
  if (waits > longestShift)
    return [{ path: at("bake"), fix: "write less, or fewer weights: CloudFormation takes no deployment that waits more than 33h in all" }];
  return delivered && waits > longestBuild
    ? [{ path: at("bake"), fix: "write less, or fewer weights: the pipeline waits with ECS, and can for 7h in all" }]
    : [];
}

function approvalProblems({ approval }: Rollout): readonly Problem[] {
  return approval === "none"
    ? []
    : [{ path: at("approval"), fix: 'write "none": ECS asks nobody; the pipeline does, with delivery.approval' }];
}
