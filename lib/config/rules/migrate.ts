import type { Rule } from "./rule.ts";

/** A command that changes the schema of the data is run by a release, with a version that can run somewhere before it is started. */
export const migrateFits: Rule = ({ services, rollout: { weightHolder } }) =>
  services.map(({ name, migrate, compute }) => () => {
    if (migrate === undefined || !compute) return undefined;
    const path = ["services", name, "migrate"];
    if (compute.kind === "ec2")
      return {
        path,
        fix: "leave it out: a fleet of EC2 has no instance with the new version before it starts; run it yourself before a release",
      };
    if (weightHolder === "release") return undefined;
    return { path, fix: `leave it out, or write rollout.weightHolder: "release": where ${weightHolder} moves the weights a build runs it` };
  });
