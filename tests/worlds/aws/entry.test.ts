import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { expect, it } from "vitest";
import { chosenEntry } from "../../../lib/worlds/aws/entry.ts";
import { choices } from "./choices.ts";
import { testListener } from "./listener.ts";

const opened = (url = "http://127.0.0.1:1/health") => {
  const store = choices(new CloudFrontKeyValueStoreClient({ region: "us-west-2" }));
  return { store, entry: chosenEntry({ client: store.client, storeArn: "store", primary: "eu-west-1", recovery: "us-west-2", url }) };
};

it("A12 without a choice callers are in the primary region; leading them writes the key that CloudFront's function reads, leading them back deletes it", async () => {
  const { store, entry } = opened();
  expect(await entry.region()).toBe("eu-west-1");
  expect(await entry.lead("eu-west-1")).toEqual({ is: "done" });
  expect(await entry.lead("us-west-2")).toMatchObject({ is: "pending" });
  expect(store.keys).toEqual({ origin: "app-us-west-2" });
  expect([await entry.lead("us-west-2"), await entry.region()]).toEqual([{ is: "done" }, "us-west-2"]);
  expect(await entry.lead("eu-west-1")).toMatchObject({ is: "pending" });
  expect([store.keys, await entry.lead("eu-west-1")]).toEqual([{}, { is: "done" }]);
});

it("A12 a choice that somebody wrote by hand is told as it is, and taken for neither region", async () => {
  const { store, entry } = opened();
  Object.assign(store.keys, { origin: "app-sa-east-1" });
  expect(await entry.region()).toBe("app-sa-east-1");
  expect(await entry.lead("us-west-2")).toMatchObject({ is: "pending" });
  expect(store.keys).toEqual({ origin: "app-us-west-2" });
});

it("A12 whoever asks from outside is told the status, or why there is no answer", async () => {
  const listener = await testListener(() => 503);
  const { port } = listener.entrance;
  expect(await opened(`http://127.0.0.1:${port}/health`).entry.ask()).toMatchObject({ ok: false, saw: "503" });
  await listener.close();
  expect((await opened().entry.ask()).ok).toBe(false);
});
