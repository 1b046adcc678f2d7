import { section, whole } from "../values.ts";
import { retention } from "./monitoring.ts";

/** The record of who called which API of AWS. */
export const audit = section({
  keep: whole(90, 3653).prefault(365).describe("Days that the trail's files are kept."),
  logRetention: retention.prefault(90).describe("Days that the trail's log is kept, in which alarms and people search."),
})
  .optional()
  .describe("CloudTrail in all regions of the account. Without it no trail is planned: an organisation may have one.");
