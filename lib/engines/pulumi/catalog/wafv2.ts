import { Document } from "../codecs.ts";
import { entry } from "../entry.ts";

/** The rules are JSON in the form of AWS's API, as the provider takes them without unrolling their depth. */
export const webAcl = entry("AWS::WAFv2::WebACL", "aws:wafv2/webAcl:WebAcl", {
  // `name|id|scope` (CloudFormation, AWS::WAFv2::WebACL: Return values).
  ref: null,
  attributes: { Arn: "arn", Id: "id" },
  fields: {
    Rules: {
      to: "ruleJson",
      as: {
        forward: (value) => new Document(value),
        back: (value) => (typeof value === "string" ? JSON.parse(value) : value),
      },
    },
  },
  none: {
    CustomResponseBodies: "no plan answers by itself",
    CaptchaConfig: "no plan has one",
    ChallengeConfig: "no plan has one",
    AssociationConfig: "no plan has one",
  },
});

export const webAclAssociation = entry("AWS::WAFv2::WebACLAssociation", "aws:wafv2/webAclAssociation:WebAclAssociation");

export const logging = entry("AWS::WAFv2::LoggingConfiguration", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", {
  ref: "id",
  fields: {
    RedactedFields: {
      to: "redactedFields",
      none: { JsonBody: "no such field in Pulumi" },
    },
  },
  none: { LoggingFilter: "everything is written down" },
});
