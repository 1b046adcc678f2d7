import { allow, type Statement, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Site } from "../stack.ts";
import { sub } from "../template.ts";

/** How tasks reach their database. */
export interface TaskDatabase {
  /** Host and port, with a colon between. */
  readonly address: Value<string>;
  readonly secretArn: Value<string>;
  readonly secretsKeyArn: Value<string>;
}

/** The variable in which an app finds host and port; user and password are beside it, from the secret. */
export const addressVariable = "DATABASE_ADDRESS";

/** User and password, put into the task by ECS, by the ARN of the secret (Amazon ECS Developer Guide, "Pass Secrets Manager secrets"; A10). */
export const secretsOf = ({ secretArn }: TaskDatabase) =>
  (["username", "password"] as const).map((key) => ({
    Name: { username: "DATABASE_USER", password: "DATABASE_PASSWORD" }[key],
    ValueFrom: sub(`\${Secret}:${key}::`, { Secret: secretArn }),
  }));

/** Reads this secret and no other, and opens it by its key through Secrets Manager alone (A10). */
export function readsSecret({ region }: Site, { secretArn, secretsKeyArn }: TaskDatabase): readonly Statement[] {
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
