import { AutoScalingClient, CreateAutoScalingGroupCommand, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Slot, slots } from "../../../lib/base/outcome.ts";
import { systemClock } from "../../../lib/base/time.ts";
import { groupFleet } from "../../../lib/worlds/aws/instances.ts";
import { archiveAt } from "../../../lib/worlds/aws/released.ts";
import { credentials, region } from "./credentials.ts";
import { askEc2, networkOf } from "./ec2.ts";
import { emulator, whyNo } from "./emulator.ts";
import { systemB } from "./environment.ts";
import { standing } from "./standing.ts";

const skip = whyNo("moto");

/** Moto starts and ends instances at once, tells their target health and keeps no activities: what is sent is read back there. */
describe.skipIf(skip !== undefined)(`a fleet of auto-scaling groups, on moto${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    server = await emulator("moto");
  }, 90_000);
  afterAll(() => server?.close());

  it("B02 B03 a start names the archive and sets the sizes, and is done once all are in service and healthy; a stop leaves none", async () => {
    const url = server?.url ?? "";
    const options = { region, credentials, endpoint: url };
    const [autoscaling, elb, ssm] = [new AutoScalingClient(options), new ElasticLoadBalancingV2Client(options), new SSMClient(options)];
    const { groups } = await standing(elb, url, systemB("listener"));
    const { subnets } = await networkOf(url);
    const [ami = ""] = (await askEc2(url, { Action: "DescribeImages" }))("imageId");
    await askEc2(url, {
      Action: "CreateLaunchTemplate",
      LaunchTemplateName: "shop",
      "LaunchTemplateData.ImageId": ami,
      "LaunchTemplateData.InstanceType": "t3.micro",
    });
    const names = { blue: "shop-blue", green: "shop-green" };
    const parameters = { blue: "/shop/blue/release", green: "/shop/green/release" };
    for (const slot of slots) {
      await ssm.send(new PutParameterCommand({ Name: parameters[slot], Value: "none", Type: "String" }));
      await autoscaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: names[slot],
          LaunchTemplate: { LaunchTemplateName: "shop", Version: "$Latest" },
          MinSize: 0,
          MaxSize: 0,
          DesiredCapacity: 0,
          VPCZoneIdentifier: subnets.join(","),
          TargetGroupARNs: [groups[slot]],
        }),
      );
    }
    const given = {
      autoscaling,
      elb,
      ssm,
      clock: systemClock,
      environment: "production",
      fleets: names,
      groups,
      parameters,
      least: { blue: 1, green: 2 },
      most: { blue: 4, green: 8 },
    };
    const fleet = groupFleet(given);
    const kept = async (slot: Slot) => {
      const { AutoScalingGroups: [group] = [] } = await autoscaling.send(
        new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [names[slot]] }),
      );
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameters[slot] }));
      return [Parameter?.Value, group?.MinSize, group?.DesiredCapacity, group?.MaxSize, group?.Instances?.length];
    };
    const release = archiveAt("orders-releases", "2".repeat(64), "shop-2.tar.gz");
    expect(await fleet.start("green", release, 3)).toMatchObject({ is: "pending" });
    expect(await kept("green")).toEqual([release.file, 3, 3, 8, 3]);
    expect(await fleet.start("green", release, 3)).toEqual({ is: "done" });
    expect(await fleet.status("green")).toMatchObject({
      digest: release.digest,
      version: "shop-2.tar.gz",
      wanted: 3,
      instances: [{ health: "healthy" }, { health: "healthy" }, { health: "healthy" }],
    });
    expect(await kept("blue")).toEqual(["none", 0, 0, 0, 0]);
    expect(await fleet.stop("green")).toMatchObject({ is: "pending" });
    expect(await fleet.stop("green")).toEqual({ is: "done" });
    expect(await kept("green")).toEqual([release.file, 0, 0, 0, 0]);
    for (const client of [autoscaling, elb, ssm]) client.destroy();
  });
});
