import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { ECRClient } from "@aws-sdk/client-ecr";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import type { Slot } from "../../base/outcome.ts";
import type { Clock, Instant } from "../../base/time.ts";
import type { Artifact } from "../../ports/artifact.ts";
import type { Entry } from "../../ports/entry.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Replica } from "../../ports/replica.ts";
import type { World } from "../../ports/world.ts";
import { refuseOtherAccount } from "./account.ts";
import { type Clients, openClients } from "./clients.ts";
import { chosenEntry } from "./entry.ts";
import { imageOf } from "./images.ts";
import { inTime } from "./in-time.ts";
import { tableLedger } from "./ledger.ts";
import { type CopiedBucket, copies, newestBackup } from "./recovery-looks.ts";
import type { RecoveryPlaces, Side } from "./recovery-place.ts";
import { readReplica } from "./replica.ts";
import { awsWorld } from "./world.ts";

/** One region, opened from a command line. Nothing is asked of it before a verb is called, so it may be lost. */
export interface OpenedSide {
  readonly region: string;
  /** As of releases, which in the primary region stand in their own ledger. */
  world(candidate: Slot): World;
  readonly replica: Replica;
  /** What the replica of the other region follows. */
  readonly databaseArn: string;
  /** An image in the registry of this region, by tag or digest. */
  image(version: string): Promise<Artifact>;
}

/** Both regions of an environment and what is between them. */
export interface OpenedRecovery {
  readonly primary: OpenedSide;
  readonly recovery: OpenedSide;
  readonly entry: Entry;
  readonly ledger: Ledger;
  /** Whether a bucket's objects are copied, and what was seen. */
  copies(bucket: CopiedBucket): Promise<{ readonly ok: boolean; readonly saw: string }>;
  /** From when the newest backup of the primary database is that the recovery region keeps. */
  newestBackup(): Promise<Instant | undefined>;
  refuseOtherAccount(): Promise<void>;
  close(): void;
}

interface Host {
  readonly clock: Clock;
  readonly isGone: Ledger["isGone"];
}

/** What one region is asked by. */
interface SideClients {
  readonly region: Clients;
  readonly rds: RDSClient;
  readonly ecr: ECRClient;
  readonly s3: S3Client;
}

/** What both regions and what is between them are asked by. */
export interface RecoveryClients {
  readonly primary: SideClients;
  readonly recovery: SideClients;
  readonly store: CloudFrontKeyValueStoreClient;
  readonly sts: STSClient;
}

/** With the credentials and endpoints that AWS's SDK finds in its environment. */
export function recoveryClients({ primary, recovery: { region } }: RecoveryPlaces): RecoveryClients {
  return {
    primary: sideClients(primary.region),
    recovery: sideClients(region),
    store: new CloudFrontKeyValueStoreClient(inTime(region)),
    sts: new STSClient(inTime(region)),
  };
}

const sideClients = (region: string): SideClients => ({
  region: openClients(region),
  rds: new RDSClient(inTime(region)),
  ecr: new ECRClient(inTime(region)),
  s3: new S3Client(inTime(region)),
});

/** Both regions, asked by these clients, which are let go of when it is closed. */
export function openRecovery(places: RecoveryPlaces, host: Host, clients = recoveryClients(places)): OpenedRecovery {
  const { environment, account, table, choiceArn, url } = places;
  const { region } = places.recovery;
  const primary = openSide(places.primary, places.backups, host, clients.primary);
  const recovery = openSide(places.recovery, places.backups, host, clients.recovery);
  const { store, sts } = clients;
  return {
    primary,
    recovery,
    entry: chosenEntry({ client: store, storeArn: choiceArn, primary: places.primary.region, recovery: region, url }),
    ledger: tableLedger({ client: clients.recovery.region.dynamodb, table, environment, isGone: host.isGone }),
    copies: (bucket) => copies(bucket, clients.primary.s3),
    newestBackup: () => newestBackup(clients.recovery.rds, places.primary.databaseId),
    refuseOtherAccount: () => refuseOtherAccount(sts, account, environment),
    close: () => {
      for (const { region: all, ...others } of [clients.primary, clients.recovery])
        for (const client of [...Object.values(all), ...Object.values(others)]) client.destroy();
      store.destroy();
      sts.destroy();
    },
  };
}

/** A recovery asks the load balancers and the name, and runs no command of users. */
const runsNothing = async (command: string): Promise<never> => {
  throw new Error(`a recovery runs no command, and was to run ${command}`);
};

function openSide(
  { region, place, databaseId: id, databaseArn, proxy, readers }: Side,
  backups: number,
  host: Host,
  clients: SideClients,
): OpenedSide {
  const { rds, ecr, region: all } = clients;
  return {
    region,
    databaseArn,
    world: (candidate) => awsWorld({ clients: all, place, ...host, run: runsNothing }, candidate),
    replica: readReplica({
      rds,
      cloudwatch: all.cloudwatch,
      clock: host.clock,
      id,
      readers,
      backups,
      ...(proxy !== undefined && { proxy }),
    }),
    image: (version) => imageOf(ecr, place.runs.registry, version),
  };
}
