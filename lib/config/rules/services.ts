import type { Config } from "../config.ts";
import { inAws } from "./holders.ts";
import type { Findings, Rule } from "./rule.ts";

/** What runs on AWS must say on what. */
export const computeGiven: Rule = ({ environments, services }) =>
  services.map((service) => () => {
    const path = ["services", service.name, "compute"];
    const fix = 'say what it runs on, such as { kind: "ecs", cpu: 512, memory: 1024 }';
    return environments.length > 0 && !service.compute ? { path, fix } : undefined;
  });

/** Parts of a system that have names in AWS of their own, beside those of the service. */
const parts = [
  "access",
  "audit",
  "balancer",
  "base",
  "data",
  "database",
  "database-monitoring",
  "database-proxy",
  "deployment-logger",
  "deploys",
  "dns",
  "edge",
  "endpoints",
  "files",
  "files-replication",
  "flow",
  "functions",
  "github",
  "image",
  "integration",
  "ledger",
  "logger",
  "pipeline",
  "pipeline-events",
  "proxy",
  "readers",
  "recovery",
  "release",
  "releases-replication",
  "replica",
  "rotation",
  "scan",
  "shells",
  "smoke",
  "standby",
  "test",
  "trail",
];

/** A service's name is part of physical names and of its stack's, which no other part of the system may have. */
export const serviceNamed: Rule = (config) =>
  config.services.map(({ name }) => [
    () =>
      /^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name)
        ? undefined
        : { path: ["services", name], fix: "name it with 1 to 32 letters, digits and hyphens, starting with a letter" },
    () => {
      const small = name.toLowerCase();
      const taken = config.environments.length > 0 && (parts.includes(small) || small.startsWith("stage-"));
      const fix = `choose another name, such as "web": another part of the system is named "${small}" in AWS`;
      return taken ? { path: ["services", name], fix } : undefined;
    },
  ]);

/** Memory that Fargate gives for CPU units, in MiB: from, to, in steps of (Amazon ECS Developer Guide, "Task CPU and memory"). */
const fargate: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

/** Fargate gives memory only in certain amounts for each CPU size, and refuses others when a task is registered. */
export const computeFits: Rule = ({ services }) => services.map((service) => () => tasksFit(service));

function tasksFit({ name, compute }: Config["services"][0]): Findings {
  if (compute?.kind !== "ecs") return undefined;
  const path = ["services", name, "compute"];
  return [
    () => {
      const { cpu, memory } = compute;
      const [from, to, step] = fargate[cpu] ?? [0, 0, 1];
      // A quarter of a vCPU takes 512, 1024 or 2048.
      const sizes = cpu === 256 ? [512, 1024, 2048] : undefined;
      const fits = sizes ? sizes.includes(memory) : memory >= from && memory <= to && memory % step === 0;
      const possible = sizes ? sizes.join(", ") : `${from} to ${to} in steps of ${step}`;
      return fits ? undefined : { path: [...path, "memory"], fix: `write what Fargate gives to ${cpu} CPU units: ${possible} MiB` };
    },
    () => {
      const { min, max } = compute.count;
      return min <= max ? undefined : { path: [...path, "count", "min"], fix: `write at most the largest count, ${max}` };
    },
  ];
}

/** Scaling on requests needs the service to keep its target group. */
export const requestsCounted: Rule = ({ services: [{ name, compute }], rollout }) => {
  // Who exchanges the target groups makes the requests of one of them say nothing about the service.
  const who = inAws[rollout.weightHolder];
  return compute?.kind === "ecs" && compute.scaleOn.requests !== undefined && who
    ? {
        path: ["services", name, "compute", "scaleOn", "requests"],
        fix: `leave it out: scaling on requests follows one target group, and ${who} exchanges them`,
      }
    : undefined;
};

/** A synth of CDK cannot read the last phase, and a pipeline deploys by what shifts traffic in AWS, which here knows ECS only. */
export const holderOfWeights: Rule = ({ engine, environments, delivery, services: [{ compute }], rollout: { weightHolder } }) => {
  const path = ["rollout", "weightHolder"];
  if (weightHolder === "engine" && engine === "cdk")
    return {
      path,
      fix: 'write "release", "codedeploy" or "ecs", or take the engine "pulumi": a synth of CDK cannot read the phase before',
    };
  if (environments.length === 0) return undefined;
  if (compute?.kind === "ec2")
    return inAws[weightHolder]
      ? { path, fix: `write "release" or "engine": ${inAws[weightHolder]} has no percentages for fleets of EC2` }
      : undefined;
  if (weightHolder === "engine")
    return { path, fix: 'write "release", "codedeploy" or "ecs": the phases of an engine know fleets of EC2 only' };
  if (delivery && !inAws[weightHolder])
    return { path, fix: 'write "codedeploy" or "ecs", by which the pipeline deploys, or leave the section delivery out' };
  return delivery?.home !== undefined && weightHolder === "ecs"
    ? {
        path,
        fix: 'write "codedeploy", by which one pipeline deploys to several environments, or give each a pipeline: leave delivery.home out',
      }
    : undefined;
};

/** Holders of weights that set those of a listener's rule to what the configuration says. */
const ourOwn: readonly string[] = ["release", "engine"];

/** A record's weight is a whole number from 0 to 255 (Route 53 API reference, ResourceRecordSet), so two of them go to whole percents. */
export const weightsInPercents: Rule = ({ environments, rollout: { router, weights } }) =>
  environments.length > 0 && router === "dns" && weights.some((share) => !Number.isInteger(share))
    ? { path: ["rollout", "weights"], fix: "write whole numbers: records of DNS know no finer shares" }
    : undefined;

/** A listener's weights are whole numbers from 0 to 999 (ELB API reference, TargetGroupTuple), so two of them go to tenths of a percent. */
export const weightsInTenths: Rule = ({ environments, rollout: { router, weightHolder, weights } }) =>
  environments.length > 0 &&
  router === "listener" &&
  ourOwn.includes(weightHolder) &&
  weights.some((share) => Math.round(share * 10) / 10 !== share)
    ? { path: ["rollout", "weights"], fix: "write at most one digit after the point: a load balancer knows no finer shares" }
    : undefined;
