import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SecretReference } from "../../../lib/ports/secrets.ts";
import { awsSecrets } from "../../../lib/worlds/aws/secrets.ts";
import { type SecretsUnderTest, secretsContract } from "../../contracts/secrets.ts";
import { emulator, whyNo } from "./emulator.ts";
import { processEnvironment } from "./process-environment.ts";
import { account, environmentFor, type StandIn, signedOut, standIn } from "./stand-in.ts";

const environment = processEnvironment();

const region = "eu-west-1";
const parameter: SecretReference = { kind: "parameter", where: "/shop/docker-hub/token", account, region };
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:shop/docker-hub-AbCdEf`;
const secret: SecretReference = { kind: "secret", where: secretArn, account, region };

secretsContract("what sluice sends, answered by a stand-in", undefined, async () => {
  const aws = await standIn();
  environment(environmentFor(aws.url));
  return {
    store: awsSecrets(),
    parameter,
    secret: async () => {
      aws.secrets.set(secretArn, { value: undefined, at: Date.now() });
      return secret;
    },
    kept: async ({ kind, where }) => {
      if (kind === "secret") return { value: aws.secrets.get(where)?.value ?? "", as: "secret" };
      const found = aws.parameters.get(where);
      return { value: found?.value ?? "", as: found?.type ?? "" };
    },
    keepInClear: async ({ where }, value) => {
      aws.parameters.set(where, { value, type: "String", at: Date.now() });
    },
    close: aws.close,
  };
});

const noMoto = whyNo("moto");
describe("with an emulator", () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    if (noMoto === undefined) server = await emulator("moto");
  }, 60_000);
  afterAll(() => server?.close());

  secretsContract("moto", noMoto, async (): Promise<SecretsUnderTest> => {
    const url = server?.url ?? "";
    await server?.reset();
    environment({ ...environmentFor(url) });
    const [ssm, manager] = [new SSMClient({ region }), new SecretsManagerClient({ region })];
    // Moto's account.
    const motoAccount = "123456789012";
    return {
      store: awsSecrets(),
      parameter: { ...parameter, account: motoAccount },
      secret: async () => {
        const { ARN = "" } = await manager.send(new CreateSecretCommand({ Name: "shop/docker-hub" }));
        return { kind: "secret", where: ARN, account: motoAccount, region };
      },
      kept: async ({ kind, where }) => {
        if (kind === "secret") {
          const { SecretString = "" } = await manager.send(new GetSecretValueCommand({ SecretId: where }));
          return { value: SecretString, as: "secret" };
        }
        const { Parameter: found } = await ssm.send(new GetParameterCommand({ Name: where, WithDecryption: true }));
        return { value: found?.Value ?? "", as: found?.Type ?? "" };
      },
      keepInClear: async ({ where }, value) => {
        await ssm.send(new PutParameterCommand({ Name: where, Value: value, Type: "String" }));
      },
      close: async () => {
        ssm.destroy();
        manager.destroy();
      },
    };
  });
});

describe("secrets on AWS", () => {
  let aws: StandIn;
  beforeEach(async () => {
    aws = await standIn();
    environment(environmentFor(aws.url));
  });
  afterEach(() => aws.close());

  test("D07: the calls are signed for the region and service of the reference, whatever region the environment names", async () => {
    process.env.AWS_REGION = "us-east-1";
    aws.secrets.set(secretArn, { value: undefined, at: Date.now() });
    await awsSecrets().set(parameter, "hunter2");
    await awsSecrets().set(secret, "hunter2");
    await awsSecrets().check(secret);
    expect(aws.calls).toEqual([
      "AmazonSSM.GetParameter eu-west-1 ssm",
      "AmazonSSM.PutParameter eu-west-1 ssm",
      "secretsmanager.PutSecretValue eu-west-1 secretsmanager",
      "secretsmanager.DescribeSecret eu-west-1 secretsmanager",
    ]);
  });

  test("D07: a parameter is encrypted with the key that was asked for", async () => {
    await awsSecrets().set(parameter, "hunter2", "alias/shop");
    expect(aws.parameters.get(parameter.where)).toMatchObject({ key: "alias/shop" });
  });

  test("D07: with credentials of another account nothing is written, and AWS's reason is told without the value", async () => {
    const elsewhere = { ...parameter, account: "222222222222" };
    const failed = await awsSecrets()
      .set(elsewhere, "hunter2")
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: "engine/forbidden",
      message: "could not write /shop/docker-hub/token in eu-west-1: not authorized to perform: ssm:GetParameter",
    });
    expect(JSON.stringify(failed)).not.toContain("hunter2");
    expect(aws.parameters.size).toBe(0);
  });

  test("D07: a secret that is scheduled for deletion is missing", async () => {
    aws.secrets.set(secretArn, { value: "hunter2", at: Date.now(), deleted: true });
    expect(await awsSecrets().check(secret)).toEqual({ is: "missing", because: "it is scheduled for deletion" });
  });

  test.each([parameter, secret])("D07: without credentials it says so, and how to sign in: $kind", async (reference) => {
    environment({ ...signedOut, AWS_ENDPOINT_URL: aws.url });
    for (const tried of [awsSecrets().check(reference), awsSecrets().set(reference, "hunter2")])
      await expect(tried).rejects.toMatchObject({ code: "engine/no-credentials", fix: expect.stringContaining("aws sso login") });
    expect(aws.calls).toEqual([]);
  });
});
