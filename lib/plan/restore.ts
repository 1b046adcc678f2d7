import { nameOf } from "../aws/names.ts";
import type { Region } from "../aws/regions.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/schema/environment.ts";
import { type DatabaseConfig, databaseName } from "./blocks/database-logs.ts";
import { snapshotTakerAt } from "./blocks/snapshot-taker.ts";
import { siteOf } from "./settings.ts";
import type { Plan } from "./template.ts";

/** Where a database is, in an account that somebody may ask for it. */
export interface DatabasePlace {
  readonly environment: string;
  readonly account: string;
  readonly region: Region;
  /** Its identifier. */
  readonly database: string;
  /** Alias of the key that databases lie under there. */
  readonly key: string;
}

/** A database that begins with a snapshot, and where that comes from (B08). */
export interface Restore extends DatabasePlace {
  /** The resource that is restored. */
  readonly stack: string;
  readonly resource: string;
  /** Identifier of the snapshot here, as RDS writes it. */
  readonly snapshot: string;
  /** What the plan makes of the database. */
  readonly wants: Pick<DatabaseConfig, "engine" | "version" | "storage" | "user">;
  /** Where the deploy brings it from; without it, it is here. */
  readonly source?: Source;
}

/** The database that a snapshot is taken of. */
export interface Source extends DatabasePlace {
  /** What the service calls it. */
  readonly host: string;
  /** Identifier of the snapshot there. */
  readonly snapshot: string;
  /** Whoever may take it, in another account than the one that it comes to. */
  readonly roleArn?: string;
}

/** The database of a plan that is restored from a snapshot, if one is. Asks AWS nothing. */
export function restoreOf(config: Config, { environment: name, stacks }: Plan): Restore | undefined {
  const environment = config.environments.find((one) => one.name === name);
  const snapshot = environment?.migration?.snapshot;
  const { database } = config;
  const made = stacks.flatMap((stack) =>
    stack.resources.filter(({ properties }) => "DBSnapshotIdentifier" in properties).map(({ id }) => ({ stack: stack.name, resource: id })),
  )[0];
  if (!environment || !snapshot || !database || !made) return undefined;
  const place = placeOf(config, environment);
  const id = snapshot.identifier.replace(/^arn:.*:snapshot:/, "").toLowerCase();
  const source = snapshot.bring ? sourceOf(config, environment, id) : undefined;
  return { ...place, ...made, snapshot: id, wants: database, ...(source && { source }) };
}

function sourceOf(config: Config, { account, migration }: Environment, snapshot: string): Source {
  const from = config.environments.find(({ name }) => name === migration?.source?.environment);
  if (!from || !migration?.source) throw new Error("a snapshot is brought from an environment; the rules let this pass");
  const place = placeOf(config, from);
  const { host } = migration.source;
  // In one account two snapshots cannot have one name.
  if (from.account === account) return { ...place, host, snapshot: `${snapshot}-source` };
  return { ...place, host, snapshot, roleArn: snapshotTakerAt(siteOf(config, from, place.region)).arn };
}

function placeOf(config: Config, environment: Environment): DatabasePlace {
  const [region] = environment.regions;
  if (region === undefined) throw new Error(`${environment.name} has no region; the schema let this pass`);
  const site = siteOf(config, environment, region);
  const key = nameOf("key-alias", site, "data");
  return { environment: environment.name, account: environment.account, region, database: databaseName(site), key };
}
