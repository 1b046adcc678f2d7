import path from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../../lib/config/load.ts";
import { closeClients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { config, mapWith, systemB } from "./environment.ts";

const outputs = {
  BalancerDnsName: "both.elb",
  BalancerFullName: "app/both",
  BlueBalancerDnsName: "blue.elb",
  GreenBalancerDnsName: "green.elb",
  BlueBalancerFullName: "app/blue",
  GreenBalancerFullName: "app/green",
  ZoneId: "Z1",
  SplitRuleArn: "arn:rule",
  BlueFleetName: "orders-blue",
  GreenFleetName: "orders-green",
};
const forAll = (one: string) => ({ blue: one, green: one, "known-bad": one });
const placed = (of: typeof config) => placeOf(mapWith(outputs, of), of, "shop.example.com");

it("A09 containers behind a listener's rule are reached by its test listener, and all metrics are of one load balancer", () => {
  expect(placed(config)).toMatchObject({
    routes: { by: "rule", ruleArn: "arn:rule" },
    runs: { on: "ecs", container: config.services[0].name },
    balancers: forAll("app/both"),
    entrance: { port: 8443, balancers: forAll("both.elb") },
  });
});

it("B05 B06 fleets between which DNS splits the callers are reached and measured each at its own load balancer", () => {
  const each = (what: (slot: string) => string) => ({ blue: what("blue"), green: what("green"), "known-bad": what("blue") });
  expect(placed(systemB("dns"))).toMatchObject({
    routes: { by: "records", zoneId: "Z1", domain: "shop.example.com" },
    runs: { on: "ec2", fleets: { blue: "orders-blue", green: "orders-green" }, least: { blue: 2, green: 2 }, most: { blue: 4, green: 8 } },
    balancers: each((slot) => `app/${slot}`),
    entrance: { port: 443, balancers: each((slot) => `${slot}.elb`) },
  });
  expect(placed(systemB("listener"))).toMatchObject({ routes: { by: "rule" }, runs: { on: "ec2" }, balancers: forAll("app/both") });
});

it("C23 a service of another region is there, and its ledger in the first one", async () => {
  const { database: _, ...served } = config;
  const placed = placeOf(mapWith(outputs, served), served, "shop.example.com", { region: "us-west-2" });
  expect(placed).toMatchObject({ region: "us-west-2", ledgerRegion: "eu-west-1" });
  const { dynamodb, ...others } = openClients(placed.region, placed.ledgerRegion);
  expect(await dynamodb.config.region()).toBe("eu-west-1");
  for (const client of Object.values(others)) expect(await client.config.region()).toBe("us-west-2");
  closeClients({ dynamodb, ...others });
});

it("D02 a service that CodeDeploy deploys to is one, known with its deployment group and the listener of the callers", async () => {
  const { config: systemD } = await loadConfig(path.join(import.meta.dirname, "../../../examples/d-container-pipeline"));
  const names = { ServiceName: "web", DeployApplication: "app", DeployGroup: "group", ProductionListenerArn: "arn:listener" };
  const deployed = mapWith({ ...outputs, ...names }, systemD);
  const of = {
    on: "driven",
    service: "web",
    container: "web",
    port: 8080,
    codeDeploy: { application: "app", deploymentGroup: "group", listenerArn: "arn:listener" },
  };
  const expected = { routes: { by: "driver", of }, runs: of, balancers: forAll("app/both"), entrance: { port: 8443 } };
  expect(placeOf(deployed, systemD, "shop.example.com")).toMatchObject(expected);
  const byEcs = { ...systemD, rollout: { ...systemD.rollout, weightHolder: "ecs" as const } };
  expect(placeOf(deployed, byEcs, "shop.example.com").runs).not.toHaveProperty("codeDeploy");
});

it("X04 what was deployed otherwise than the configuration says now is refused", () => {
  const deployed = mapWith(outputs, systemB("listener"));
  expect(() => placeOf(deployed, systemB("dns"), "shop.example.com")).toThrow(
    expect.objectContaining({ code: "world/unsupported", message: expect.stringContaining("BlueBalancerFullName") }),
  );
});
