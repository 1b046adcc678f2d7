import type { Block } from "../stack.ts";
import { att, type Resource } from "../template.ts";

/** The key under which a failover writes the id of the origin that is to answer. */
export const chosenOrigin = "origin";

/** Without a choice, and whenever it cannot be read, the primary region answers. */
const code = `import cf from "cloudfront";
const choices = cf.kvs();
async function handler(event) {
  try {
    cf.selectRequestOriginById(await choices.get("${chosenOrigin}"));
  } catch (_) {
    // Nothing is chosen.
  }
  return event.request;
}
`;

/**
 * Which region answers, held outside every template, so that a failover takes seconds, changes no resource and no deploy undoes it (A12;
 * Amazon CloudFront Developer Guide, "Amazon CloudFront KeyValueStore" and "Helper methods for origin modification"). An origin group would
 * do it alone, but CloudFront then takes no requests that write.
 */
export function regionChoice(block: Block): Resource<"AWS::CloudFront::Function"> {
  const choices = block.add(
    "Region choice",
    "AWS::CloudFront::KeyValueStore",
    {
      Name: block.name("edge-function", "region"),
      Comment: "The region that answers, while it is not the primary one",
      Tags: block.site.tags,
    },
    { keep: block.site.protected ? "retain" : "destroy", proves: ["A12"] },
  );
  block.stack.output("RegionChoiceArn", att(choices, "Arn"), `Key-value store whose key "${chosenOrigin}" says which region answers`);
  return block.add(
    "Region chooser",
    "AWS::CloudFront::Function",
    {
      Name: block.name("edge-function", "region"),
      AutoPublish: true,
      FunctionCode: code,
      FunctionConfig: {
        Comment: "Sends requests to the region that was chosen",
        Runtime: "cloudfront-js-2.0",
        KeyValueStoreAssociations: [{ KeyValueStoreARN: att(choices, "Arn") }],
      },
      Tags: block.site.tags,
    },
    { proves: ["A12"] },
  );
}
