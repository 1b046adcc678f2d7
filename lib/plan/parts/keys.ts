import type { Value } from "../../aws/value.ts";
import { sharedKey } from "../blocks/key.ts";
import type { Draft } from "../stack.ts";

/** The key with which the service encrypts what it stores, in each region: the same one, that of the first region being the primary (B13). */
export function keys(stack: Draft, primaryArn: Value<string> | undefined): Value<string> {
  const arn = sharedKey(stack.block("Encryption"), "service", "With it the service encrypts what it stores", primaryArn);
  return stack.output("ServiceKeyArn", arn, "The key with which the service encrypts what it stores, the same in each region");
}
