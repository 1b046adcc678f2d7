import type { Config } from "../../config/config.ts";
import type { Tasks } from "../../config/schema/compute.ts";
import type { Common } from "../blocks/builds.ts";

/** What a pipeline delivers, and how. */
export interface DeliveredService {
  readonly service: Config["services"][0];
  readonly compute: Tasks;
  readonly delivery: NonNullable<Config["delivery"]>;
}

/** The service that a pipeline delivers: one that runs on ECS. */
export function deliveredService({ services: [service], delivery }: Config): DeliveredService {
  const { compute } = service;
  if (!delivery) throw new Error("nothing is delivered; the rules let this pass");
  if (compute?.kind !== "ecs") throw new Error(`a pipeline delivers ${service.name}, which runs on no ECS; the rules let this pass`);
  return { service, compute, delivery };
}

/** What all builds of a pipeline have, wherever they run. */
export function forBuilds(config: Config, { store, logsKey }: Pick<Common, "store" | "logsKey">): Common {
  const { compute, delivery } = deliveredService(config);
  return { architecture: compute.architecture, store, logsKey, logDays: config.monitoring.logRetention, delivery };
}
