import type { Config } from "../config.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

/** A snapshot that a deploy is to bring comes from an environment that makes it, next door, under a name that its role may take (B08). */
export const bringFits: Rule = (config) =>
  config.environments.map((environment) => () => {
    const { name, migration } = environment;
    if (!migration?.snapshot?.bring) return undefined;
    const path = (...rest: readonly string[]) => ["environments", name, "migration", ...rest];
    const given = migration.source?.environment;
    if (given === undefined)
      return {
        path: path("snapshot", "bring"),
        fix: "write in migration.source.environment whose database it is taken of, or take it yourself",
      };
    return [
      () => regionProblem(config, environment, given),
      () => nameProblem(config, environment),
      () =>
        config.workflow && config.environments.find((one) => one.name === given)?.account !== environment.account
          ? {
              path: path("snapshot", "bring"),
              fix: "take and copy the snapshot yourself: the role of the workflow takes on none of another account",
            }
          : undefined,
    ];
  });

/** A shared, encrypted snapshot is opened by a key of its own region, which lets no other region's RDS use it (`usedByCopies`). */
function regionProblem({ environments }: Config, { name, regions: [here], migration }: Environment, given: string): Findings {
  const there = environments.find((one) => one.name === given)?.regions[0];
  if (!migration || there === undefined || there === here) return undefined;
  return {
    path: ["environments", name, "migration", "snapshot", "bring"],
    fix: `copy the snapshot to ${here} yourself and leave this out: ${given} is in ${there}, and its key opens it there alone`,
  };
}

function nameProblem({ project }: Config, { name, migration }: Environment): Findings {
  const identifier = migration?.snapshot?.identifier ?? "";
  // Longer ones leave no room for what the one beside it in the same account is called.
  if (new RegExp(`^${project}-[A-Za-z0-9-]+$`, "i").test(identifier) && identifier.length <= 248) return undefined;
  return {
    path: ["environments", name, "migration", "snapshot", "identifier"],
    fix: `write a name that begins with "${project}-", of at most 248 characters: the source lets this account take no others`,
  };
}
