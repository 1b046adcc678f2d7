import { z } from "zod";
import { once, section, text } from "../values.ts";
import { arnText } from "./identity.ts";

const idOf = (kind: string, prefix: string) => {
  const fix = `write the id of a ${kind}, such as "${prefix}-0123456789abcdef0"`;
  return z.string({ error: fix }).regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), fix);
};
const subnets = (which: string) =>
  once(z.array(idOf("subnet", "subnet"), { error: "write a list of subnet ids" }))
    .min(2, "write subnets in at least two zones")
    .describe(`Ids of its ${which} subnets, one per zone.`);

const vpc = section({
  id: idOf("VPC", "vpc").describe("Id of the VPC."),
  publicSubnets: subnets("public"),
  privateSubnets: subnets("private"),
  natAddresses: once(z.array(z.ipv4({ error: "write an IPv4 address" }), { error: "write a list of IPv4 addresses" }))
    .prefault([])
    .describe("Addresses under which the private subnets reach the internet: tests arrive from them."),
});

const cluster = section({
  name: text("write the name or the ARN of an ECS cluster").describe("Name or ARN of the ECS cluster."),
  securityGroups: once(z.array(idOf("security group", "sg"), { error: "write a list of security group ids" }))
    .prefault([])
    .describe("Security groups that the copies join besides their own."),
});

const nameFix = 'write its name in DNS, such as "platform-1.eu-west-1.elb.amazonaws.com"';
const zoneFix = 'write the id of its hosted zone, such as "Z32O12XQLNTSW2", which describe-load-balancers gives as CanonicalHostedZoneId';

const balancer = section({
  arn: arnText("an Application Load Balancer").describe("ARN of the load balancer, whose ports 443 and 8443 are free."),
  securityGroup: idOf("security group", "sg").describe("Its security group, which gets the way to the copies."),
  dnsName: text(nameFix)
    .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, nameFix)
    .optional()
    .describe("Its name in DNS; needed with `zone`."),
  zone: text(zoneFix)
    .regex(/^Z[A-Z0-9]{1,31}$/, zoneFix)
    .optional()
    .describe("Id of its own hosted zone; needed with `zone`."),
});

const traffic = section({
  callers: arnText("a listener or of one of its rules").describe(
    "ARN of the listener whose default action leads callers to the service, or of the rule that does: CodeDeploy moves it.",
  ),
  blue: arnText("a target group").describe("ARN of one of the two target groups of its deployment group."),
  green: arnText("a target group").describe("ARN of the other one."),
});

const service = section({
  name: text("write the name or the ARN of an ECS service").describe(
    "Name or ARN of the ECS service; by name its cluster is `existing.cluster`.",
  ),
  taskFamily: text("write the family of its task definitions, or the ARN of one").describe(
    "Family of its task definitions, or the ARN of one. Its container is named as the service here, and listens on the same port.",
  ),
  executionRole: arnText("a role").describe("ARN of the role that starts its tasks: whoever registers a version hands it on."),
  taskRole: arnText("a role").optional().describe("ARN of the role of the app, if its tasks have one."),
  traffic: traffic.optional().describe("Where its callers are moved, for `sluice release`. Without it a pipeline alone releases it."),
});

const codeDeploy = section({
  application: text("write the name or the ARN of a CodeDeploy application").describe("Name or ARN of the application."),
  group: text("write the name or the ARN of a deployment group")
    .optional()
    .describe("Name or ARN of the deployment group of `existing.service`. Without it one is made for the service that is made here."),
  steps: text("write the name or the ARN of a deployment configuration")
    .prefault("CodeDeployDefault.ECSAllAtOnce")
    .describe("Name or ARN of the deployment configuration of that group: its steps hold there, and those of `rollout` in a rehearsal."),
});

const parts = {
  vpc: vpc.optional().describe("A network. Without it one is made."),
  cluster: cluster.optional().describe("An ECS cluster. Without it one is made."),
  balancer: balancer.optional().describe("A load balancer in that network. Without it one is made."),
  registry: text("write the name or the ARN of a repository in ECR")
    .optional()
    .describe("Name or ARN of an image repository. Without it one is made."),
  service: service
    .optional()
    .describe("An ECS service that CodeDeploy deploys. Then nothing of it is made here, nor what it stands on. Without it one is made."),
  codeDeploy: codeDeploy.optional().describe("What deploys it in CodeDeploy. Without it application and group are made."),
};

/** What may exist already. */
export const existingParts = [
  "vpc",
  "cluster",
  "balancer",
  "registry",
  "service",
  "codeDeploy",
] as const satisfies readonly (keyof typeof parts)[];

/** What is there already: it is used and not made, and outlives everything here. */
export const existing = section(parts).prefault({}).describe("What exists already and is used, not made.");
