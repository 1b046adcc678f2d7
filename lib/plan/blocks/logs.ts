import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** A log with an end date and a key. */
export type LogGroup = Resource<"AWS::Logs::LogGroup">;

/** A log group that is encrypted and does not grow for ever (D05). */
export function logGroup(block: Block, thing: string, keyArn: Value<string>, days: number): LogGroup {
  return block.add(
    `${thing} log`,
    "AWS::Logs::LogGroup",
    { LogGroupName: block.name("log-group", thing), RetentionInDays: days, KmsKeyId: keyArn, Tags: block.site.tags },
    { keep: block.site.protected ? "retain" : "destroy", proves: ["D05"] },
  );
}
