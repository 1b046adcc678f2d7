import type { Config } from "./config.ts";
import type { Environment } from "./schema/environment.ts";

/** The networks that an environment is linked with. */
export interface Linked {
  /** Blocks of addresses whose database is asked from here until the migration is over. */
  readonly asks: readonly string[];
  /** Environments that ask the database of this one until they have moved away from it. */
  readonly askedBy: readonly Environment[];
}

/** Whose networks must reach one another, as the migrations say. */
export function linkedWith({ environments }: Pick<Config, "environments">, { name, migration }: Environment): Linked {
  return {
    asks: migration?.source ? [migration.source.cidr] : [],
    askedBy: environments.filter((one) => one.migration?.source?.environment === name),
  };
}
