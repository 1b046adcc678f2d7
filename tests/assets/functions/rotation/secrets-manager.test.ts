import { ResourceNotFoundException, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { secretsManager } from "../../../../assets/functions/rotation/secrets-manager.ts";

interface Asked {
  readonly target: string;
  readonly body: unknown;
}

/** The real client, whose requests end here and are answered as the API reference of AWS Secrets Manager says. */
function account(answers: Readonly<Record<string, object>>) {
  const asked: Asked[] = [];
  const client = new SecretsManagerClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "none" },
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (_next, { commandName = "" }) =>
      async ({ input }) => {
        const target = commandName.replace(/Command$/, "");
        asked.push({ target, body: input });
        const answer = answers[target];
        if (!answer) throw new ResourceNotFoundException({ message: "no such version", $metadata: {} });
        return { output: { $metadata: {}, ...answer }, response: {} };
      },
    { step: "initialize", priority: "high" },
  );
  return { asked, store: secretsManager(client) };
}

const held = { username: "app_1", password: "p" };

it("A10 a secret is described by its stages, and one that is not to be rotated says so", async () => {
  const { store } = account({ DescribeSecret: { RotationEnabled: true, VersionIdsToStages: { v1: ["AWSCURRENT"] } } });
  expect(await store.describe("arn")).toEqual({ rotates: true, stages: { v1: ["AWSCURRENT"] } });
  expect(await account({ DescribeSecret: {} }).store.describe("arn")).toEqual({ rotates: false, stages: {} });
});

it("A10 a stage is read, of one version where it is named, and a version without a value is none", async () => {
  const { asked, store } = account({ GetSecretValue: { SecretString: JSON.stringify({ ...held, more: 1 }) } });
  expect(await store.read("arn", "AWSPENDING", "v2")).toEqual(held);
  expect(await store.read("arn", "AWSCURRENT")).toEqual(held);
  expect(asked.map(({ body }) => body)).toEqual([
    { SecretId: "arn", VersionStage: "AWSPENDING", VersionId: "v2" },
    { SecretId: "arn", VersionStage: "AWSCURRENT" },
  ]);
  expect(await account({}).store.read("arn", "AWSPENDING", "v2")).toBeUndefined();
});

it.each(["no JSON, but s3cret", '"s3cret"', '{"username":"s3cret"}', '{"username":"a","password":""}'])(
  "A10 a secret that holds %s is refused without a word of it",
  async (text) => {
    const { store } = account({ GetSecretValue: { SecretString: text } });
    await expect(store.read("arn", "AWSCURRENT")).rejects.toThrow(/^the secret holds no user and password$/);
  },
);

it("A10 a version is written under its token, so that twice is once, and promoted in place of the current one", async () => {
  const { asked, store } = account({ PutSecretValue: {}, UpdateSecretVersionStage: {} });
  await store.write("arn", "v2", held, "AWSPENDING");
  await store.promote("arn", "v2", "v1");
  expect(asked).toEqual([
    {
      target: "PutSecretValue",
      body: { SecretId: "arn", ClientRequestToken: "v2", SecretString: JSON.stringify(held), VersionStages: ["AWSPENDING"] },
    },
    {
      target: "UpdateSecretVersionStage",
      body: { SecretId: "arn", VersionStage: "AWSCURRENT", MoveToVersionId: "v2", RemoveFromVersionId: "v1" },
    },
  ]);
});
