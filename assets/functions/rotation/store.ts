/** User and password, as a secret holds them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a version of a secret is called while it comes and goes (AWS Secrets Manager User Guide, "Secret version"). */
export type Stage = "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS";

/** Secrets and their versions. A secret is named by its ARN, a version by its token. */
export interface Store {
  /** Whether the secret is to be rotated, and how its versions are staged. */
  describe(secret: string): Promise<{ readonly rotates: boolean; readonly stages: Readonly<Record<string, readonly string[]>> }>;
  /** What a stage of the secret holds, of that version where one is named; undefined if there is none. */
  read(secret: string, stage: Stage, version?: string): Promise<Credentials | undefined>;
  /** Writes a version. The same one twice with the same credentials is the same as once. */
  write(secret: string, version: string, credentials: Credentials, stage: Stage): Promise<void>;
  /** Makes a version the current one in place of another. */
  promote(secret: string, version: string, instead: string): Promise<void>;
}
