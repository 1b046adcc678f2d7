import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect, it, onTestFinished } from "vitest";
import { mayPass } from "../../../lib/release/patience.ts";
import { asked } from "../../../lib/worlds/aws/failure.ts";
import { inTime } from "../../../lib/worlds/aws/in-time.ts";
import { credentials, region } from "./credentials.ts";

/** Takes connections, sends what it is given to each that asks, and nothing more. */
async function stalling(first: string) {
  const asks: net.Socket[] = [];
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      asks.push(socket);
      socket.write(first);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of asks) socket.destroy();
    server.close();
  });
  return { asks, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it.each([
  ["says nothing", ""],
  ["stops in the middle of an answer", "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 100\r\n\r\n{"],
])("B21 X05 an AWS that takes connections and %s is asked as often as a client may, then told as what may pass", async (_, first) => {
  const { asks, endpoint } = await stalling(first);
  const client = new ECSClient({ ...inTime(region, { answer: 200, maxAttempts: 2 }), endpoint, credentials });
  const error = await asked("look at the cluster", () => client.send(new DescribeClustersCommand({}))).catch((thrown: unknown) => thrown);
  client.destroy();
  expect(error).toMatchObject({ code: "engine/failed", message: expect.stringMatching(/could not look at the cluster: .*timed? ?out/i) });
  expect([mayPass(error), asks.length]).toEqual([true, 2]);
});

it("B21 no client of AWS waits without end: each is made with the limits", () => {
  const root = path.join(import.meta.dirname, "../../../lib");
  const made = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => readFileSync(path.join(root, name), "utf8").match(/new [A-Z][A-Za-z0-9]*Client\(.*/g) ?? []);
  expect(made.length).toBeGreaterThan(30);
  expect(made.filter((line) => !/Client\((\{ \.\.\.)?inTime\(/.test(line))).toEqual([]);
});
