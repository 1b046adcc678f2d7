import { z } from "zod";
import { section, whole } from "../values.ts";
import { ec2 } from "./instances.ts";

const cpus = [256, 512, 1024, 2048, 4096, 8192, 16_384] as const;
const cpuFix = `write CPU units: ${cpus.join(", ")}`;

const scaleOn = section({
  cpu: whole(1, 100).prefault(60).describe("CPU use in % that scaling aims at."),
  memory: whole(1, 100).prefault(70).describe("Memory use in % that scaling aims at."),
  requests: whole(1, 1_000_000).optional().describe("Requests per copy and minute that scaling aims at."),
}).prefault({});

/** Copies of a service as tasks of ECS on Fargate. */
const ecs = section({
  kind: z.literal("ecs").describe("Tasks of ECS on Fargate."),
  cpu: z
    .number({ error: cpuFix })
    .refine((given) => cpus.some((cpu) => cpu === given), cpuFix)
    .prefault(512)
    .describe("CPU units of a copy; 1024 are one vCPU."),
  memory: whole(512, 122_880).prefault(1024).describe("Memory of a copy in MiB."),
  architecture: z
    .enum(["x86_64", "arm64"], { error: 'write "x86_64" or "arm64"' })
    .prefault("x86_64")
    .describe("Processor that the image is built for."),
  count: section({
    min: whole(1, 1000).prefault(2).describe("Fewest copies."),
    max: whole(1, 1000).prefault(6).describe("Most copies."),
  })
    .prefault({})
    .describe("How many copies run on AWS."),
  scaleOn: scaleOn.describe("What the number of copies follows."),
});

/** What a copy is, by `kind`: a task of ECS on Fargate, or an instance of EC2. A rehearsal does without it. */
export const compute = z
  .discriminatedUnion("kind", [ecs, ec2], { error: 'write an object such as { kind: "ecs", cpu: 512, memory: 1024 }' })
  .optional()
  .describe("What a copy runs on, on AWS. Not needed for a rehearsal.");

type Compute = NonNullable<z.output<typeof compute>>;
/** What tasks of ECS get. */
export type Tasks = Extract<Compute, { readonly kind: "ecs" }>;
/** What instances of EC2 get. */
export type Instances = Extract<Compute, { readonly kind: "ec2" }>;
