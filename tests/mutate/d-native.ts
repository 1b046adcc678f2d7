import { changes } from "./mutation.ts";

/** How D delivers where ECS itself shifts the traffic. */
export const native = changes({
  "lib/plan/blocks/native-service.ts": [
    ["D02", 'DeploymentController: { Type: "ECS" }', 'DeploymentController: { Type: "EXTERNAL" }'],
    ["D02", "Enable: true, Rollback: true },\n        // Amazon", "Enable: true, Rollback: false },\n        // Amazon"],
    ["D02", "AlarmNames: needs.alarms.map(ref)", "AlarmNames: needs.alarms.slice(1).map(ref)"],
    ["D02", "DeploymentCircuitBreaker: { Enable: true, Rollback: true }", "DeploymentCircuitBreaker: { Enable: true, Rollback: false }"],
    ["D02", "AlternateTargetGroupArn: ref(colours.green)", "AlternateTargetGroupArn: ref(colours.blue)"],
    ["D02", "ProductionListenerRule: ref(entry.production)", "ProductionListenerRule: ref(entry.test)"],
    ["D02", "            TestListenerRule: ref(entry.test),\n"],
    ["D02", "minutes(finalBake + keepWarm)", "minutes(keepWarm)"],
    ["D02", "* (rollout.weights.length - 1)", "* rollout.weights.length"],
    ["D02", "StepPercent: first", "StepPercent: 10"],
    ["D02", "CanaryBakeTimeInMinutes: step", "CanaryBakeTimeInMinutes: 10"],
    ["D02", 'releaseOwns: ["DesiredCount", "TaskDefinition"]', 'releaseOwns: ["DesiredCount"]'],
    ["B18", "after: [tasks.definition, ...shifter.policies]", "after: [tasks.definition]"],
    ["D03", "resources: [ref(entry.production), ref(entry.test)]", "resources: [ref(entry.production)]"],
    ["D03", "resources: [ref(colours.blue), ref(colours.green)]", "resources: [ref(colours.blue)]"],
  ],
  "lib/plan/blocks/native-entry.ts": [
    ["D02", 'ruleOf("Test", testPort)', 'ruleOf("Test", productionPort)'],
    ["D02", 'DefaultActions: [{ Type: "forward", TargetGroupArn: ref(colours.blue) }]', 'DefaultActions: [{ Type: "fixed-response" }]'],
    ["D02", "ref(listener), colours)", "ref(listener), { ...colours, green: colours.blue })"],
  ],
  "lib/plan/blocks/weighted-entry.ts": [
    ["D02", '{ ...(releaseOwns && { releaseOwns: ["Actions"] }), proves', "{ proves"],
    [
      "D02",
      'Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],',
      'Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }],\n      Tags: block.site.tags,',
    ],
  ],
  "lib/plan/blocks/native-release.ts": [
    ["D01", "${scannedSource}/buildspec/deploy.yml", "buildspec/deploy.yml"],
    ["D01", '{ name: "SERVICE", value: serviceName }', '{ name: "SERVICE", value: clusterName }'],
    ["D02", "timeoutMinutes: waitMinutes + slack,"],
    ["D03", "service-deployment/\\${Cluster}/\\${Service}/*", "service-deployment/*"],
  ],
  "lib/plan/parts/pipeline.ts": [["D01", "{ ...image, sourceFolder: scannedSource }", "image"]],
});
