import { entry } from "../entry.ts";

/** CloudFormation makes no secret parameters, so that its values may be seen: Pulumi masks what is not said to be insecure. */
export const parameter = entry("AWS::SSM::Parameter", "aws:ssm/parameter:Parameter", {
  ref: "name",
  fields: { Value: "insecureValue" },
  none: { Policies: "Pulumi has none" },
});
