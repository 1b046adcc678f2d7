import { partitionOf, type Region } from "../../aws/regions.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

/**
 * An account is of one partition, and neither roles nor keys nor copies of objects reach another (AWS Fault Isolation Boundaries,
 * "Partitions").
 */
export const ofOnePartition: Rule = (config) =>
  config.environments.map((environment) => [
    () => regionsTogether(environment),
    () => homeNextDoor(config, environment),
    () => sourceNextDoor(config, environment),
    () => copiesNextDoor(config, environment),
    () => fleetsOfAws(config, environment),
  ]);

const pathOf = ({ name }: Environment, ...rest: Problem["path"]): Problem["path"] => ["environments", name, ...rest];

const apart = (one: Region | undefined, other: Region | undefined): boolean =>
  one !== undefined && other !== undefined && partitionOf(one) !== partitionOf(other);

function regionsTogether(environment: Environment): Findings {
  const [first, ...others] = environment.regions;
  return others.map((other, at) =>
    apart(first, other)
      ? {
          path: pathOf(environment, "regions", at + 1),
          fix: `make it an environment of its own: no account is in ${first} and in ${other}`,
        }
      : undefined,
  );
}

function homeNextDoor({ delivery, environments }: Config, environment: Environment): Findings {
  const home = environments.find(({ name }) => name === delivery?.home);
  if (!home || !delivery?.stages.includes(environment.name)) return undefined;
  const [here, there] = [environment.regions[0], home.regions[0]];
  return apart(here, there)
    ? {
        path: pathOf(environment, "regions"),
        fix: `give it a pipeline of its own: that of "${home.name}" is in ${there}, and no role there reaches ${here}`,
      }
    : undefined;
}

function sourceNextDoor({ environments }: Config, environment: Environment): Findings {
  const given = environment.migration?.source?.environment;
  const [here, there] = [environment.regions[0], environments.find(({ name }) => name === given)?.regions[0]];
  return apart(here, there)
    ? {
        path: pathOf(environment, "migration", "source", "environment"),
        fix: `leave it out: no key in ${there} can let an account of ${here} in`,
      }
    : undefined;
}

function copiesNextDoor({ storage: { replica } }: Config, { regions: [region] }: Environment): Findings {
  return apart(region, replica)
    ? { path: ["storage", "replica"], fix: `write a region beside ${region}: S3 copies nothing from there to ${replica}` }
    : undefined;
}

/** The health of names is watched in us-east-1, which other partitions do not have. */
function fleetsOfAws({ services: [{ compute }] }: Config, environment: Environment): Findings {
  const [region] = environment.regions;
  return compute?.kind === "ec2" && apart(region, "us-east-1")
    ? {
        path: pathOf(environment, "regions"),
        fix: `choose regions other than ${region}, or take compute: { kind: "ecs" }: fleets outside AWS's own partition come later`,
      }
    : undefined;
}
