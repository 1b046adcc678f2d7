import { changes } from "./mutation.ts";

/** How several services share a load balancer. */
export const several = changes({
  "lib/plan/blocks/routed-entry.ts": [
    ["A09", '{ Field: "host-header", HostHeaderConfig: { Values: [host] } }'],
    ["A09", '{ Field: "path-pattern", PathPatternConfig: { Values: paths } }'],
    ["A09", "colours, { taken })", "colours)"],
    ["A09", "colours, taken)];", "colours)];"],
    ["A09", "...testRules(block, listeners.test", "...testRules(block, listeners.production"],
    ["B04", 'splitRule(block, "Split", listeners.production', 'splitRule(block, "Split", listeners.test'],
  ],
  "lib/plan/blocks/weighted-entry.ts": [
    ["A09", "priority: 25_000", "priority: 1"],
    ["A09", "Priority: 2 * priority - 1 + at", "Priority: 2 * priority + at"],
    ["A09", "}, ...conditions],", "}],"],
  ],
  "lib/plan/parts/further-service.ts": [
    ["A14", "registryArn: images.arn,"],
    ["A14", "given.shared.imagesKeyArn", "given.logsKeyArn"],
    ["B12", 'connect(groups, { name: "balancer", groupId: balancerGroupId }, app, port, "Requests from the load balancer");'],
    ["B12", "for (const door of doors) connect(groups, app, door, door.port, door.because);"],
    [
      "B12",
      "serviceGroupIds: [groupOf(stack, one, { ...given.shared, vpcId: given.vpcId, ipv6: given.ipv6 }, standing), ...joined]",
      "serviceGroupIds: joined",
    ],
    ["B05", "const isPrimary = stack.region === environment.regions[0]", "const isPrimary = stack.region !== undefined"],
    ["B05", "domain: environment.domain, zoneId", "domain: route.host, zoneId"],
  ],
  "lib/plan/blocks/names.ts": [["B05", "...(below && { SubjectAlternativeNames: [`*.${domain}`] }),"]],
  "lib/plan/parts/reach.ts": [["B05", "others.some(({ paths }) => !paths)", "others.length > 0"]],
  "lib/config/routes.ts": [
    [
      "A09",
      "host: domain === undefined || paths.length > 0 ? domain : `${labelOf(service)}.${domain}`",
      "host: `${labelOf(service)}.${domain}`",
    ],
    ["A09", "subdomain ?? name.toLowerCase()", "subdomain ?? name"],
    ["A09", "(longest - shortest) * places.paths.each", "shortest * places.paths.each"],
    ["A09", "if (priority !== undefined) return priority;"],
  ],
  "lib/config/rules/several.ts": [
    ["A17", "const mostServices = 33", "const mostServices = 50"],
    ["A17", "priorityOf(other) === priorityOf(one));\n  const free", "priorityOf(other) === -1);\n  const free"],
    ["A17", "narrow.startsWith(start)", "narrow === start"],
  ],
});
