import {
  type CloudFrontKeyValueStoreClient,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { faked, on } from "./fake.ts";

/**
 * A key-value store of CloudFront in memory, as its API reference says: who writes has to know the store's newest ETag, and a key that is not there
 * is not found. It cannot show that AWS takes the signature, nor how fast edges follow.
 */
export function choices(client: CloudFrontKeyValueStoreClient) {
  const keys: Record<string, string> = {};
  let version = 1;
  const written = (IfMatch: string | undefined, change: () => void) => {
    if (IfMatch !== `E${version}`) throw new ConflictException({ message: "another version", $metadata: {} });
    change();
    version += 1;
    return { ItemCount: Object.keys(keys).length, TotalSizeInBytes: 0, ETag: `E${version}` };
  };
  return {
    keys,
    /** Somebody else writes. */
    touch: () => {
      version += 1;
    },
    client: faked(
      client,
      on(DescribeKeyValueStoreCommand, () => ({
        ItemCount: 0,
        TotalSizeInBytes: 0,
        KvsARN: "store",
        Created: new Date(0),
        ETag: `E${version}`,
      })),
      on(GetKeyCommand, ({ Key = "" }) => {
        const Value = keys[Key];
        if (Value === undefined) throw new ResourceNotFoundException({ message: "no such key", $metadata: {} });
        return { Key, Value, ItemCount: 1, TotalSizeInBytes: 0 };
      }),
      on(PutKeyCommand, ({ Key = "", Value = "", IfMatch }) => written(IfMatch, () => Object.assign(keys, { [Key]: Value }))),
      on(DeleteKeyCommand, ({ Key = "", IfMatch }) => written(IfMatch, () => void delete keys[Key])),
    ),
  };
}
