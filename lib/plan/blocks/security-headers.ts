import type { Block } from "../stack.ts";
import type { Resource } from "../template.ts";

/** Two years, as browsers' lists of HTTPS-only sites ask for. */
const twoYears = 63_072_000;

/** What browsers are told with every answer; an app that says it better itself is left as it is, but for HTTPS and sniffing (A15). */
export function securityHeaders(block: Block): Resource<"AWS::CloudFront::ResponseHeadersPolicy"> {
  return block.add(
    "Headers",
    "AWS::CloudFront::ResponseHeadersPolicy",
    {
      ResponseHeadersPolicyConfig: {
        Name: block.name("headers-policy", "edge"),
        Comment: "HTTPS only, no sniffing, no frames of others, little in referrers",
        SecurityHeadersConfig: {
          StrictTransportSecurity: { AccessControlMaxAgeSec: twoYears, IncludeSubdomains: true, Preload: true, Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: "SAMEORIGIN", Override: false },
          ReferrerPolicy: { ReferrerPolicy: "strict-origin-when-cross-origin", Override: false },
        },
      },
    },
    { proves: ["A15"] },
  );
}
