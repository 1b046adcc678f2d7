import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import { servingRegions } from "../serving.ts";
import type { Findings, Rule } from "./rule.ts";

// What a function of Sluice can carry out (rollout.host "lambda"): a release by one listener's rule, in one region.

const path: Problem["path"] = ["rollout", "host"];
const here = 'write "command-line"';

const isHosted = ({ environments, rollout }: Config): boolean => environments.length > 0 && rollout.host === "lambda";

/** Its world is the one that `sluice release` has, and it has no shell and no files of the team. */
export const hostFits: Rule = (config) => {
  if (!isHosted(config)) return undefined;
  const { rollout, services, environments } = config;
  return [
    () =>
      rollout.weightHolder === "release"
        ? undefined
        : { path, fix: `${here}, or weightHolder "release": the function moves weights, which ${rollout.weightHolder} holds here` },
    () =>
      rollout.router === "listener" ? undefined : { path, fix: `${here}, or router "listener": the function moves the weights of a rule` },
    () =>
      services[0].compute?.kind === "ec2"
        ? { path, fix: `${here}, or compute: { kind: "ecs" }: the function starts services of ECS` }
        : undefined,
    () => (services.length === 1 ? undefined : { path, fix: `${here}, or keep one service: the function may change the first one only` }),
    ...rollout.gates.map((gate, at) => () => {
      const fix = `leave it out, or write rollout.host "command-line": a function has no shell and none of your files`;
      return gate.kind === "command" ? { path: ["rollout", "gates", at], fix } : undefined;
    }),
    ...environments.map((environment) => () => environmentFits(config, environment)),
  ];
};

function environmentFits(config: Config, environment: Environment): Findings {
  const { name, domain } = environment;
  if (name === config.delivery?.home) return undefined;
  return [
    () =>
      servingRegions(config, environment).length > 1
        ? {
            path: ["environments", name, "regions"],
            fix: 'keep one, or write rollout.host "command-line": the test listeners of the others let in nobody from the network of the function',
          }
        : undefined,
    () =>
      domain === undefined
        ? {
            path: ["environments", name, "domain"],
            fix: "give the name that the certificate is for: a release asks the test listener by it",
          }
        : undefined,
  ];
}

/** It asks services of AWS of which most have no endpoint among those of `network.endpoints`. */
export const hostReachesAws: Rule = (config) => {
  if (!isHosted(config)) return undefined;
  const { network, environments, delivery } = config;
  const fix = 'take NAT, or write rollout.host "command-line": the function asks ECS, Elastic Load Balancing and Application Auto Scaling';
  return () =>
    network.nat === "none" && environments.some(({ name, existing }) => name !== delivery?.home && !existing.vpc && !existing.service)
      ? { path: ["network", "nat"], fix }
      : undefined;
};
