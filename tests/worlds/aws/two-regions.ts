import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudFrontKeyValueStoreClient } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateDBProxyCommand,
  type DBSnapshot,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { type Clock, duration } from "../../../lib/base/time.ts";
import { openClients } from "../../../lib/worlds/aws/clients.ts";
import { serviceFleet } from "../../../lib/worlds/aws/fleet.ts";
import type { RecoveryClients } from "../../../lib/worlds/aws/recovery-opened.ts";
import { recoveryPlacesOf } from "../../../lib/worlds/aws/recovery-place.ts";
import { handClock } from "../../../lib/worlds/simulated/clock.ts";
import { choices } from "./choices.ts";
import { credentials } from "./credentials.ts";
import { networkOf } from "./ec2.ts";
import { cluster } from "./ecs.ts";
import type { Emulator } from "./emulator.ts";
import { config } from "./environment.ts";
import { faked, helped, on } from "./fake.ts";
import {
  account,
  both,
  bucketsIn,
  databaseIn,
  here,
  imageIn,
  mapOf,
  type RegionName,
  registryIn,
  replicaIn,
  there,
} from "./moto-regions.ts";
import { pageOf } from "./paged.ts";
import { promotions } from "./promotion.ts";
import { answerHealth, systems } from "./systems.ts";
import { tableOfItems } from "./table.ts";

/**
 * A clock for what asks servers: whoever waits for less than half a minute moves it on, and whoever waits for longer is woken on the way. The hand
 * clock alone would move on while an answer is under way.
 */
export function steppedClock() {
  const hand = handClock();
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  hand.onTick((now) => {
    for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.wake();
  });
  const clock: Clock = {
    now: hand.now,
    wait: async (span, signal) => {
      if (signal?.aborted) return;
      if (span < 30_000) return hand.advance(span);
      await new Promise<void>((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { until: hand.now() + span, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake, { once: true });
      });
    },
  };
  return { clock, onTick: hand.onTick, advance: hand.advance };
}

/**
 * System A's production in two regions: databases, images, buckets and ledgers in moto; copies, CloudFront's key, a promotion's end and how far a replica is
 * behind answered here. `crashes`: copies in the second region end at once.
 */
export async function twoRegions(moto: Emulator, { crashes = false } = {}) {
  await moto.reset();
  const { clock, onTick, advance } = steppedClock();
  const at = { credentials, endpoint: moto.url };
  const rdsIn = (region: string) => new RDSClient({ region, ...at });
  const sourceArn = await databaseIn(rdsIn(here));
  const standbyArn = await replicaIn(rdsIn(there), "standby", sourceArn);
  await replicaIn(rdsIn(here), "reader", "source");
  const proxy = "front";
  await rdsIn(here).send(
    new CreateDBProxyCommand({
      DBProxyName: proxy,
      EngineFamily: "POSTGRESQL",
      RoleArn: `arn:aws:iam::${account}:role/proxy`,
      VpcSubnetIds: (await networkOf(moto.url, here)).subnets,
      Auth: [],
    }),
  );
  const service = config.services[0];
  const digest = await Promise.all(both.map((region) => imageIn(new ECRClient({ region, ...at })))).then(([one]) => one ?? "");
  await bucketsIn((region) => new S3Client({ region, ...at, forcePathStyle: true }));

  const copiesIn = async (region: RegionName) => {
    const { clients, groups, outputs } = await systems["containers by a listener's rule"].split({ moto, ministack: undefined }, region);
    const names = { blue: `${region}-blue`, green: `${region}-green` };
    const container = { name: service.name, image: `${registryIn(region)}:seed` };
    const tasks = cluster(Object.values(names), service.name, container, (image) => crashes && region === there && image.endsWith(digest));
    answerHealth(clients.elb, groups, names, tasks.health);
    return { ...tasks, elb: clients.elb, outputs: { ...outputs, BlueServiceName: names.blue, GreenServiceName: names.green } };
  };
  const running = { [here]: await copiesIn(here), [there]: await copiesIn(there) };
  const databases = { [here]: { id: "source", arn: sourceArn }, [there]: { id: "standby", arn: standbyArn } };
  const map = mapOf((part, region) => {
    const region_: RegionName = region === there ? there : here;
    const { outputs: own, definitionArn } = running[region_];
    const { id, arn } = databases[region_];
    const outputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      base: { RegistryUri: registryIn(region_) },
      [service.name]: { ...own, TaskDefinitionArn: definitionArn },
      data: {
        DatabaseId: id,
        DatabaseArn: arn,
        ProxyEndpoint: `${proxy}.proxy-abc.eu-west-1.rds.amazonaws.com`,
        Reader1Endpoint: "reader.abc.eu-west-1.rds.amazonaws.com",
      },
      standby: { DatabaseId: id, DatabaseArn: arn },
      files: { FilesBucketName: `files-${region_}`, FilesBucketArn: `arn:aws:s3:::files-${region_}` },
      ledger: { LedgerTable: "releases" },
      recoveries: { RecoveryTable: "recoveries" },
    };
    return outputs[part] ?? {};
  });
  const ledgers = { [here]: tableOfItems(), [there]: tableOfItems() };
  const store = choices(new CloudFrontKeyValueStoreClient({ region: there, credentials }));
  const promoted = promotions();
  const servedIn = (): RegionName => (store.keys.origin === `app-${there}` ? there : here);
  const well = (region: RegionName) =>
    [...running[region].services.values()].flatMap(({ tasks }) => tasks).filter(({ state }) => state === "healthy").length;
  /** Seconds in which a caller got no answer, and when the last write was answered. */
  const callers = { unanswered: 0, wroteAt: clock.now() as number };
  onTick((now) => {
    if (now % 5_000 === 0) for (const region of both) running[region].tick();
    if (now % 1_000 !== 0) return;
    if (well(servedIn()) > 0) callers.wroteAt = now;
    else callers.unanswered += 1;
  });
  const front = await frontDoor(() => (well(servedIn()) > 0 ? 200 : 503));

  const cloudwatch = (region: RegionName) =>
    faked(
      new CloudWatchClient({ region, credentials }),
      // By the minute, told with its beginning: a minute behind while somebody writes, and in time from then on.
      on(GetMetricDataCommand, () => {
        const minutes = [1, 2, 3].map((ago) => Math.floor(clock.now() / 60_000) * 60_000 - ago * 60_000);
        return {
          MetricDataResults: [
            {
              Id: "lag",
              Timestamps: minutes.map((minute) => new Date(minute)),
              Values: minutes.map((minute) => (minute > callers.wroteAt ? 0 : 20)),
            },
          ],
        };
      }),
    );
  /** moto keeps none of AWS Backup: a copy of last night's, an older one, and one that is still being copied. */
  const backups = (kind: string | undefined): DBSnapshot[] =>
    [0, 20, 44].map((hours) => ({
      DBInstanceIdentifier: "source",
      SnapshotType: kind ?? "",
      Status: hours === 0 ? "creating" : "available",
      OriginalSnapshotCreateTime: new Date(clock.now() - hours * 3_600_000),
    }));
  const side = (region: RegionName) => ({
    region: {
      ...openClients(region),
      ecs: running[region].ecs,
      elb: running[region].elb,
      scaling: running[region].scaling,
      cloudwatch: cloudwatch(region),
      dynamodb: ledgers[region],
    },
    rds: helped(
      promoted.lend(rdsIn(region)),
      on(DescribeDBSnapshotsCommand, ({ SnapshotType, Marker }) => {
        const { page, next } = pageOf(backups(SnapshotType), Marker, 1);
        return { DBSnapshots: page, Marker: next };
      }),
    ),
    ecr: new ECRClient({ region, ...at }),
    s3: new S3Client({ region, ...at, forcePathStyle: true }),
  });
  const clients = (): RecoveryClients => ({
    primary: side(here),
    recovery: side(there),
    store: store.client,
    sts: new STSClient({ region: there, ...at }),
  });
  const { place } = recoveryPlacesOf(map, config).primary;
  const fleet = serviceFleet({ ...running[here], ...place.runs, environment: place.environment, groups: place.groups });
  const artifact = { digest: digest.replace("sha256:", ""), version: "1.4.2", file: `${registryIn(here)}@${digest}`, start: "" };
  while ((await fleet.start("blue", artifact, 3)).is !== "done") await clock.wait(duration(5_000));
  callers.unanswered = 0;
  return {
    clock,
    advance,
    map,
    clients,
    callers,
    promoted: promoted.accepted,
    url: front.url,
    close: front.close,
    /** What is so now, read back. */
    now: async () => ({
      key: { ...store.keys },
      copies: both.map(well),
      databases: await Promise.all(
        both.map(async (region) => {
          const rds = side(region).rds;
          const { DBInstances: [found] = [] } = await rds.send(
            new DescribeDBInstancesCommand({ DBInstanceIdentifier: databases[region].id }),
          );
          return { follows: found?.ReadReplicaSourceDBInstanceIdentifier, backups: found?.BackupRetentionPeriod };
        }),
      ),
    }),
    standbyArn,
  };
}

/** What callers ask. */
async function frontDoor(status: () => number) {
  const server = createServer((_, response) => response.writeHead(status()).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
