import { tagMap } from "../../aws/tags.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** What a slot's parameter says before a release has named what runs there. */
export const nothingReleased = "none";

/** A value that instances look up whenever they start, so that no template changes with it (B07). `owned`: a release sets it. */
export function parameter(
  block: Block,
  thing: string,
  {
    path,
    value,
    description,
    owned,
  }: { readonly path: string; readonly value: Value<string>; readonly description: string; readonly owned: boolean },
): Resource<"AWS::SSM::Parameter"> {
  return block.add(
    `${thing} parameter`,
    "AWS::SSM::Parameter",
    {
      Name: block.name("parameter", path),
      Type: "String",
      Value: value,
      Description: description,
      Tags: tagMap(block.site.tags),
    },
    { ...(owned && { releaseOwns: ["Value"] }) },
  );
}
