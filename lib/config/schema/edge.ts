import { z } from "zod";
import { once, section, whole } from "../values.ts";

const patternFix = 'write a path pattern of CloudFront, such as "/assets/*"';

/** What a firewall counts (AWS WAF API reference, RateBasedStatement: Limit). */
export const rate = whole(10, 2_000_000_000)
  .prefault(2000)
  .describe("Requests in five minutes from one address beyond which it is refused.");

/** CloudFront before the load balancers, and a bucket of files that change only with a version. */
export const edge = section({
  assets: once(
    z.array(z.string({ error: patternFix }).regex(/^\/[A-Za-z0-9_.$/~"'@:+*?&-]{0,254}$/, patternFix), {
      error: 'write a list of path patterns, such as ["/assets/*"]',
    }),
  )
    .prefault(["/assets/*"])
    .describe("Paths that are answered from the bucket of static files, and cached."),
  rate,
})
  .optional()
  .describe("CloudFront with a firewall, which is then the only way to the service. Without it callers reach the load balancer.");
