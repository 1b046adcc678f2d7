import type { Problem } from "../problems.ts";
import type { Rule } from "./rule.ts";

/** A firewall stands before load balancers that callers reach and that are made here: one that exists may have its own, and takes no second. */
export const firewallBeforeOwnBalancer: Rule = ({ firewall, edge, environments }) => {
  if (!firewall) return undefined;
  return [
    ...(edge ? [{ path: ["firewall"], fix: "leave it out: CloudFront has a firewall of its own, whose limit is edge.rate" }] : []),
    ...environments.flatMap(({ name, existing }): readonly Problem[] =>
      existing.balancer
        ? [{ path: ["environments", name, "existing", "balancer"], fix: "leave it out, or leave firewall out: what exists keeps its own" }]
        : [],
    ),
  ];
};
