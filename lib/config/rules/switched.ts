import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import type { Environment } from "../schema/environment.ts";
import type { Findings, Rule } from "./rule.ts";

// What a configuration asks for although another option leaves out what it is part of. Nothing that is asked for is left out in silence.

/** The home of a pipeline has the images and the pipeline, and nothing that callers reach. */
export const homeHoldsNoService: Rule = ({ environments, delivery }) =>
  delivery &&
  environments.map((environment) => () => {
    if (environment.name !== delivery.home) return undefined;
    const fix = `leave it out: "${environment.name}" is delivery.home, which holds no service`;
    const path = (...rest: readonly string[]): Problem["path"] => ["environments", environment.name, ...rest];
    return [
      ...(["domain", "zone", "certificate", "migration"] as const).map(
        (field) => () => (environment[field] === undefined ? undefined : { path: path(field), fix }),
      ),
      ...(["vpc", "cluster", "balancer", "service", "codeDeploy"] as const).map(
        (part) => () => (environment.existing[part] === undefined ? undefined : { path: path("existing", part), fix }),
      ),
    ];
  });

/** Only fleets take their releases from a bucket; containers from a registry. */
export const storageOfFleets: Rule = ({ environments, storage, services: [service] }) =>
  (["replica", "keep"] as const).map((field) => () => {
    const fix = 'leave it out, or take compute: { kind: "ec2" }: releases of containers are images, and lie in a registry';
    return environments.length > 0 && storage[field] !== undefined && service.compute?.kind === "ecs"
      ? { path: ["storage", field], fix }
      : undefined;
  });

/** An image that was not built for the processor of the copies does not start there. */
export const builtForItsCopies: Rule = ({ delivery, services: [service] }) => {
  if (!delivery) return undefined;
  return () => {
    const { platforms } = delivery;
    if (!platforms || service.compute?.kind !== "ecs") return undefined;
    const { architecture } = service.compute;
    const own = architecture === "arm64" ? "linux/arm64" : "linux/amd64";
    return platforms.includes(own)
      ? undefined
      : { path: ["delivery", "platforms"], fix: `add "${own}", or change compute.architecture, which is "${architecture}"` };
  };
};

/** What exists keeps the addresses that it has. */
export const ipv6InOwnNetworks: Rule = ({ network, environments, delivery }) =>
  network.ipv6
    ? () => {
        const reached = environments.filter(({ name }) => name !== delivery?.home);
        const fix =
          "leave it out, or leave existing.vpc out: all environments use networks that exist, which keep the addresses that they have";
        return reached.length > 0 && reached.every(({ existing }) => existing.vpc ?? existing.service)
          ? { path: ["network", "ipv6"], fix }
          : undefined;
      }
    : undefined;

/** What tasks and instances call before they are well, whatever the app does: without NAT an endpoint must lead there. */
export const reachedWithoutNat: Rule = (config) => {
  const { network, environments } = config;
  if (network.nat !== "none") return undefined;
  return environments.map((environment) => () => {
    if (environment.name === config.delivery?.home || environment.existing.vpc || environment.existing.service) return undefined;
    return withoutNat(config, environment);
  });
};

/**
 * Amazon ECS Developer Guide, "Migrating to Linux platform version 1.4.0": endpoints for images and for secrets; "Send Amazon ECS logs to
 * CloudWatch". An instance asks Systems Manager for the release and where the database is.
 */
function withoutNat({ network: { endpoints }, database, services }: Config, { name }: Environment): Findings {
  const [{ compute }] = services;
  const needed: readonly Config["network"]["endpoints"][number][] = [
    ...(compute?.kind === "ec2" ? (["ssm", "logs"] as const) : (["ecr.api", "ecr.dkr", "logs"] as const)),
    ...(database ? (["secretsmanager"] as const) : []),
  ];
  const missing = needed.filter((one) => !endpoints.includes(one)).map((one) => `"${one}"`);
  return missing.length === 0
    ? undefined
    : {
        path: ["network", "endpoints"],
        fix: `add ${missing.join(", ")}, or take NAT: with network.nat "none" nothing else leads there, and no copy in "${name}" would start`,
      };
}
