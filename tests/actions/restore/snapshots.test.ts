import { snapshotsContract } from "../../contracts/snapshots.ts";
import { accountOf, memorySnapshots } from "./memory.ts";
import { databaseOf } from "./scene.ts";

// The other tests of this folder stand on it.
snapshotsContract("in memory", undefined, async () => {
  const account = accountOf("111122223333");
  account.keys.set("alias/own", "arn:aws:kms:us-east-1:111122223333:key/own");
  account.keys.set("alias/other", "arn:aws:kms:us-east-1:111122223333:key/other");
  account.databases.set("source", databaseOf({ id: "source", keyArn: "arn:aws:kms:us-east-1:111122223333:key/own" }));
  return {
    snapshots: memorySnapshots(account),
    count: async () => account.snapshots.size,
    sharedWith: async (id) => [...(account.shared.get(id) ?? [])],
    close: async () => {},
  };
});
