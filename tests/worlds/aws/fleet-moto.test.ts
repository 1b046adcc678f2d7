import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceFleet } from "../../../lib/worlds/aws/fleet.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { image } from "./systems.ts";

const skip = whyNo("moto");

/** Moto keeps services, revisions and scalable targets, and runs no tasks: what is sent is read back there. */
describe.skipIf(skip !== undefined)(`a fleet of ECS services, on moto${skip === undefined ? "" : ` (skipped: ${skip})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    server = await emulator("moto");
  }, 90_000);
  afterAll(() => server?.close());

  it("A09 a start sets the revision, the number of copies and the fewest of them; a stop sets both to none", async () => {
    const options = { region, credentials, endpoint: server?.url ?? "" };
    const ecs = new ECSClient(options);
    const scaling = new ApplicationAutoScalingClient(options);
    await ecs.send(new CreateClusterCommand({ clusterName: "shop" }));
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "web",
        containerDefinitions: [{ name: "web", image: "registry/web:seed", memory: 512 }],
      }),
    );
    for (const serviceName of ["blue", "green"]) {
      await ecs.send(new CreateServiceCommand({ cluster: "shop", serviceName, taskDefinition: "web", desiredCount: 0 }));
      await scaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: "ecs",
          ResourceId: `service/shop/${serviceName}`,
          ScalableDimension: "ecs:service:DesiredCount",
          MinCapacity: 0,
          MaxCapacity: 6,
        }),
      );
    }
    const names = { blue: "blue", green: "green" };
    const definitionArn = taskDefinition?.taskDefinitionArn ?? "";
    const elb = new ElasticLoadBalancingV2Client(options);
    const fleet = serviceFleet({
      ecs,
      elb,
      scaling,
      environment: "production",
      cluster: "shop",
      services: names,
      groups: names,
      definitionArn,
      container: "web",
      least: 1,
    });
    const kept = async () => {
      const { services: [service] = [] } = await ecs.send(new DescribeServicesCommand({ cluster: "shop", services: ["green"] }));
      const { taskDefinition: revision } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }));
      const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: "ecs" }));
      const target = ScalableTargets.find(({ ResourceId }) => ResourceId === "service/shop/green");
      return [revision?.containerDefinitions?.[0]?.image, service?.desiredCount, target?.MinCapacity, target?.MaxCapacity];
    };
    expect(await fleet.start("green", image("2"), 3)).toMatchObject({ is: "pending" });
    expect(await kept()).toEqual([image("2").file, 3, 3, 6]);
    expect(await fleet.stop("green")).toMatchObject({ is: "pending" });
    expect((await kept()).slice(1)).toEqual([0, 0, 6]);
    for (const client of [ecs, scaling, elb]) client.destroy();
  });
});
