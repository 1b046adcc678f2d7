import { section } from "../values.ts";
import { rate } from "./edge.ts";

/** AWS WAF before the load balancer of each region. */
export const firewall = section({ rate })
  .optional()
  .describe(
    "A firewall (AWS WAF) before the load balancer, for callers that come without CloudFront. It also judges what comes by the test listener. Without it there is none.",
  );
