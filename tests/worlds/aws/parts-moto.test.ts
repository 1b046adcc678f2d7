import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { CreateClusterCommand, CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { duration } from "../../../lib/base/time.ts";
import type { Part } from "../../../lib/ports/account.ts";
import { awsAccount } from "../../../lib/worlds/aws/account.ts";
import { region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { processEnvironment } from "./process-environment.ts";
import { environmentOf } from "./wire.ts";

const noMoto = whyNo("moto");
const environment = processEnvironment();
const domain = "shop.example.com";
const scaled = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount", ResourceId: "service/shop/web" } as const;

/** Makes a part, and says how somebody deletes it by hand. */
const made: Readonly<Record<string, () => Promise<{ readonly part: Part; readonly remove: () => Promise<unknown> }>>> = {
  "a record of a slot": async () => {
    const client = new Route53Client({ region });
    const { HostedZone: zone } = await client.send(new CreateHostedZoneCommand({ Name: domain, CallerReference: "1" }));
    const change = (Action: "CREATE" | "DELETE", ...slots: readonly string[]) =>
      client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone?.Id,
          ChangeBatch: {
            Changes: slots.map((SetIdentifier) => ({
              Action,
              ResourceRecordSet: { Name: domain, Type: "A", SetIdentifier, Weight: 50, TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] },
            })),
          },
        }),
      );
    await change("CREATE", "blue", "green");
    const id = zone?.Id?.replace("/hostedzone/", "") ?? "";
    return {
      part: { of: "record", name: `A blue of ${domain}`, zone: id, domain, type: "A", set: "blue" },
      remove: () => change("DELETE", "blue"),
    };
  },
  "the parameter of a slot": async () => {
    const client = new SSMClient({ region });
    const Name = "/shop/test/blue/release";
    await client.send(new PutParameterCommand({ Name, Value: "none", Type: "String" }));
    return { part: { of: "parameter", name: Name }, remove: () => client.send(new DeleteParameterCommand({ Name })) };
  },
  "what scales a service": async () => {
    const [ecs, client] = [new ECSClient({ region }), new ApplicationAutoScalingClient({ region })];
    await ecs.send(new CreateClusterCommand({ clusterName: "shop" }));
    const containerDefinitions = [{ name: "web", image: "web", memory: 64 }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: "web", containerDefinitions }));
    await ecs.send(new CreateServiceCommand({ cluster: "shop", serviceName: "web", taskDefinition: "web", desiredCount: 0 }));
    await client.send(new RegisterScalableTargetCommand({ ...scaled, MinCapacity: 1, MaxCapacity: 4 }));
    return {
      part: { of: "scaling target", cluster: "shop", name: "web" },
      remove: () => client.send(new DeregisterScalableTargetCommand(scaled)),
    };
  },
};

describe.skipIf(noMoto !== undefined)(`a part of an environment, with moto${noMoto === undefined ? "" : ` (skipped: ${noMoto})`}`, () => {
  let server: Awaited<ReturnType<typeof emulator>> | undefined;
  beforeAll(async () => {
    server = await emulator("moto");
  }, 60_000);
  afterAll(() => server?.close());

  test.each(Object.entries(made))("X11: is done while it is there, and to do once somebody deleted it: %s", async (_what, make) => {
    environment(environmentOf(server?.url ?? ""));
    const { part, remove } = await make();
    const account = awsAccount({ region, limit: duration(20_000), nameServers: async () => [] });
    const ask = () => account.answer({ kind: "part", region, account: "123456789012", ...part });
    expect(await ask()).toEqual({ is: "done", because: "it is there" });
    await remove();
    expect(await ask()).toEqual({ is: "to do", because: `there is no ${part.of} ${part.name} any more` });
  });
});
