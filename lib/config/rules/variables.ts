import type { Findings, Rule } from "./rule.ts";

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

/** The sections that somebody wrote by name, and the configuration holds as lists. */
const named: readonly PropertyKey[] = ["services", "environments"];

/**
 * What stands between these braces CloudFormation replaces, wherever it is in a template (AWS CloudFormation User Guide, "Get values stored in other
 * services using dynamic references"). Pulumi hands the text over as it is, so that the same plan would be two systems.
 */
export const nothingResolved: Rule = (config) => {
  const look = (value: () => unknown, path: readonly PropertyKey[]): Findings => {
    return () => {
      const found = value();
      if (typeof found === "string") return found.includes("{{resolve:") ? { path, fix: readByTheApp } : undefined;
      if (typeof found !== "object" || found === null) return undefined;
      return Object.keys(found).map((key) => () => look(() => Reflect.get(found, key), [...path, keyOf(found, key, path)]));
    };
  };
  return config.environments.length === 0 ? undefined : look(() => config, []);
};

const readByTheApp =
  "write the value itself, or, of a secret, its ARN for the app to read it by: CloudFormation would fill this in, and Pulumi would not";

function keyOf(holder: object, key: string, path: readonly PropertyKey[]): PropertyKey {
  if (!Array.isArray(holder)) return key;
  return path.length === 1 && named.some((one) => one === path[0]) ? String(Reflect.get(Object(holder[Number(key)]), "name")) : Number(key);
}
