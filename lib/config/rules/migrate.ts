import type { Rule } from "./rule.ts";

/** A command that changes the schema of the data is run by a release of ours, before it starts the version. */
export const migrateFits: Rule = ({ services, rollout: { weightHolder } }) =>
  services.map(({ name, migrate, compute }) => () => {
    if (migrate === undefined || !compute || weightHolder === "release") return undefined;
    const path = ["services", name, "migrate"];
    return { path, fix: `leave it out, or write rollout.weightHolder: "release": where ${weightHolder} moves the weights a build runs it` };
  });
