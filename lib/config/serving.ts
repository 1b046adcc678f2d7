import type { Region } from "../aws/regions.ts";
import type { Duration } from "../base/time.ts";
import type { Config } from "./config.ts";
import type { Environment } from "./schema/environment.ts";

/** Where copies run for callers: in all regions, but with a database in the first alone, as the others rest until a failover. */
export const servingRegions = ({ database }: Pick<Config, "database">, { regions }: Environment): readonly Region[] =>
  database ? regions.slice(0, 1) : regions;

/** The regions in which a release goes on, one after the other, each with the time that its gates must hold at each weight. */
export function wavesOf(
  config: Pick<Config, "database" | "rollout">,
  environment: Environment,
): readonly { region: Region; bake: Duration }[] {
  const given = environment.waves ?? servingRegions(config, environment).map((region) => ({ region, bake: undefined }));
  return given.map(({ region, bake }) => ({ region, bake: bake ?? config.rollout.bake }));
}
