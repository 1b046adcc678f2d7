import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { ConfigInput } from "../../../lib/config/config.ts";
import { readGiven } from "../../../lib/config/load.ts";
import { capture } from "../../../lib/engines/pulumi/capture.ts";
import type { Graph } from "../../../lib/engines/pulumi/graph.ts";
import { type TapConfig, type TapEnvironment, TapStack } from "../../../lib/tap-stack.ts";

const here: TapEnvironment = { account: "111122223333", regions: ["eu-west-1"], domain: "shop.example.com" };
/** For what is theirs: the default provider of a program reads it. */
const region = { "aws:region": "eu-west-1" };
const program = (production: () => TapEnvironment): Promise<Graph> =>
  capture({ project: "theirs", stack: "production", key: "test", config: region }, () => {
    const config: TapConfig = {
      project: "shop",
      services: { web: { health: "/health", compute: { kind: "ecs", cpu: 512, memory: 1024 } } },
      environments: { production: production() },
    };
    const { vpcId, privateSubnetIds, clusterName } = new TapStack("shop", { config, environment: "production" });
    return { vpcId, privateSubnetIds, clusterName };
  });

/** A program that has a network, a name and a way in already. */
function theirs(): TapEnvironment {
  const vpc = new aws.ec2.Vpc("theirs", { cidrBlock: "10.9.0.0/16" });
  const subnet = (name: string) => new aws.ec2.Subnet(name, { vpcId: vpc.id, cidrBlock: "10.9.0.0/24" }).id;
  const group = (name: string) => new aws.ec2.SecurityGroup(name, { vpcId: vpc.id }).id;
  const balancer = new aws.lb.LoadBalancer("theirs", { loadBalancerType: "application" });
  return {
    ...here,
    zone: new aws.route53.Zone("theirs", { name: "example.com" }).zoneId,
    certificate: new aws.acm.Certificate("theirs", { domainName: "shop.example.com" }).arn,
    existing: {
      vpc: { id: vpc.id, publicSubnets: [subnet("p1"), subnet("p2")], privateSubnets: [subnet("q1"), subnet("q2")] },
      cluster: { name: new aws.ecs.Cluster("theirs").name, securityGroups: [group("joined")] },
      balancer: { arn: balancer.arn, securityGroup: group("entry"), dnsName: balancer.dnsName, zone: balancer.zoneId },
    },
  };
}

const stands = /5ce1a7e|sluice-later|SLUICE0LATER|198\.18\./;
const natives = ({ resources }: Graph) => resources.filter(({ urn }) => urn.includes("sluice:aws:Block"));
const read = (text: string) => [...text.matchAll(/⟦(\d+)\.(\w+)⟧/g)].map(([, at, output]) => ({ at: Number(at), output }));

/** Without the order in which resources were registered, which follows from when values were known. */
function byName({ resources, outputs }: Graph): unknown {
  const named = JSON.stringify({ resources, outputs }).replaceAll(/⟦(\d+)\./g, (_all, at) => `⟦${resources[Number(at)]?.name}.`);
  const all: { resources: { urn: string; dependencies: string[] }[] } = JSON.parse(named);
  return { ...all, resources: all.resources.sort((one, other) => (one.urn < other.urn ? -1 : 1)) };
}

describe("TapStack over other resources of a program", () => {
  it("B16 B17 E01 takes ids that these get only from AWS, and nothing else stands where they belong", async () => {
    const graph = await program(theirs);
    const said = JSON.stringify([natives(graph), graph.outputs]);
    expect(said).not.toMatch(stands);
    const from = new Set(read(said).map(({ at, output }) => `${graph.resources[at]?.type} ${graph.resources[at]?.name} ${output}`));
    expect([...from]).toEqual(
      expect.arrayContaining([
        "aws:ec2/vpc:Vpc theirs id",
        "aws:ec2/subnet:Subnet q1 id",
        "aws:ec2/subnet:Subnet q2 id",
        "aws:ecs/cluster:Cluster theirs name",
        "aws:ec2/securityGroup:SecurityGroup joined id",
        "aws:ec2/securityGroup:SecurityGroup entry id",
        "aws:lb/loadBalancer:LoadBalancer theirs arn",
        "aws:lb/loadBalancer:LoadBalancer theirs dnsName",
        "aws:route53/zone:Zone theirs zoneId",
        "aws:acm/certificate:Certificate theirs arn",
      ]),
    );
    const vpc = graph.resources.find(({ type }) => type === "aws:ec2/vpc:Vpc");
    const group = natives(graph).find(({ type }) => type === "aws:ec2/securityGroup:SecurityGroup");
    expect(group?.dependencies).toContain(vpc?.urn);
  });

  it("B16 A02 gives the very program that the same values give where they are written", async () => {
    const zone = "Z0123456789ABCDEFGHIJ";
    const certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e";
    const arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/theirs/50dc6c495c0c9188";
    const values = (value: (text: string) => pulumi.Input<string>): TapEnvironment => ({
      ...here,
      zone: value(zone),
      certificate: value(certificate),
      existing: {
        vpc: {
          id: value("vpc-0123456789abcdef0"),
          publicSubnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"].map(value),
          privateSubnets: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"].map(value),
        },
        cluster: { name: value("arn:aws:ecs:eu-west-1:111122223333:cluster/theirs") },
        balancer: {
          arn: value(arn),
          securityGroup: value("sg-0123456789abcdef0"),
          dnsName: value("theirs-1.eu-west-1.elb.amazonaws.com"),
          zone: value("Z32O12XQLNTSW2"),
        },
      },
    });
    const [written, told, promised] = await Promise.all([
      program(() => values((text) => text)),
      program(() => values((text) => pulumi.output(text))),
      program(() => values((text) => Promise.resolve(text))),
    ]);
    expect(byName(told)).toEqual(byName(written));
    expect(byName(promised)).toEqual(byName(written));
  });

  it("B16 B17 E01 takes addresses of NAT gateways, whose callers are let in to the test listener", async () => {
    const known = {
      id: "vpc-0123456789abcdef0",
      publicSubnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      privateSubnets: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    };
    const graph = await program(() => {
      const natAddresses = ["n1", "n2"].map((name) => new aws.ec2.Eip(name).publicIp);
      return { ...here, zone: "new", existing: { vpc: { ...known, natAddresses } } };
    });
    expect(JSON.stringify(natives(graph))).not.toMatch(stands);
    const sources = natives(graph).flatMap(({ type, inputs }) =>
      type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" ? [String(inputs.cidrIpv4)] : [],
    );
    const at = (name: string) => graph.resources.findIndex((one) => one.name === name);
    expect(sources).toEqual(expect.arrayContaining([`⟦${at("n1")}.publicIp⟧/32`, `⟦${at("n2")}.publicIp⟧/32`]));
  });

  it("B08 B09 takes one value in two places for one: both ends of a link", async () => {
    const b: ConfigInput = Object(
      await readGiven(path.join(import.meta.dirname, "../../../examples/b-dev-to-production/sluice.config.ts")),
    );
    const graph = await capture({ project: "theirs", stack: "development", config: region }, () => {
      const link = { transitGateway: new aws.ec2transitgateway.TransitGateway("theirs").id };
      const environments = Object.fromEntries(Object.entries(b.environments ?? {}).map(([name, one]) => [name, { ...one, link }]));
      new TapStack("orders", { config: { ...b, environments }, environment: "development" });
      return undefined;
    });
    const attachment = natives(graph).find(({ type }) => type === "aws:ec2transitgateway/vpcAttachment:VpcAttachment");
    const [gateway] = read(String(attachment?.inputs.transitGatewayId));
    expect(graph.resources[gateway?.at ?? -1]?.type).toBe("aws:ec2transitgateway/transitGateway:TransitGateway");
  });

  it("A17 refuses what a plan is made of, all at once, before anything is registered", async () => {
    const refused = capture({ project: "theirs", stack: "production" }, () => {
      const production = { ...here, domain: pulumi.output("shop.example.com"), zone: "new" };
      const config = { project: Promise.resolve("shop"), environments: { production } };
      // What a program of JavaScript may hand over.
      Reflect.construct(TapStack, ["shop", { config, environment: "production" }]);
      return undefined;
    });
    await expect(refused).rejects.toThrow("before the program knows project, environments.production.domain");
  });
});
