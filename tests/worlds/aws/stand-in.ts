import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { notInTheModel, otherwise, wrongError, wrongJson, wrongJsonInput } from "./model.ts";

/** What the account keeps, and every call that came. */
export interface StandIn {
  readonly url: string;
  readonly parameters: Map<string, { readonly value: string; readonly type: string; readonly at: number; readonly key?: string }>;
  /** By ARN; undefined: no value yet. */
  readonly secrets: Map<string, { readonly value: string | undefined; readonly at: number; readonly deleted?: true }>;
  readonly calls: string[];
  close(): Promise<void>;
}

type Answer = readonly [status: number, body: Readonly<Record<string, unknown>>];

export const account = "111111111111";

/**
 * Parameter Store and Secrets Manager of one account and region, as far as four calls of their JSON 1.1 protocol go: GetParameter,
 * PutParameter, DescribeSecret and PutSecretValue, answered as the API references say. It cannot show that AWS takes our signatures, which
 * permissions the calls need, limits of size and rate, or that values are encrypted.
 */
export async function standIn(owned = account): Promise<StandIn> {
  const parameters: StandIn["parameters"] = new Map();
  const secrets: StandIn["secrets"] = new Map();
  const calls: string[] = [];
  const targets: Readonly<Record<string, (given: Record<string, unknown>) => Answer>> = {
    "AmazonSSM.GetParameter": ({ Name }) => {
      const [, owner = owned, name = ""] = /^(?:arn:aws:ssm:eu-west-1:(\d+):parameter)?(\/.*)$/.exec(String(Name)) ?? [];
      if (owner !== owned) return [400, { __type: "AccessDeniedException", message: `not authorized to perform: ssm:GetParameter` }];
      const found = parameters.get(name);
      if (!found) return [400, { __type: "ParameterNotFound", message: "" }];
      const Value = found.type === "SecureString" ? "AQICAHencrypted" : found.value;
      return [
        200,
        { Parameter: { Name: name, Type: found.type, Value, Version: 1, LastModifiedDate: found.at / 1000, ARN: String(Name) } },
      ];
    },
    "AmazonSSM.PutParameter": ({ Name, Value, Type, Overwrite, KeyId }) => {
      const name = String(Name);
      if (parameters.has(name) && Overwrite !== true)
        return [400, { __type: "ParameterAlreadyExists", message: "The parameter already exists." }];
      parameters.set(name, {
        value: String(Value),
        type: String(Type),
        at: Date.now(),
        ...(KeyId !== undefined && { key: String(KeyId) }),
      });
      return [200, { Version: 1, Tier: "Standard" }];
    },
    "secretsmanager.DescribeSecret": ({ SecretId }) => {
      const found = secrets.get(String(SecretId));
      if (!found) return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." }];
      return [
        200,
        {
          ARN: SecretId,
          CreatedDate: found.at / 1000,
          ...(found.deleted && { DeletedDate: found.at / 1000 }),
          ...(found.value !== undefined && { LastChangedDate: found.at / 1000, VersionIdsToStages: { v1: ["AWSCURRENT"] } }),
        },
      ];
    },
    "secretsmanager.PutSecretValue": ({ SecretId, SecretString, ClientRequestToken }) => {
      if (!secrets.has(String(SecretId)) || typeof ClientRequestToken !== "string")
        return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." }];
      secrets.set(String(SecretId), { value: String(SecretString), at: Date.now() });
      return [200, { ARN: SecretId, VersionId: "v1", VersionStages: ["AWSCURRENT"] }];
    },
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"]);
      const signedFor = /Credential=[^/]+\/\d{8}\/([\w-]+)\/(\w+)\/aws4_request/.exec(String(request.headers.authorization));
      calls.push(`${target} ${signedFor?.[1]} ${signedFor?.[2]}`);
      const [status, answer] = known(target, JSON.parse(body), targets[target]);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${(address as AddressInfo).port}`;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url, parameters, secrets, calls, close };
}

/** The answer, or where AWS's own models do not know it or what was asked, an error that says so. */
function known(target: string, given: Record<string, unknown>, answer?: (given: Record<string, unknown>) => Answer): Answer {
  if (!answer) return [400, { __type: "UnknownOperationException" }];
  const [service = "", operation = ""] = target.split(".");
  const asked = { service: service === "AmazonSSM" ? "SSM" : "Secrets Manager", operation };
  const [status, told] = answer(given);
  const lines = status < 400 ? wrongJson(asked, told) : wrongError(asked, String(told.__type));
  const all = [...wrongJsonInput(asked, given), ...lines];
  return all.length === 0 ? [status, told] : [400, { __type: notInTheModel, message: otherwise(all) }];
}

/** Credentials and endpoints for AWS's SDK, from nowhere else. */
export function environmentFor(url: string): Readonly<Record<string, string>> {
  return {
    ...signedOut,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL_SSM: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  };
}

/** Neither a file nor a metadata service may lend credentials. */
export const signedOut: Readonly<Record<string, string>> = {
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
};
