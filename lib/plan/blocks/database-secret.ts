import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

export type Secret = Resource<"AWS::SecretsManager::Secret">;

/**
 * User and password of the database, and nothing else: host and port reach the service by its environment. The password is made by AWS at
 * deployment and stands in no template, log or command (A10, B16). None of the characters that RDS refuses (Amazon RDS API reference,
 * CreateDBInstance: MasterUserPassword), nor those that need quoting in a URL or a shell.
 */
export function databaseSecret(block: Block, user: string, keyArn: Value<string>): Secret {
  const { site } = block;
  return block.add(
    "Secret",
    "AWS::SecretsManager::Secret",
    {
      Name: block.name("secret", "database/master"),
      Description: "User and password of the database",
      KmsKeyId: keyArn,
      GenerateSecretString: {
        SecretStringTemplate: JSON.stringify({ username: user }),
        GenerateStringKey: "password",
        PasswordLength: 32,
        ExcludePunctuation: true,
      },
      Tags: site.tags,
    },
    { keep: site.protected ? "retain" : "destroy", proves: ["B10"] },
  );
}
