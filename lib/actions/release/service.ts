import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import { takesPath } from "../../config/routes.ts";
import type { Service } from "../../config/schema/service.ts";

/** The service that is released: the one that was named, or the only one. Throws where there are several and none is named. */
export function serviceOf({ services }: Pick<Config, "services">, name: string | undefined): Service {
  const [first, ...others] = services;
  const known = services.map((service) => service.name);
  if (name === undefined && others.length === 0) return first;
  const found = services.find((service) => service.name === name);
  if (found) return found;
  if (name !== undefined) throw new UserError("usage/unknown", `there is no service "${name}"`, `write one of: ${known.join(", ")}`);
  throw new UserError(
    "usage/invalid",
    `there are ${services.length} services, and a release moves one`,
    `say which: ${known.map((one) => `--service ${one}`).join(" or ")}`,
  );
}

/** Throws where nobody could test a service before it gets traffic: a rule of the test listener leads to it by its paths alone. */
export function refuseUntestable(service: Service): void {
  if (takesPath(service, service.health)) return;
  throw new UserError(
    "world/unsupported",
    `"${service.name}" takes ${service.paths?.join(", ")}, and its health path ${service.health} leads to another service`,
    `let it answer on a path of its own, write that as services.${service.name}.health, and deploy`,
  );
}
