import { AutoScalingClient, type AutoScalingGroup, DescribeAutoScalingGroupsCommand, type Instance } from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { fleets, services } from "./copies.ts";
import { fine, options, stack, wrong } from "./standing.ts";

describe("A04 B22 services on ECS", () => {
  const stacks = [stack({ ClusterName: "catalog" }), stack({ BlueServiceName: "web-blue" }, "web")];
  const ask = (found?: Service) =>
    services(stacks, () => ({
      ecs: faked(
        new ECSClient(options),
        on(DescribeServicesCommand, ({ cluster }) => ({ services: cluster === "catalog" && found ? [found] : [] })),
      ),
    }));

  it("are fine when as many copies run as should, in the cluster of the neighbouring stack", async () => {
    expect(await ask({ status: "ACTIVE", runningCount: 3, desiredCount: 3 })).toEqual(fine);
    expect(await ask({ status: "ACTIVE", runningCount: 0, desiredCount: 0 })).toEqual(fine);
  });

  it("report copies that do not run, and a service that is not there", async () => {
    const called = "orders-production-use1-web web-blue";
    expect(await ask({ status: "DRAINING", runningCount: 1, desiredCount: 3 })).toEqual(
      wrong(`${called}: is DRAINING`, `${called}: runs 1 of 3 copies`),
    );
    expect(await ask()).toEqual(wrong(`${called}: is not there`));
  });
});

describe("B02 B22 fleets of instances", () => {
  const instance = (InstanceId: string, changes: Partial<Instance> = {}): Instance => ({
    InstanceId,
    AvailabilityZone: "us-east-1a",
    ProtectedFromScaleIn: false,
    LifecycleState: "InService",
    HealthStatus: "Healthy",
    ...changes,
  });
  const ask = (Instances?: Instance[]) =>
    fleets([stack({ GreenFleetName: "shop-green" }, "shop")], () => ({
      scaling: faked(
        new AutoScalingClient(options),
        on(DescribeAutoScalingGroupsCommand, () => ({ AutoScalingGroups: Instances ? [groupOf(Instances)] : [] })),
      ),
    }));
  const groupOf = (Instances: Instance[]): AutoScalingGroup => ({
    AutoScalingGroupName: "shop-green",
    MinSize: 2,
    MaxSize: 8,
    DesiredCapacity: 2,
    DefaultCooldown: 300,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: new Date(0),
    Instances,
  });
  const called = "orders-production-use1-shop shop-green";

  it("are fine when as many healthy ones serve as should", async () => {
    expect(await ask([instance("i-1"), instance("i-2")])).toEqual(fine);
  });

  it("report too few that serve, and one that is not healthy", async () => {
    expect(await ask([instance("i-1"), instance("i-2", { LifecycleState: "Pending" })])).toEqual(
      wrong(`${called}: 1 of 2 instances serve`),
    );
    expect(await ask([instance("i-1"), instance("i-2", { HealthStatus: "Unhealthy" })])).toEqual(wrong(`${called}: i-2 is not healthy`));
    expect(await ask()).toEqual(wrong(`${called}: is not there`));
  });
});
