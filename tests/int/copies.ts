import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { near, type Stack, told } from "./outputs.ts";

/** Services on ECS: as many copies run as should. */
export function services(stacks: readonly Stack[], clients: In<"ecs">): Promise<Found> {
  const things = told(stacks, /^(Blue|Green)?ServiceName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a service on ECS", async ({ stack, value }) => {
    const cluster = near(stacks, stack, "ClusterName");
    const { services: [found] = [] } = await clients(stack.region).ecs.send(new DescribeServicesCommand({ cluster, services: [value] }));
    const { runningCount = 0, desiredCount = 0 } = found ?? {};
    return [
      ...unless(found?.status === "ACTIVE", `is ${found?.status ?? "not there"}`),
      ...unless(runningCount >= desiredCount, `runs ${runningCount} of ${desiredCount} copies`),
    ];
  });
}

/** Fleets of instances: as many serve as should, all of them healthy. */
export function fleets(stacks: readonly Stack[], clients: In<"scaling">): Promise<Found> {
  const things = told(stacks, /FleetName$/).map((one) => ({ called: `${one.stack.name} ${one.value}`, ...one }));
  return eachOf(things, "no stack has a fleet of instances", async ({ stack, value }) => {
    const { AutoScalingGroups: [found] = [] } = await clients(stack.region).scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [value] }),
    );
    if (!found) return ["is not there"];
    const { Instances = [], DesiredCapacity = 0 } = found;
    const serving = Instances.filter(({ LifecycleState }) => LifecycleState === "InService");
    return [
      ...unless(serving.length >= DesiredCapacity, `${serving.length} of ${DesiredCapacity} instances serve`),
      ...Instances.filter(({ HealthStatus }) => HealthStatus?.toLowerCase() !== "healthy").map(
        ({ InstanceId }) => `${InstanceId} is not healthy`,
      ),
    ];
  });
}
