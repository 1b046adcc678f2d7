import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect, it, onTestFinished } from "vitest";
import { closeClients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { asked } from "../../../lib/worlds/aws/failure.ts";
import { region } from "./credentials.ts";
import { processEnvironment } from "./process-environment.ts";
import { signedOut } from "./stand-in.ts";

/** A load balancer's API that takes one access key and calls every other one expired, as AWS's common errors do. */
async function taking(key: string) {
  const server = createServer((request, response) => {
    const isTaken = request.headers.authorization?.includes(`Credential=${key}/`) === true;
    response.writeHead(isTaken ? 200 : 403, { "content-type": "text/xml" });
    response.end(
      isTaken
        ? "<DescribeRulesResponse><DescribeRulesResult><Rules/></DescribeRulesResult></DescribeRulesResponse>"
        : "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>",
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const signIn = processEnvironment();

it("X05 A12 who signs in again while a release is under way need not start it again: its clients take what the file of credentials says then", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "test-renewing-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "credentials");
  const write = (key: string) =>
    writeFileSync(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\naws_session_token = token\n`);
  write("AKIAOLD");
  signIn({ ...signedOut, AWS_SHARED_CREDENTIALS_FILE: file, AWS_ENDPOINT_URL: await taking("AKIANEW") });
  const clients = openClients(region);
  onTestFinished(() => closeClients(clients));
  const look = () => asked("look at the rule", () => clients.elb.send(new DescribeRulesCommand({ RuleArns: ["arn:rule"] })));
  await expect(look()).rejects.toMatchObject({ code: "engine/no-credentials" });
  write("AKIANEW");
  // The first one still goes with what was there before; AWS refuses it, and the next is signed by the new key.
  await look().catch(() => undefined);
  expect(await look()).toMatchObject({ Rules: [] });
});
