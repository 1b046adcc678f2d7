import { z } from "zod";
import { section, text, time, whole } from "../values.ts";

/** Amazon EC2 instance types guide, "Amazon EC2 instance type naming conventions": the sizes. */
const typeFix = 'write an EC2 instance type, such as "t3.micro" or "m5.large"';
const parameterFix = 'write the name of an SSM parameter that holds an AMI, such as "/aws/service/ami-amazon-linux-latest/…"';

const fleet = (instanceType: string, min: number, max: number) =>
  section({
    instanceType: z
      .string({ error: typeFix })
      .regex(/^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d{0,3}xlarge|metal(-\d+xl)?)$/, typeFix)
      .prefault(instanceType)
      .describe("EC2 instance type of this colour."),
    min: whole(0, 1000).prefault(min).describe("Fewest instances while the colour runs."),
    max: whole(1, 1000).prefault(max).describe("Most instances."),
    desired: whole(0, 1000).prefault(min).describe("Instances to begin with."),
  }).prefault({});

/** Copies of a service as EC2 instances, one auto-scaling group per colour. */
export const ec2 = section({
  kind: z.literal("ec2").describe("EC2 instances in two auto-scaling groups."),
  ami: text(parameterFix)
    .regex(/^\/[A-Za-z0-9_./-]{1,1010}$/, parameterFix)
    .prefault("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
    .describe("SSM parameter that holds the id of the AMI; it is read whenever an instance starts."),
  blue: fleet("t3.micro", 2, 4).describe("The small fleet, which runs first."),
  green: fleet("m5.large", 2, 8).describe("The large fleet, to which traffic moves."),
  volume: whole(8, 16_384).prefault(20).describe("Size of the encrypted root volume in GiB."),
  packages: z
    .array(text("write the name of a package").regex(/^[A-Za-z0-9._+-]+$/, "write the name of a package of the AMI's distribution"), {
      error: 'write a list of packages, such as ["nodejs24"]',
    })
    .prefault([])
    .describe("Packages that are installed when an instance starts."),
  scaleOn: section({
    cpu: whole(1, 90).prefault(60).describe("CPU use in % that scaling aims at."),
    requests: whole(1, 1_000_000).optional().describe("Requests per instance and minute that scaling aims at."),
  })
    .prefault({})
    .describe("What the number of instances follows."),
  peerPort: whole(1, 65_535).optional().describe("Port on which instances talk to one another. Without it they cannot."),
  lifetime: time(86_400_000)
    .prefault("168h")
    .describe("Longest life of an instance; then it is replaced by one with the AMI's newest version. At least 24h."),
});
