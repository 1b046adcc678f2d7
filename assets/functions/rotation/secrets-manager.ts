import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Credentials, Store } from "./store.ts";

/** AWS Secrets Manager of the function's own region. */
export function secretsManager(client: Pick<SecretsManagerClient, "send"> = new SecretsManagerClient({ maxAttempts: 5 })): Store {
  return {
    describe: async (secret) => {
      const { RotationEnabled = false, VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secret }));
      return { rotates: RotationEnabled, stages: VersionIdsToStages };
    },
    read: async (secret, stage, version) => {
      const asked = { SecretId: secret, VersionStage: stage, ...(version !== undefined && { VersionId: version }) };
      const answer = await client.send(new GetSecretValueCommand(asked)).catch((problem: unknown) => {
        if (problem instanceof ResourceNotFoundException) return undefined;
        throw problem;
      });
      return answer && credentialsIn(answer.SecretString ?? "");
    },
    write: async (secret, version, credentials, stage) => {
      const SecretString = JSON.stringify(credentials);
      await client.send(new PutSecretValueCommand({ SecretId: secret, ClientRequestToken: version, SecretString, VersionStages: [stage] }));
    },
    promote: async (secret, version, instead) => {
      const moved = { SecretId: secret, VersionStage: "AWSCURRENT", MoveToVersionId: version, RemoveFromVersionId: instead };
      await client.send(new UpdateSecretVersionStageCommand(moved));
    },
  };
}

/** Says what is wrong without a word of the secret itself. */
function credentialsIn(text: string): Credentials {
  const { username, password } = objectIn(text);
  if (typeof username !== "string" || typeof password !== "string" || username === "" || password === "")
    throw new Error("the secret holds no user and password");
  return { username, password };
}

function objectIn(text: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
