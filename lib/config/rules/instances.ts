import { slots } from "../../base/outcome.ts";
import type { Problem } from "../problems.ts";
import type { Rule } from "./rule.ts";

/** Amazon EC2 instance types naming conventions: a "g" after the generation is an AWS Graviton processor. */
const isArm = (instanceType: string): boolean => /^([a-z]+\d+g|a1\.)/.test(instanceType);

/** Fleets that EC2 Auto Scaling takes, of instances that can start from the AMI (API reference, CreateAutoScalingGroup). */
export const fleetsFit: Rule = ({ services: [{ name, compute }] }) => {
  if (compute?.kind !== "ec2") return undefined;
  return slots.flatMap((slot): readonly Problem[] => {
    const { min, max, desired, instanceType } = compute[slot];
    const path = (field: string): readonly string[] => ["services", name, "compute", slot, field];
    const [wanted] = /x86_64|arm64/.exec(compute.ami) ?? [];
    const own = isArm(instanceType) ? "arm64" : "x86_64";
    return [
      ...(min <= max ? [] : [{ path: path("min"), fix: `write at most the largest number, ${max}` }]),
      ...(desired >= min && desired <= max ? [] : [{ path: path("desired"), fix: `write a number from ${min} to ${max}` }]),
      ...(desired > 0 ? [] : [{ path: path("desired"), fix: "write at least 1: a colour that runs has an instance" }]),
      ...(wanted === undefined || wanted === own
        ? []
        : [{ path: path("instanceType"), fix: `choose a type of ${wanted}, or an AMI of ${own}: the AMI is of ${wanted}` }]),
    ];
  });
};

/** The pipelines of systems C to E build images. */
export const fleetsReleased: Rule = ({ delivery, services: [{ compute }] }) =>
  compute?.kind === "ec2" && delivery
    ? {
        path: ["delivery"],
        fix: "leave it out: a pipeline for fleets of EC2 comes later; their releases are moved by sluice release or phases",
      }
    : undefined;

/** Each region would need a database of its own, and a way to keep them alike. */
export const fleetsInOneRegion: Rule = ({ environments, services: [{ compute }] }) =>
  compute?.kind === "ec2"
    ? environments
        .filter(({ regions }) => regions.length > 1)
        .map(({ name }) => ({ path: ["environments", name, "regions"], fix: "keep one region: fleets in several come later" }))
    : undefined;

/** Fleets stand on a network and load balancers that are made with them. */
export const fleetsInOwnNetwork: Rule = ({ environments, services: [{ compute }] }) =>
  compute?.kind === "ec2"
    ? environments.flatMap(({ name, existing }) =>
        Object.entries(existing)
          .filter(([, given]) => given !== undefined)
          .map(([what]) => ({ path: ["environments", name, "existing", what], fix: "leave it out: fleets on what exists come later" })),
      )
    : undefined;
