import { allow, type Statement, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Site } from "../stack.ts";
import { sub } from "../template.ts";

/** User and password of a database, and the key that they are sealed with. */
export interface SecretOfTasks {
  readonly secretArn: Value<string>;
  readonly secretsKeyArn: Value<string>;
}

/** How tasks reach their database. */
export interface TaskDatabase extends SecretOfTasks {
  /** Host and port, with a colon between. */
  readonly address: Value<string>;
  /** The same of each copy that answers reads. */
  readonly readers: readonly Value<string>[];
}

/** The variable in which an app finds host and port; user and password are beside it, from the secret. */
export const addressVariable = "DATABASE_ADDRESS";

/** Where the database is, as variables of an app. */
export function addressesOf({ address, readers }: Pick<TaskDatabase, "address" | "readers">): Readonly<Record<string, Value<string>>> {
  return { [addressVariable]: address, ...readersOf(readers) };
}

/** The variable with the copies that answer reads, with commas between; without copies it is not there. */
export function readersOf(readers: readonly Value<string>[]): Readonly<Record<string, Value<string>>> {
  if (readers.length === 0) return {};
  const named = Object.fromEntries(readers.map((one, at) => [`Reader${at + 1}`, one]));
  return {
    DATABASE_READERS: sub(
      Object.keys(named)
        .map((name) => `\${${name}}`)
        .join(","),
      named,
    ),
  };
}

/** User and password, put into the task by ECS, by the ARN of the secret (Amazon ECS Developer Guide, "Pass Secrets Manager secrets"; A10). */
export const secretsOf = ({ secretArn }: TaskDatabase) =>
  Object.entries(secretVariables).map(([Name, key]) => ({ Name, ValueFrom: sub(`\${Secret}:${key}::`, { Secret: secretArn }) }));

/** The variables in which an app finds user and password, and the keys of the secret that they come from. */
export const secretVariables = { DATABASE_USER: "username", DATABASE_PASSWORD: "password" } as const;

/** Reads this secret and no other, and opens it by its key through Secrets Manager alone (A10). */
export function readsSecret({ region }: Site, { secretArn, secretsKeyArn }: SecretOfTasks): readonly Statement[] {
  return [
    allow({ sid: "ReadsTheDatabasesSecret", actions: "secretsmanager:GetSecretValue", resources: secretArn }),
    allow({
      sid: "OpensTheDatabasesSecret",
      actions: "kms:Decrypt",
      resources: secretsKeyArn,
      conditions: { StringEquals: viaService(region, "secretsmanager") },
    }),
  ];
}
