import type { Region } from "../../aws/regions.ts";
import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import { type Place, placeOf, stackOf, type Tasks, value } from "./place.ts";
import type { CopiedBucket } from "./recovery-looks.ts";

/** One of the two regions of an environment that can move. */
export interface Side {
  readonly region: Region;
  readonly place: Place & { readonly runs: Tasks };
  readonly databaseId: string;
  readonly databaseArn: string;
  readonly proxy?: string;
  /** Identifiers of the copies that answer reads. */
  readonly readers: readonly string[];
}

/** Both regions of an environment, and what moves it from one to the other. */
export interface RecoveryPlaces {
  readonly environment: string;
  readonly account: string;
  readonly primary: Side;
  readonly recovery: Side;
  /** The table of the ledger of recoveries, in the recovery region. */
  readonly table: string;
  readonly choiceArn: string;
  /** What a caller asks. */
  readonly url: string;
  /** What the primary region has in buckets that callers read. */
  readonly buckets: readonly CopiedBucket[];
  /** Secrets whose passwords a function of the primary region gives to the database there, by their ARNs. */
  readonly rotated: readonly string[];
  /** Days of backups that a promoted database gets. */
  readonly backups: number;
}

/**
 * Reads off the map what a failover, failback or drill needs. Throws `world/unsupported` for an environment that has nothing to move to, or whose
 * callers are led by something else.
 */
export function recoveryPlacesOf(map: EnvironmentMap, config: Config): RecoveryPlaces {
  const environment = config.environments.find(({ name }) => name === map.environment);
  const [primary, recovery] = environment?.regions ?? [];
  const { domain } = environment ?? {};
  const problem = missing(config);
  if (problem !== undefined || primary === undefined || recovery === undefined || domain === undefined) {
    throw new UserError(
      "world/unsupported",
      `"${map.environment}" cannot move to another region: ${problem ?? "it has one region, or no domain"}`,
      'it takes two regions, a domain, edge, one service on ECS with rollout.weightHolder "release", and database.recovery "replica"',
    );
  }
  const side = (region: Region, part: string): Side => {
    const stack = stackOf(map, part, region);
    return {
      region,
      place: onEcs(placeOf(map, config, domain, { region })),
      databaseId: value(stack, "DatabaseId"),
      databaseArn: value(stack, "DatabaseArn"),
      readers: Object.entries(stack.outputs).flatMap(([name, host]) => (/^Reader\d+Endpoint$/.test(name) ? instanceOf(host) : [])),
      ...(stack.outputs.ProxyEndpoint !== undefined && { proxy: proxyOf(stack.outputs.ProxyEndpoint) }),
    };
  };
  const recoverySide = side(recovery, "standby");
  const [service] = config.services;
  return {
    environment: map.environment,
    account: stackOf(map, "recoveries", recovery).account,
    primary: side(primary, "data"),
    recovery: {
      ...recoverySide,
      place: { ...recoverySide.place, runs: { ...recoverySide.place.runs, database: brought(map, primary, recovery) } },
    },
    table: value(stackOf(map, "recoveries", recovery), "RecoveryTable"),
    choiceArn: value(stackOf(map, "edge"), "RegionChoiceArn"),
    url: `https://${domain}${service.health}`,
    buckets: [
      {
        name: value(stackOf(map, "files", primary), "FilesBucketName"),
        copyArn: value(stackOf(map, "files", recovery), "FilesBucketArn"),
      },
    ],
    rotated: config.database?.rotation ? rotatedIn(stackOf(map, "data", primary)) : [],
    backups: config.database?.backups ?? 0,
  };
}

function missing({ services, database, edge, rollout }: Config): string | undefined {
  if (database?.recovery !== "replica") return "it has no replica of its database there";
  if (!edge) return "its callers are led by DNS, whose health checks decide";
  if (rollout.weightHolder !== "release") return `its copies are moved by ${rollout.weightHolder}`;
  if (services.length > 1) return `it has ${services.length} services, and one is moved`;
  return services[0].compute?.kind === "ecs" ? undefined : "its service is not on ECS";
}

/** The host name of a proxy begins with its name (Amazon RDS User Guide, "Connecting to a database through RDS Proxy"). */
const proxyOf = (endpoint: string): string => endpoint.split(".proxy-")[0] ?? endpoint;

/** That of an instance begins with its identifier (the same guide, "Finding the connection information for an Amazon RDS DB instance"). */
const instanceOf = (host: string): string => host.split(".")[0] ?? host;

const rotatedIn = (data: ReturnType<typeof stackOf>): readonly string[] =>
  ["MasterSecretArn", "AppSecretArn"].map((output) => value(data, output));

function onEcs({ runs, ...place }: Place): Side["place"] {
  if (runs.on === "ecs") return { ...place, runs };
  throw new Error("a place of instances; the caller refuses these");
}

/** The replica's address, and the copy of the secret: its ARN is that of the original but for the region (AWS Secrets Manager User Guide, "Replicate AWS Secrets Manager secrets across Regions"). */
function brought(map: EnvironmentMap, primary: Region, recovery: Region) {
  const secretArn = value(stackOf(map, "data", primary), "DatabaseSecretArn").replace(`:${primary}:`, `:${recovery}:`);
  return { address: value(stackOf(map, "standby", recovery), "DatabaseAddress"), secretArn };
}
