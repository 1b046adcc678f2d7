import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import type { Reach } from "../blocks/names.ts";

/** How callers find a region: by CloudFront, or by a record that leads to its load balancer, alone or with the other region's. */
export function reachOf(
  { edge, services: [{ health }, ...others] }: Config,
  { regions }: Environment,
  region: Region,
  zoneId?: Value<string>,
): Reach {
  const common = { zoneId, below: others.some(({ paths }) => !paths) };
  if (edge) return { ...common, record: "elsewhere" };
  if (regions.length === 1) return { ...common, record: "only" };
  return { ...common, record: { role: region === regions[0] ? "PRIMARY" : "SECONDARY", health } };
}
