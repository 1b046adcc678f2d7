import dns from "node:dns";
import http from "node:http";
import { CloudFrontClient, CreateKeyValueStoreCommand } from "@aws-sdk/client-cloudfront";
import {
  CloudFrontKeyValueStoreClient,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { credentials } from "./credentials.ts";
import type { Emulator } from "./emulator.ts";
import { faked, on } from "./fake.ts";

/**
 * A key-value store of CloudFront in memory, as its API reference says: who writes has to know the store's newest ETag, and a key that is not there
 * is not found. It cannot show that AWS takes the signature, nor how fast edges follow.
 */
export function choices(client: CloudFrontKeyValueStoreClient) {
  const keys: Record<string, string> = {};
  const state = { version: 1, isDeleted: false };
  const notFound = (what: string) => new ResourceNotFoundException({ message: `no such ${what}`, $metadata: {} });
  const there = () => {
    if (state.isDeleted) throw notFound("store");
  };
  const written = (IfMatch: string | undefined, change: () => void) => {
    there();
    if (IfMatch !== `E${state.version}`) throw new ConflictException({ message: "another version", $metadata: {} });
    change();
    state.version += 1;
    return { ItemCount: Object.keys(keys).length, TotalSizeInBytes: 0, ETag: `E${state.version}` };
  };
  return {
    keys,
    /** Somebody deletes the store by hand. */
    deleteStore: () => {
      state.isDeleted = true;
    },
    client: faked(
      client,
      on(DescribeKeyValueStoreCommand, ({ KvsARN }) => {
        there();
        return { ItemCount: Object.keys(keys).length, TotalSizeInBytes: 0, KvsARN, Created: new Date(0), ETag: `E${state.version}` };
      }),
      on(GetKeyCommand, ({ Key = "" }) => {
        there();
        const Value = keys[Key];
        if (Value === undefined) throw notFound("key");
        return { Key, Value, ItemCount: 1, TotalSizeInBytes: 0 };
      }),
      on(PutKeyCommand, ({ Key = "", Value = "", IfMatch }) => written(IfMatch, () => Object.assign(keys, { [Key]: Value }))),
      on(DeleteKeyCommand, ({ Key = "", IfMatch }) =>
        written(IfMatch, () => {
          if (keys[Key] === undefined) throw notFound("key");
          delete keys[Key];
        }),
      ),
    ),
  };
}

/** The same in ministack. The SDK puts the account before the endpoint's name, which leads nowhere here: every name is this machine. */
export async function emulatedChoices({ url }: Emulator) {
  const at = { region: "us-east-1", credentials };
  const { KeyValueStore } = await new CloudFrontClient({ ...at, endpoint: url }).send(new CreateKeyValueStoreCommand({ Name: "choice" }));
  const { hostname, port } = new URL(url);
  const httpAgent = new http.Agent({ lookup: (_name, options, found) => dns.lookup(hostname, options, found) });
  const client = new CloudFrontKeyValueStoreClient({ ...at, endpoint: `http://localhost:${port}`, requestHandler: { httpAgent } });
  return { client, storeArn: KeyValueStore?.ARN ?? "" };
}
