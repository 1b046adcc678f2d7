import type { Rule } from "./rule.ts";

/** A command that changes the schema of the data is run by a release of ours, before it starts the version. */
export const migrateFits: Rule = ({ services, rollout: { weightHolder } }) =>
  services.map(({ name, migrate, compute }) => () => {
    if (migrate === undefined || !compute || weightHolder === "release") return undefined;
    const path = ["services", name, "migrate"];
    return { path, fix: `leave it out, or write rollout.weightHolder: "release": where ${weightHolder} moves the weights a build runs it` };
  });

/** AWS Systems Manager, document AWS-RunShellScript: an `executionTimeout` of 172,800 seconds at most, of which one hour is for what is around it. */
const longestCommand = 47 * 3_600_000;

/** What Systems Manager refuses would be found out only once the release has begun. */
export const migrateEnds: Rule = ({ services }) =>
  services.map(({ name, migrate, migrateWithin, compute }) => () => {
    if (migrate === undefined || compute?.kind !== "ec2" || migrateWithin <= longestCommand) return undefined;
    const path = ["services", name, "migrateWithin"];
    return {
      path,
      fix: "write 47h at most: Systems Manager lets no command run for more than 48h, and this one first fetches its release",
    };
  });
