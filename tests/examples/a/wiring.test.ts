import { expect, it } from "vitest";
import { slotHeader } from "../../../lib/plan/blocks/weighted-entry.ts";
import { config, inRegion, production, regions, theOne } from "./plans.ts";

const [service] = config.services;
const colours = ["Blue", "Green"] as const;
const serviceOf = (region: string, colour: string) => theOne(region, "AWS::ECS::Service", `${colour}Service`);
const targetsOf = (region: string, colour: string) => theOne(region, "AWS::ElasticLoadBalancingV2::TargetGroup", `${colour}Targets`);
const listenerOf = (region: string, what: string) => theOne(region, "AWS::ElasticLoadBalancingV2::Listener", `${what}Listener`);
const rulesIn = (region: string) => inRegion(region, "AWS::ElasticLoadBalancingV2::ListenerRule");

it.each(regions)("A09 copies register the container and the port that their task has, by address, as awsvpc demands (%s)", (region) => {
  const task = theOne(region, "AWS::ECS::TaskDefinition");
  const [container] = task.parts("ContainerDefinitions");
  expect(task.at("NetworkMode")).toBe("awsvpc");
  for (const colour of colours) {
    // Amazon ECS API reference, LoadBalancer: name and port as in the task definition.
    expect(serviceOf(region, colour).at("LoadBalancers")).toEqual([
      {
        ContainerName: container?.at("Name"),
        ContainerPort: container?.at("PortMappings.0.ContainerPort"),
        TargetGroupArn: targetsOf(region, colour).ref,
      },
    ]);
    // Amazon ECS Developer Guide, "Use an Application Load Balancer for Amazon ECS": tasks of awsvpc have no instance of their own.
    expect([targetsOf(region, colour).at("TargetType"), targetsOf(region, colour).at("Port")]).toEqual(["ip", service.port]);
  }
});

it.each(regions)(
  "A09 a copy is asked for its health where it says so, may take its time to start, and ends what it has begun (%s)",
  (region) => {
    for (const colour of colours) {
      const targets = targetsOf(region, colour);
      expect([targets.at("HealthCheckPath"), targets.at("HealthCheckProtocol")]).toEqual([service.health, "HTTP"]);
      const delay = targets.parts("TargetGroupAttributes").find((one) => one.at("Key") === "deregistration_delay.timeout_seconds");
      expect(Number(delay?.text("Value"))).toBe(service.grace / 1000);
      expect(serviceOf(region, colour).at("HealthCheckGracePeriodSeconds")).toBe(service.startWithin / 1000);
    }
  },
);

it.each(regions)("A09 no copy that is well goes before a new one is, and copies run in every zone (%s)", (region) => {
  const subnets = inRegion(region, "AWS::EC2::Subnet").filter(({ id }) => id.includes("Private"));
  expect(new Set(subnets.map((one) => one.at("AvailabilityZone"))).size).toBeGreaterThan(1);
  for (const colour of colours) {
    const one = serviceOf(region, colour);
    expect(one.number("DeploymentConfiguration.MinimumHealthyPercent")).toBe(100);
    expect(one.texts("NetworkConfiguration.AwsvpcConfiguration.Subnets")).toEqual(subnets.map(({ ref }) => ref));
  }
});

it.each(regions)("A09, B18: copies start once their task is there and a listener knows their target group (%s)", (region) => {
  for (const colour of colours) {
    const { after } = serviceOf(region, colour);
    // Amazon ECS API reference, CreateService: a target group must be associated with a load balancer.
    const known = rulesIn(region).filter(
      (rule) => after.includes(rule) && JSON.stringify(rule.value).includes(targetsOf(region, colour).ref),
    );
    expect(known.length).toBeGreaterThan(0);
    expect(after).toContain(theOne(region, "AWS::ECS::TaskDefinition"));
  }
});

it.each(regions)(
  "A09 a test names a slot by Sluice's header and gets that slot's copies, and no two rules are asked at once (%s)",
  (region) => {
    const rules = rulesIn(region).filter((one) => one.at("ListenerArn") === listenerOf(region, "Test").ref);
    expect(rules.map((one) => one.at("Conditions.0.HttpHeaderConfig"))).toEqual(
      ["blue", "green"].map((slot) => ({ HttpHeaderName: slotHeader, Values: [slot] })),
    );
    expect(slotHeader).toBe("x-sluice-slot");
    expect(rules.map((one) => one.at("Actions.0.TargetGroupArn"))).toEqual(colours.map((colour) => targetsOf(region, colour).ref));
    // Elastic Load Balancing API reference, CreateRule: no two rules of a listener have one priority, of 1 to 50000.
    expect(new Set(rules.map((one) => one.number("Priority"))).size).toBe(rules.length);
    for (const one of rulesIn(region)) expect(one.number("Priority")).toBeLessThanOrEqual(50_000);
  },
);

it.each(regions)(
  "A09, B04: callers and tests come by TLS, on the ports open to them, under the certificate of the domain (%s)",
  (region) => {
    const balancer = theOne(region, "AWS::ElasticLoadBalancingV2::LoadBalancer");
    const [group] = balancer.texts("SecurityGroups");
    const open = inRegion(region, "AWS::EC2::SecurityGroupIngress").filter((one) => one.at("GroupId") === group);
    expect(["Production", "Test"].map((what) => listenerOf(region, what).at("Port"))).toEqual(open.map((one) => one.at("FromPort")));
    for (const what of ["Production", "Test"]) {
      const listener = listenerOf(region, what);
      expect([listener.at("LoadBalancerArn"), listener.at("Protocol")]).toEqual([balancer.ref, "HTTPS"]);
      expect(listener.text("SslPolicy")).toMatch(/TLS13-1-2/);
      expect(production.follow(listener.at("Certificates.0.CertificateArn")).at("DomainName")).toBe("catalog.example.com");
    }
  },
);

it.each(regions)("C14 copies carry the tags of the version that they run (%s)", (region) => {
  for (const colour of colours) expect(serviceOf(region, colour).at("PropagateTags")).toBe("TASK_DEFINITION");
});
