import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { cdkEngine } from "../../../lib/engines/cdk/deploy.ts";
import type { Engine, Progress } from "../../../lib/ports/engine.ts";
import { consumer, network, planOf } from "./plans.ts";
import "./scratch.ts";

const before = { ...process.env };
let aws: Server | undefined;

/** Of this process only: no file and no metadata service may lend credentials. */
function signIn(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  const none = "/nonexistent";
  // The toolkit remembers the accounts of credentials there.
  process.env.CDK_HOME = process.env.TMPDIR;
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: none,
    AWS_SHARED_CREDENTIALS_FILE: none,
    ...environment,
  });
}

/** An AWS of account 111111111111 in which nothing was ever set up. Answers as the services do, as far as the toolkit asks. */
async function emptyAccount(): Promise<string> {
  aws = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const action = /Action=(\w+)/.exec(body)?.[1] ?? String(request.headers["x-amz-target"] ?? "");
      const [status, text] = answers[action] ?? [
        404,
        "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>",
      ];
      response.writeHead(status, { "content-type": text.startsWith("{") ? "application/x-amz-json-1.1" : "text/xml" }).end(text);
    });
  });
  await new Promise<void>((resolve) => aws?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
}

const answers: Readonly<Record<string, readonly [number, string]>> = {
  GetCallerIdentity: [
    200,
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/u</Arn><UserId>U</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
  ],
  AssumeRole: [
    403,
    "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>",
  ],
  DescribeStacks: [
    400,
    "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id shop-test-network does not exist</Message></Error></ErrorResponse>",
  ],
  "AmazonSSM.GetParameter": [400, '{"__type":"ParameterNotFound","message":"not found"}'],
};

afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await new Promise<void>((resolve) => (aws ? aws.close(() => resolve()) : resolve()));
  aws = undefined;
});

function engineWith(told: Progress[] = []): Engine {
  return cdkEngine((progress) => told.push(progress));
}

it.each(["preview", "apply", "destroy"] as const)("%s without credentials says so, and how to sign in", async (verb) => {
  signIn({});
  await expect(engineWith()[verb](planOf(network))).rejects.toMatchObject({
    code: "engine/no-credentials",
    message: "Need to perform AWS calls for account 111111111111, but no credentials have been configured",
    fix: expect.stringContaining("aws sso login"),
  });
});

it("apply in an account where CDK is not set up names the account, the region and the command that does it", async () => {
  signIn({ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: await emptyAccount() });
  await expect(engineWith().apply(planOf(network))).rejects.toMatchObject({
    code: "engine/not-bootstrapped",
    message: "CDK is not set up in aws://111111111111/eu-west-1, or may not be used from here",
    fix: "run once, with an administrator's credentials: npx cdk bootstrap aws://111111111111/eu-west-1",
  });
});

it("preview in an empty account creates everything", async () => {
  signIn({ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: await emptyAccount() });
  expect(await engineWith().preview(planOf(network))).toEqual([
    {
      stack: "shop-test-network",
      changes: [{ id: "NetworkVpc", of: "AWS::EC2::VPC", will: "create", properties: [] }],
      outputs: ["VpcId"],
    },
  ]);
});

it("what is gone already is destroyed", async () => {
  signIn({ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: await emptyAccount() });
  const told: Progress[] = [];
  await engineWith(told).destroy(planOf(network));
  expect(told.filter(({ type }) => type === "stack")).toEqual([
    { type: "stack", stack: "shop-test-network", is: "started" },
    { type: "stack", stack: "shop-test-network", is: "done" },
  ]);
});

it("nothing is destroyed while a stack of the environment is protected", async () => {
  signIn({});
  await expect(engineWith().destroy(planOf(network, consumer))).rejects.toThrow("nothing was deleted, because a stack is protected");
});
