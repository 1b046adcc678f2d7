import type { Rule } from "./rule.ts";

/** What ECS puts into a task from the secret of its database. */
const fromSecret = ["DATABASE_USER", "DATABASE_PASSWORD"] as const;

/** ECS registers no task that has a variable and a secret of one name (Amazon ECS API reference, RegisterTaskDefinition: ClientException). */
export const credentialsAreGiven: Rule = ({ database, environments, services }) => {
  if (!database || environments.length === 0) return undefined;
  return services.map(({ name, env, compute }) => () => {
    if (compute?.kind !== "ecs") return undefined;
    const fix = "leave it out: on AWS each copy gets it from the secret of the database, and ECS takes the name once";
    return fromSecret.filter((key) => key in env).map((key) => ({ path: ["services", name, "env", key], fix }));
  });
};
