import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** Another region that gets a copy of every secret, and the key there that seals it. */
export interface SecretCopies {
  readonly region: Region;
  readonly keyArn: Value<string>;
}

/** A secret whose value AWS makes, or a rotation; no plan knows it. */
export type Secret = Resource<"AWS::SecretsManager::Secret">;

/**
 * User and password of the database, and nothing else: host and port reach the service by its environment. The password is made by AWS at
 * deployment and stands in no template, log or command (A10, B16). None of the characters that RDS refuses (Amazon RDS API reference,
 * CreateDBInstance: MasterUserPassword), nor those that need quoting in a URL or a shell.
 */
export function databaseSecret(block: Block, user: string, sealed: Sealed): Secret {
  return generated(block, {
    thing: "Secret",
    path: databaseSecretPath(false),
    description: "User and password of the database",
    user,
    ...sealed,
  });
}

/** Where the secret is that the service reads. */
export const databaseSecretPath = (rotates: boolean): string => (rotates ? "database/app" : "database/master");

/** The accounts of the app, which take turns. No master user is called so, as RDS takes no underscore there. */
export const appUsers = ["app_1", "app_2"] as const;

/** The secrets by which the app reaches the database. */
export interface AppSecrets {
  /** What the service gets: now the one account, after a rotation the other. */
  readonly app: Secret;
  /** Each account for itself, as a proxy wants it; none without a proxy. */
  readonly accounts: readonly Secret[];
}

/**
 * The secrets of the app's two accounts. Until the first rotation, which follows at once, there is no such account and they open nothing (A10,
 * ADR 0012).
 */
export function appSecrets(block: Block, sealed: Sealed, { proxied }: { readonly proxied: boolean }): AppSecrets {
  const [user] = appUsers;
  const description = "User and password of the service";
  const app = generated(block, { thing: "App secret", path: databaseSecretPath(true), description, user, ...sealed });
  const account = (one: string, at: number): Secret =>
    generated(block, {
      thing: `App ${at + 1} secret`,
      path: `database/app-${at + 1}`,
      description: `Account ${at + 1} of the service, for the proxy`,
      user: one,
      ...sealed,
    });
  return { app, accounts: proxied ? appUsers.map(account) : [] };
}

/** The key of the secrets, and where copies of them go. */
export interface Sealed {
  readonly keyArn: Value<string>;
  readonly copies?: SecretCopies;
}

interface GeneratedNeeds extends Sealed {
  readonly thing: string;
  readonly path: string;
  readonly description: string;
  readonly user: string;
}

function generated(block: Block, { thing, path, description, user, keyArn, copies }: GeneratedNeeds): Secret {
  const { site } = block;
  return block.add(
    thing,
    "AWS::SecretsManager::Secret",
    {
      Name: block.name("secret", path),
      Description: description,
      KmsKeyId: keyArn,
      // Rotated here, and copied: Secrets Manager opens each version and seals it again (its User Guide, "Replicate secrets across Regions").
      ...(copies && { ReplicaRegions: [{ Region: copies.region, KmsKeyId: copies.keyArn }] }),
      GenerateSecretString: {
        SecretStringTemplate: JSON.stringify({ username: user }),
        GenerateStringKey: "password",
        PasswordLength: 32,
        ExcludePunctuation: true,
      },
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", proves: ["A10", "B10"] },
  );
}
