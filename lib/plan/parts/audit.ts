import type { Config } from "../../config/config.ts";
import { trail } from "../blocks/trail.ts";
import type { Draft } from "../stack.ts";
import type { Base } from "./base.ts";

/** The record of API calls, once for the environment: the trail hears of all regions. */
export function audit(stack: Draft, wanted: NonNullable<Config["audit"]>, given: Base): void {
  trail(stack.block("Audit"), { audit: wanted, logBucketName: given.logBucketName });
}
