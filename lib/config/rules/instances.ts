import { slots } from "../../base/outcome.ts";
import { existingParts } from "../schema/existing.ts";
import type { Rule } from "./rule.ts";

/** Amazon EC2 instance types naming conventions: a "g" after the generation is an AWS Graviton processor. */
const isArm = (instanceType: string): boolean => /^([a-z]+\d+g|a1\.)/.test(instanceType);

/** Fleets that EC2 Auto Scaling takes, of instances that can start from the AMI (API reference, CreateAutoScalingGroup). */
export const fleetsFit: Rule = ({ services: [service] }) => {
  const { name, compute } = service;
  if (compute?.kind !== "ec2") return undefined;
  return slots.flatMap((slot) => {
    const fleet = compute[slot];
    const path = (field: string): readonly string[] => ["services", name, "compute", slot, field];
    return [
      () => (fleet.min <= fleet.max ? undefined : { path: path("min"), fix: `write at most the largest number, ${fleet.max}` }),
      () => {
        const { min, max, desired } = fleet;
        return desired >= min && desired <= max ? undefined : { path: path("desired"), fix: `write a number from ${min} to ${max}` };
      },
      () => (fleet.desired > 0 ? undefined : { path: path("desired"), fix: "write at least 1: a colour that runs has an instance" }),
      () => {
        const [wanted] = /x86_64|arm64/.exec(compute.ami) ?? [];
        const own = isArm(fleet.instanceType) ? "arm64" : "x86_64";
        return wanted === undefined || wanted === own
          ? undefined
          : { path: path("instanceType"), fix: `choose a type of ${wanted}, or an AMI of ${own}: the AMI is of ${wanted}` };
      },
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
    ? environments.map((environment) => () => {
        const path = ["environments", environment.name, "regions"];
        return environment.regions.length > 1 ? { path, fix: "keep one region: fleets in several come later" } : undefined;
      })
    : undefined;

/** Fleets stand on a network and load balancers that are made with them. */
export const fleetsInOwnNetwork: Rule = ({ environments, services: [{ compute }] }) =>
  compute?.kind === "ec2"
    ? environments.flatMap((environment) =>
        existingParts.map((part) => () => {
          const path = ["environments", environment.name, "existing", part];
          return environment.existing[part] === undefined ? undefined : { path, fix: "leave it out: fleets on what exists come later" };
        }),
      )
    : undefined;
