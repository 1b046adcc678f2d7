import type { Config } from "../../config/config.ts";
import { trail } from "../blocks/trail.ts";
import { trailWatch } from "../blocks/trail-watch.ts";
import type { Draft } from "../stack.ts";
import type { Base } from "./base.ts";

/** The record of API calls, once for the environment: the trail hears of all regions, and of what is in it that nobody should do, people do. */
export function audit(stack: Draft, wanted: NonNullable<Config["audit"]>, given: Pick<Base, "logBucketName" | "topicArn">): void {
  const block = stack.block("Audit");
  const log = trail(block, { audit: wanted, logBucketName: given.logBucketName });
  trailWatch(block, log, given.topicArn);
}
