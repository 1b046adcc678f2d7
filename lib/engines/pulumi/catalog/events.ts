import { entry, own } from "../entry.ts";

/** A rule and a resource for each of its targets. */
export const eventRule = entry("AWS::Events::Rule", "aws:cloudwatch/eventRule:EventRule", {
  ref: "name",
  parts: [
    {
      token: "aws:cloudwatch/eventTarget:EventTarget",
      owner: "rule",
      with: { rule: own("name") },
      each: "Targets",
      element: {
        Id: "targetId",
        InputTransformer: { to: "inputTransformer", in: { InputPathsMap: "inputPaths" } },
      },
    },
  ],
});
