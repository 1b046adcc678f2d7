import { changes } from "./mutation.ts";

/** What E uses that is there already, and how its traffic is shifted. */
export const existing = changes({
  "lib/plan/parts/base.ts": [
    ["E01", "connect(groups, entry.group, app, service.port,", "connect(groups, app, app, service.port,"],
    ["E01", "joined: existing.cluster?.securityGroups ?? []", "joined: []"],
    ["E01", "existing.cluster ? existingClusterName(existing.cluster) : ownCluster", "ownCluster"],
    ["E04", "theirs ?? nameOf(", "nameOf("],
  ],
  "lib/plan/parts/existing.ts": [
    ["E01", "privateSubnetIds: privateSubnets", "privateSubnetIds: publicSubnets"],
    ["E01", 'parsed.arn.resource.replace(/^loadbalancer\\//, "")', "parsed.arn.resource"],
    ["E01", "groupId: securityGroup", 'groupId: "sg-0"'],
    ["E02", "return found.name;", "return text;"],
    [
      "E02",
      "const { name, account = site.account, region = site.region } = found;",
      "const { account = site.account, region = site.region } = found; const name = given;",
    ],
  ],
  "lib/config/rules/existing.ts": [
    ["E02", "(misnamed(given.name, clusterName) ?? elsewhere(environment, given))", "elsewhere(environment, given)"],
    ["E02", "(misnamed(given.name, clusterName) ?? elsewhere(environment, given))", "misnamed(given.name, clusterName)"],
    ["E02", ": misnamed(given.name, repositoryName)", ": undefined"],
    ["E02", "/^loadbalancer\\/app\\/[^/]+\\/[^/]+$/", "/^loadbalancer\\/app\\//"],
    ["E02", "isBalancer ? elsewhere(environment, parsed.arn)", "isBalancer ? undefined"],
    ["E02", "cluster && cluster.securityGroups.length > 0\n", "cluster && cluster.securityGroups.length > 9\n"],
    ["E04", 'if (balancer) return { path, fix: "name the network', 'if (!balancer) return { path, fix: "name the network'],
    ["E02", "const mostJoined = 4", "const mostJoined = 5"],
    ["E02", "balancer.dnsName === undefined || balancer.zone === undefined", "balancer.zone === null"],
  ],
  "lib/config/rules/stages.ts": [
    ["E03", "stages.length > 0\n", "stages.length > 9\n"],
    ["E03", 'place ? undefined : { path: ["delivery", "home"], fix: names },'],
    ["E03", "if (stages.length === 0)", "if (stages.length === 9)"],
    ["E03", "if (!stage) return { path, fix: names };", "if (!stage) return undefined;"],
    ["E03", "if (name === home)", 'if (name === "")'],
    ["E03", "if (stages.indexOf(name) !== at)", "if (at > 9)"],
    ["E03", "stage.regions[0] !== home.regions[0]", "false"],
    ["E03", "existing.registry === undefined", "true"],
    ["E03", "domain === undefined", "false"],
  ],
  "lib/config/readable.ts": [
    ["E03", '  "environments.*.account": "000000000000",\n'],
    ["E03", '  "environments.*": {', '  "environments.-": {'],
    ["E03", "get: unread });", "get: () => undefined });"],
    ["E03", "        wrong.push(problem);\n"],
  ],
  "lib/config/rules/rule.ts": [["E03", "if (error instanceof Unread) return other;", "if (error instanceof Error) throw error;"]],
  "lib/plan/blocks/code-deploy.ts": [
    ["E06", "if (others.length > 1)", "if (others.length > 9)"],
    ["E06", 'if (others.length === 0) return { Type: "AllAtOnce" };'],
    ["E06", '["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]', '["DEPLOYMENT_FAILURE"]'],
    ["E06", "IgnorePollAlarmFailure: false", "IgnorePollAlarmFailure: true"],
    ["E06", "minutes(rollout.keepWarm) }", "5 }"],
    ["E06", "TestTrafficRoute: { ListenerArns: [ref(needs.test)] }", "TestTrafficRoute: { ListenerArns: [ref(needs.production)] }"],
    ["E06", "LinearInterval: step.interval", "LinearInterval: 1"],
  ],
  "lib/plan/blocks/shifted-service.ts": [["E06", '{ Type: "CODE_DEPLOY" }', '{ Type: "ECS" }']],
});
