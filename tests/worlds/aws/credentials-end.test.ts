import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { STSClient } from "@aws-sdk/client-sts";
import { expect, it, onTestFinished } from "vitest";
import { credentialsEnd } from "../../../lib/worlds/aws/credentials-end.ts";
import { inTime } from "../../../lib/worlds/aws/in-time.ts";
import { region } from "./credentials.ts";
import { processEnvironment } from "./process-environment.ts";
import { signedOut } from "./stand-in.ts";

const environment = processEnvironment();
const ends = new Date(Date.UTC(2040, 0, 2, 3, 4, 5));
const keys = { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" };

async function look(given: Readonly<Record<string, string>>) {
  environment({ ...signedOut, ...given });
  const client = new STSClient(inTime(region));
  onTestFinished(() => client.destroy());
  return credentialsEnd(client);
}

/**
 * What CodeBuild and ECS ask for their role's credentials (AWS SDKs and Tools Reference Guide, "Container credential provider"), and an STS that
 * gives those of another role for them (AWS STS API Reference, AssumeRole).
 */
async function lending() {
  const lent = { AccessKeyId: "ASIAEXAMPLE", SecretAccessKey: "secret", Expiration: ends.toISOString() };
  const xml = Object.entries({ ...lent, SessionToken: "token" }).map(([name, value]) => `<${name}>${value}</${name}>`);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/container") return response.end(JSON.stringify({ ...lent, Token: "token" }));
    response.setHeader("content-type", "text/xml");
    response.end(
      `<AssumeRoleResponse><AssumeRoleResult><Credentials>${xml.join("")}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, container: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` }, AWS_ENDPOINT_URL_STS: url };
}

it("X04 the credentials of environment variables end when those say, and no process gets others", async () => {
  expect(await look({ ...keys, AWS_CREDENTIAL_EXPIRATION: ends.toISOString() })).toBe(ends.getTime());
  expect(await look(keys)).toBeUndefined();
});

it("X04 what a build or a container is lent is lent again, and so is the role that a build takes on with it", async () => {
  const { asked, container, ...sts } = await lending();
  expect(await look(container)).toBeUndefined();
  const folder = mkdtempSync(path.join(tmpdir(), "test-credentials-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // As assets/buildspecs/release.yml has it.
  const file = path.join(folder, "release.ini");
  writeFileSync(file, "[profile release]\nrole_arn = arn:aws:iam::111111111111:role/release\ncredential_source = EcsContainer\n");
  expect(await look({ ...container, ...sts, AWS_CONFIG_FILE: file, AWS_PROFILE: "release" })).toBeUndefined();
  expect(asked).toEqual(["/container", "/container", "/"]);
});

it("X04 where there are no credentials at all, it is told what to do", async () => {
  await expect(look({})).rejects.toMatchObject({ code: "engine/no-credentials", fix: expect.stringContaining("aws sso login") });
});
