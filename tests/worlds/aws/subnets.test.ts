import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeServicesCommand, ECSClient, type Service } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { subnetsOfGroup } from "../../../lib/worlds/aws/instances.ts";
import { roomIn, subnetsOfService } from "../../../lib/worlds/aws/subnets.ts";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

const network = (...subnets: string[]) => ({ networkConfiguration: { awsvpcConfiguration: { subnets } } });

it("X06 the subnets of a service are those of its tasks: of the primary task set where CodeDeploy exchanges them", async () => {
  const serviceThat = (service: Service) =>
    faked(
      new ECSClient({ region, credentials }),
      on(DescribeServicesCommand, () => ({ services: [service] })),
    );
  expect(await subnetsOfService(serviceThat(network("subnet-1", "subnet-2")), "shop", "web")).toEqual(["subnet-1", "subnet-2"]);
  const taskSets = [
    { status: "ACTIVE", ...network("subnet-8") },
    { status: "PRIMARY", ...network("subnet-9") },
  ];
  expect(await subnetsOfService(serviceThat({ taskSets }), "shop", "web")).toEqual(["subnet-9"]);
});

it("X06 the subnets of a group of instances are in one text", async () => {
  const client = faked(
    new AutoScalingClient({ region, credentials }),
    on(DescribeAutoScalingGroupsCommand, () => ({
      AutoScalingGroups: [
        {
          AutoScalingGroupName: "blue",
          MinSize: 1,
          MaxSize: 2,
          DesiredCapacity: 1,
          DefaultCooldown: 300,
          AvailabilityZones: [],
          HealthCheckType: "ELB",
          CreatedTime: new Date(0),
          VPCZoneIdentifier: "subnet-1,subnet-2",
        },
      ],
    })),
  );
  expect(await subnetsOfGroup(client, "blue")).toEqual(["subnet-1", "subnet-2"]);
});

it("X06 free addresses are told by subnet, and nobody is asked about none", async () => {
  let calls = 0;
  const client = faked(
    new EC2Client({ region, credentials }),
    on(DescribeSubnetsCommand, ({ SubnetIds = [] }) => {
      calls += 1;
      return { Subnets: SubnetIds.map((SubnetId, at) => ({ SubnetId, AvailableIpAddressCount: at * 10 })) };
    }),
  );
  expect(await roomIn(client, ["subnet-1", "subnet-2"])).toEqual([
    { subnet: "subnet-1", free: 0 },
    { subnet: "subnet-2", free: 10 },
  ]);
  expect([await roomIn(client, []), calls]).toEqual([[], 1]);
});
