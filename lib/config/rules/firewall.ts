import type { Rule } from "./rule.ts";

/** A firewall stands before load balancers that callers reach and that are made here: one that exists may have its own, and takes no second. */
export const firewallBeforeOwnBalancer: Rule = (config) => {
  if (!config.firewall) return undefined;
  return [
    () => {
      const fix = "leave it out: CloudFront has a firewall of its own, whose limit is edge.rate";
      return config.edge ? { path: ["firewall"], fix } : undefined;
    },
    () =>
      config.environments.map((environment) => () => {
        const path = ["environments", environment.name, "existing", "balancer"];
        return environment.existing.balancer ? { path, fix: "leave it out, or leave firewall out: what exists keeps its own" } : undefined;
      }),
  ];
};
