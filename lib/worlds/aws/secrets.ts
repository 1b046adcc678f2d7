import { DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { arnOf } from "../../aws/arns.ts";
import { isRegion } from "../../aws/regions.ts";
import { UserError } from "../../base/errors.ts";
import { instant } from "../../base/time.ts";
import type { Kept, SecretReference, SecretStore } from "../../ports/secrets.ts";
import { asked } from "./failure.ts";
import { inTime } from "./in-time.ts";
import { withClient } from "./with-client.ts";

/**
 * Secrets in Parameter Store and Secrets Manager, with the credentials and endpoints that AWS's SDK finds in its environment. `signal` ends a
 * look that takes too long.
 */
export function awsSecrets(signal?: AbortSignal): SecretStore {
  const options = signal ? { abortSignal: signal } : {};
  return {
    check: (reference) =>
      asked(`look at ${reference.where} in ${reference.region}`, () => places[reference.kind].check(reference, options)),
    set: (reference, value, key) =>
      asked(`write ${reference.where} in ${reference.region}`, () => places[reference.kind].set(reference, value, key)),
  };
}

/** Where one kind of secret is kept. */
interface Keeper extends Pick<SecretStore, "set"> {
  check(reference: SecretReference, options?: { readonly abortSignal?: AbortSignal }): Promise<Kept>;
}

const places: Readonly<Record<SecretReference["kind"], Keeper>> = {
  parameter: {
    check: ({ where, account, region }, options) =>
      withClient(new SSMClient(inTime(region)), async (client): Promise<Kept> => {
        // By ARN, so that credentials of another account are refused and not answered for that account. Decryption is not asked for: what
        // comes back is no value (API reference, GetParameter).
        const { Parameter: found } = await client.send(new GetParameterCommand({ Name: parameterArn(where, account, region) }), options);
        if (found?.Type !== "SecureString") return { is: "missing", because: `it is a ${found?.Type}, which is kept in clear` };
        return there(found.LastModifiedDate);
      }).catch((error: unknown) => missing(error, "ParameterNotFound", "there is no such parameter")),
    set: async (reference, value, key) => {
      // A parameter is written by its name, into the account of whoever asks: first see that it is the right one.
      const before = await places.parameter.check(reference);
      const { where: Name, region } = reference;
      await withClient(new SSMClient(inTime(region)), (client) =>
        client.send(
          new PutParameterCommand({
            Name,
            Value: value,
            Type: "SecureString",
            Overwrite: before.is === "there",
            ...(key !== undefined && { KeyId: key }),
          }),
        ),
      );
    },
  },
  secret: {
    check: ({ where: SecretId, region }, options) =>
      withClient(new SecretsManagerClient(inTime(region)), async (client): Promise<Kept> => {
        const { DeletedDate, LastChangedDate, CreatedDate, VersionIdsToStages } = await client.send(
          new DescribeSecretCommand({ SecretId }),
          options,
        );
        if (DeletedDate) return { is: "missing", because: "it is scheduled for deletion" };
        const hasValue = Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes("AWSCURRENT"));
        return hasValue ? there(LastChangedDate ?? CreatedDate) : { is: "missing", because: "the secret is there and has no value" };
      }).catch((error: unknown) => missing(error, "ResourceNotFoundException", "there is no such secret")),
    set: ({ where: SecretId, region }, value) =>
      withClient(new SecretsManagerClient(inTime(region)), async (client) => {
        await client.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
      }).catch((error: unknown) => {
        if (!isNamed(error, "ResourceNotFoundException")) throw error;
        throw new UserError(
          "engine/failed",
          `there is no secret ${SecretId}, and its ARN is not known before it is made`,
          `make it with: aws secretsmanager create-secret --name NAME --region ${region}, and write the ARN that comes back into the configuration`,
        );
      }),
  },
};

function parameterArn(name: string, account: string, region: string): string {
  if (!isRegion(region)) throw new Error(`${region} is no region; the configuration let it pass`);
  return arnOf(region, "ssm", account, `parameter/${name.replace(/^\//, "")}`);
}

/** AWS gives the time with a value that it keeps. */
function there(since: Date | undefined): Kept {
  if (!since) throw new Error("AWS gave no time with a secret");
  return { is: "there", since: instant(since.getTime()) };
}

function missing(error: unknown, name: string, because: string): Kept {
  if (isNamed(error, name)) return { is: "missing", because };
  throw error;
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
