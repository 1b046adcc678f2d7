import path from "node:path";
import { expect, it } from "vitest";
import { environmentMapOf } from "../../../lib/actions/environment-map.ts";
import { loadConfig } from "../../../lib/config/load.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import { closeClients, openClients } from "../../../lib/worlds/aws/clients.ts";
import { placeOf } from "../../../lib/worlds/aws/place.ts";
import { imported, importedWith, importing, rule, traffic } from "../../examples/e/imported.ts";
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

/** System E, whose production exists, as its stacks say where it is. */
function placedExisting(existing: Parameters<typeof importing>[0], deployed = existing) {
  const { stacks, ...rest } = buildPlan(importing(deployed), "production");
  const said = stacks.map(({ name, outputs: all }) => [
    name,
    Object.fromEntries(all.map(({ name: output, value }) => [output, typeof value === "string" ? value : `${name}-${output}`])),
  ]);
  return placeOf(environmentMapOf({ stacks, ...rest }, Object.fromEntries(said)), importing(existing), "billing.example.com");
}

it.each([
  ["a listener", traffic.callers],
  ["a rule", rule],
])("E04 a service that exists is released by CodeDeploy where the configuration names its target groups and %s", (_what, callers) => {
  expect(placedExisting(importedWith(callers))).toMatchObject({
    groups: { blue: traffic.blue, green: traffic.green },
    balancers: forAll("app/platform/50dc6c495c0c9188"),
    runs: {
      on: "driven",
      cluster: "platform",
      service: "billing-api",
      codeDeploy: { application: "Billing", deploymentGroup: "production", listenerArn: callers },
    },
  });
});

it("E04 X04 a service that exists, of which nothing says where its callers are moved, is refused with what to write", () => {
  const refused = { code: "world/unsupported", fix: expect.stringContaining("environments.production.existing.service.traffic") };
  expect(() => placedExisting(imported)).toThrow(expect.objectContaining(refused));
  // Written, and not deployed.
  expect(() => placedExisting(importedWith(), imported)).toThrow(
    expect.objectContaining({ code: "world/unsupported", message: expect.stringContaining("BlueTargetGroupArn") }),
  );
});

it("X04 what was deployed otherwise than the configuration says now is refused", () => {
  const deployed = mapWith(outputs, systemB("listener"));
  expect(() => placeOf(deployed, systemB("dns"), "shop.example.com")).toThrow(
    expect.objectContaining({ code: "world/unsupported", message: expect.stringContaining("BlueBalancerFullName") }),
  );
});
