import type { Instant } from "../base/time.ts";

/** Where a secret value is kept; what it is, is never known here. */
export interface SecretReference {
  /** A SecureString of Systems Manager's Parameter Store, or a secret of Secrets Manager. */
  readonly kind: "parameter" | "secret";
  /** Name of the parameter, or ARN of the secret. */
  readonly where: string;
  readonly account: string;
  readonly region: string;
}

/** Whether a value is kept. `since`: when it was last written. */
export type Kept = { readonly is: "there"; readonly since: Instant } | { readonly is: "missing"; readonly because: string };

/**
 * Keeps secret values outside the plan. Both verbs throw `engine/no-credentials`, `engine/forbidden` where a permission is missing, or
 * `engine/failed` with AWS's reason where it refuses.
 * No value is ever read, told or put into an error.
 */
export interface SecretStore {
  /** Changes nothing. */
  check(reference: SecretReference): Promise<Kept>;
  /**
   * Writes the value in place of the one before. Safe to repeat; done once AWS keeps it. Undone by writing the old value, which whoever
   * calls has to know. `key`: the KMS key of a new parameter.
   */
  set(reference: SecretReference, value: string, key?: string): Promise<void>;
}
