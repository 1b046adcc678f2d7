import { CloudFrontKeyValueStoreClient, GetKeyCommand } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { chosenEntry } from "../../../lib/worlds/aws/entry.ts";
import { entryContract } from "../../contracts/entry.ts";
import { choices, emulatedChoices } from "./choices.ts";
import { type Emulator, emulator, whyNo } from "./emulator.ts";
import { testListener } from "./listener.ts";

const [primary, recovery] = ["eu-west-1", "us-west-2"] as const;
const opened = (url = "http://127.0.0.1:1/health") => {
  const store = choices(new CloudFrontKeyValueStoreClient({ region: recovery }));
  return { store, entry: chosenEntry({ client: store.client, storeArn: "store", primary, recovery, url }) };
};

/** Callers come to a listener on this machine, wherever they are led. */
async function withCallers(client: CloudFrontKeyValueStoreClient, storeArn: string, led: () => Promise<string | undefined>) {
  let status = 200;
  const { entrance, close } = await testListener(() => status);
  const url = `http://127.0.0.1:${entrance.port}/health`;
  return {
    open: () => chosenEntry({ client, storeArn, primary, recovery, url }),
    primary,
    other: recovery,
    led: async () => ((await led()) === `app-${recovery}` ? recovery : primary),
    answer: async (well: boolean) => {
      status = well ? 200 : 503;
    },
    close,
  };
}

entryContract("CloudFront, answered by a fake", undefined, () => {
  const { store } = opened();
  return withCallers(store.client, "store", async () => store.keys.origin);
});

const skip = whyNo("ministack");
let ministack: Emulator | undefined;
beforeAll(async () => {
  if (skip === undefined) ministack = await emulator("ministack");
}, 60_000);
afterAll(() => ministack?.close());

entryContract("CloudFront in ministack", skip, async () => {
  if (!ministack) throw new Error("ministack runs");
  await ministack.reset();
  const { client, storeArn } = await emulatedChoices(ministack);
  const read = () => client.send(new GetKeyCommand({ KvsARN: storeArn, Key: "origin" }));
  return withCallers(client, storeArn, () =>
    read().then(
      ({ Value }) => Value,
      () => undefined,
    ),
  );
});

it("A12 leading callers writes the key that CloudFront's function reads, leading them back deletes it", async () => {
  const { store, entry } = opened();
  await entry.lead(recovery);
  expect(store.keys).toEqual({ origin: `app-${recovery}` });
  await entry.lead(primary);
  expect(store.keys).toEqual({});
});

it("A12 a choice that somebody wrote by hand is told as it is, and taken for neither region", async () => {
  const { store, entry } = opened();
  Object.assign(store.keys, { origin: "app-sa-east-1" });
  expect(await entry.region()).toBe("app-sa-east-1");
  expect(await entry.lead(recovery)).toMatchObject({ is: "pending" });
  expect(store.keys).toEqual({ origin: `app-${recovery}` });
});

it("A12 a store that somebody deleted chooses no region: it is told, and nobody is taken to be in the primary one", async () => {
  const { store, entry } = opened();
  store.deleteStore();
  await expect(entry.region()).rejects.toMatchObject({ message: expect.stringContaining("read which region answers") });
  await expect(entry.lead(primary)).rejects.toMatchObject({ message: expect.stringContaining("no such store") });
});

it("A12 X05 whoever leads callers back while another host has just done so waits for the next look, and does not fail", async () => {
  const { store, entry } = opened();
  await entry.lead(recovery);
  store.client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        // Between the look and the write of this host.
        if (commandName === "DescribeKeyValueStoreCommand") delete store.keys.origin;
        return next(args);
      },
    { step: "initialize", name: "another host", priority: "high" },
  );
  expect([(await entry.lead(primary)).is, await entry.lead(primary)]).toEqual(["pending", { is: "done" }]);
});

it.each([
  [301, true],
  [403, false],
  [404, false],
])("A12 callers who get %i are served: %s", async (status, ok) => {
  const { entrance, close } = await testListener(() => status);
  onTestFinished(close);
  const { entry } = opened(`http://127.0.0.1:${entrance.port}/health`);
  expect(await entry.ask()).toMatchObject({ ok, saw: String(status) });
});

it("A12 whoever asks where nobody listens is told why there is no answer", async () => {
  expect(await opened().entry.ask()).toMatchObject({ ok: false, saw: expect.stringMatching(/\S/) });
});
