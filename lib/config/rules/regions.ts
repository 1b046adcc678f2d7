import { cloudFrontPrefixList, edgeRegions } from "../../aws/edge-addresses.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import { existingParts } from "../schema/existing.ts";
import { inAws } from "./holders.ts";
import type { Findings, Rule } from "./rule.ts";

/** What exists is in one region, and so is a database; a certificate is made in each, in the zone of the domain. */
export const severalRegionsAlike: Rule = (config) =>
  config.environments.map((environment) => () => {
    if (environment.name === config.delivery?.home || environment.regions.length === 1) return undefined;
    return [
      certificatesMade(environment),
      nothingTaken(environment),
      () => dataOfOneHolder(config),
      () => failoverOfTwo(config, environment),
    ];
  });

const pathOf = ({ name }: Environment, ...rest: Problem["path"]): Problem["path"] => ["environments", name, ...rest];

const certificatesMade = (environment: Environment): Findings => [
  () =>
    environment.certificate === undefined
      ? undefined
      : {
          path: pathOf(environment, "certificate"),
          fix: "leave it out: each region needs its own, which is made in the zone of the domain",
        },
  () =>
    environment.zone === undefined
      ? { path: pathOf(environment, "zone"), fix: "give the zone of the domain: each region's certificate is validated in it" }
      : undefined,
];

const nothingTaken = (environment: Environment): Findings =>
  existingParts.map(
    (part) => () =>
      environment.existing[part] === undefined
        ? undefined
        : {
            path: pathOf(environment, "existing", part),
            fix: "leave it out: what exists is in one region, and this environment has several",
          },
  );

function dataOfOneHolder({ database, rollout: { weightHolder } }: Config): Findings {
  return database && inAws[weightHolder]
    ? {
        path: ["rollout", "weightHolder"],
        fix: `write "release": the database is in the first region, and ${inAws[weightHolder]} starts copies in all`,
      }
    : undefined;
}

function failoverOfTwo({ edge }: Config, environment: Environment): Findings {
  return environment.regions.length > 2 && !edge
    ? {
        path: pathOf(environment, "regions"),
        fix: "keep two regions, or take CloudFront (edge: {}): DNS fails over from one region to one other",
      }
    : undefined;
}

/** CloudFront needs a name, a zone for its certificate, and a load balancer that only it reaches. */
export const edgeFits: Rule = ({ environments, edge, delivery }) =>
  edge && environments.map((environment) => () => (environment.name === delivery?.home ? undefined : behindCloudFront(environment)));

const behindCloudFront = (environment: Environment): Findings => [
  ...(["domain", "zone"] as const).map(
    (field) => () =>
      environment[field] === undefined
        ? { path: pathOf(environment, field), fix: "give domain and zone: CloudFront's certificate is made in them" }
        : undefined,
  ),
  ...(["balancer", "vpc"] as const).map(
    (part) => () =>
      environment.existing[part] === undefined
        ? undefined
        : {
            path: pathOf(environment, "existing", part),
            fix: "leave it out: the load balancer is made so that only CloudFront reaches it",
          },
  ),
  () => {
    const strange = environment.regions.findIndex((region) => cloudFrontPrefixList(region) === undefined);
    return strange < 0
      ? undefined
      : { path: pathOf(environment, "regions", strange), fix: `with edge, write one of: ${edgeRegions.join(", ")}` };
  },
];

/** Fleets of EC2 have neither yet, and what is asked for is never left out in silence. */
export const asksForContainers: Rule = (config) =>
  config.services[0].compute?.kind === "ec2"
    ? [
        () =>
          config.edge && {
            path: ["edge"],
            fix: 'leave it out, or take compute: { kind: "ecs" }: CloudFront before fleets of EC2 comes later',
          },
        () =>
          config.audit && {
            path: ["audit"],
            fix: 'leave it out, or take compute: { kind: "ecs" }: a trail beside fleets of EC2 comes later',
          },
        () =>
          config.services[0].encrypts
            ? {
                path: ["services", config.services[0].name, "encrypts"],
                fix: 'leave it out, or take compute: { kind: "ecs" }: a key of fleets of EC2 comes later',
              }
            : undefined,
      ]
    : undefined;
