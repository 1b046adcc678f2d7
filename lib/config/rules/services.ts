import type { Rule } from "./rule.ts";

/** What runs on AWS must say on what. */
export const computeGiven: Rule = ({ environments, services: [service] }) =>
  environments.length > 0 && !service.compute
    ? { path: ["services", service.name, "compute"], fix: 'say what it runs on, such as { kind: "ecs", cpu: 512, memory: 1024 }' }
    : undefined;

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
  "flow",
  "github",
  "image",
  "integration",
  "ledger",
  "logger",
  "pipeline",
  "pipeline-events",
  "proxy",
  "recovery",
  "releases-replication",
  "replica",
  "scan",
  "shells",
  "smoke",
  "test",
  "trail",
];

export const serviceNamed: Rule = ({ environments, services: [{ name }] }) =>
  environments.length > 0 && (parts.includes(name.toLowerCase()) || name.toLowerCase().startsWith("stage-"))
    ? {
        path: ["services", name],
        fix: `choose another name, such as "web": another part of the system is named "${name.toLowerCase()}" in AWS`,
      }
    : undefined;

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

export const computeFits: Rule = ({ services: [{ name, compute }] }) => {
  if (compute?.kind !== "ecs") return undefined;
  const path = ["services", name, "compute"];
  const [from, to, step] = fargate[compute.cpu] ?? [0, 0, 1];
  const { memory, count } = compute;
  // A quarter of a vCPU takes 512, 1024 or 2048.
  const sizes = compute.cpu === 256 ? [512, 1024, 2048] : undefined;
  const fits = sizes ? sizes.includes(memory) : memory >= from && memory <= to && memory % step === 0;
  const possible = sizes ? sizes.join(", ") : `${from} to ${to} in steps of ${step}`;
  return [
    ...(fits ? [] : [{ path: [...path, "memory"], fix: `write what Fargate gives to ${compute.cpu} CPU units: ${possible} MiB` }]),
    ...(count.min <= count.max ? [] : [{ path: [...path, "count", "min"], fix: `write at most the largest count, ${count.max}` }]),
  ];
};

/** CodeDeploy exchanges the target groups, so the requests of one of them say nothing about the service. */
export const requestsCounted: Rule = ({ services: [{ name, compute }], rollout }) =>
  compute?.kind === "ecs" && compute.scaleOn.requests !== undefined && rollout.weightHolder === "codedeploy"
    ? {
        path: ["services", name, "compute", "scaleOn", "requests"],
        fix: "leave it out: scaling on requests follows one target group, and CodeDeploy exchanges them",
      }
    : undefined;

/** A synth of CDK cannot read the last phase, and the pipeline and CodeDeploy go together: it deploys by CodeDeploy, which here knows ECS only. */
export const holderOfWeights: Rule = ({ engine, environments, delivery, services: [{ compute }], rollout: { weightHolder } }) => {
  const path = ["rollout", "weightHolder"];
  if (weightHolder === "engine" && engine === "cdk")
    return { path, fix: 'write "release" or "codedeploy", or take the engine "pulumi": a synth of CDK cannot read the phase before' };
  if (environments.length === 0) return undefined;
  if (compute?.kind === "ec2")
    return weightHolder === "codedeploy"
      ? { path, fix: 'write "release" or "engine": CodeDeploy has no percentages for fleets of EC2' }
      : undefined;
  if (weightHolder === "engine") return { path, fix: 'write "release" or "codedeploy": the phases of an engine know fleets of EC2 only' };
  return delivery && weightHolder !== "codedeploy"
    ? { path, fix: 'write "codedeploy", by which the pipeline deploys, or leave the section delivery out' }
    : undefined;
};
