import type { Value } from "../../aws/value.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";
import { bucket } from "./bucket.ts";
import { key } from "./key.ts";

/** Where the archives of functions lie, with a key of their own. It must be there, and filled, before the stacks that take code from it. */
export function codeBucket(stack: Draft, logs: Value<string>): Value<string> {
  const encryption = key(stack.block("Encryption"), "functions", "Encrypts the code of functions");
  const made = bucket(stack.block("Storage"), "functions", { key: att(encryption, "Arn"), logs });
  return stack.output("FunctionsBucketName", ref(made), "Bucket that holds the archives of functions, each named by its digest");
}
