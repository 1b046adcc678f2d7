import { arnOf } from "../../aws/arns.ts";
import { nameOf } from "../../aws/names.ts";
import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { codeBucket } from "../blocks/code-bucket.ts";
import { databaseSecretPath } from "../blocks/database-secret.ts";
import type { SecretOfTasks, TaskDatabase } from "../blocks/task-database.ts";
import { homeOf } from "../settings.ts";
import type { Draft, Site } from "../stack.ts";
import { fromStack } from "../template.ts";
import { audit } from "./audit.ts";
import { type Base, base } from "./base.ts";
import { edge, type Place } from "./edge.ts";
import { existingApplication } from "./existing.ts";
import { furtherService } from "./further-service.ts";
import { keys } from "./keys.ts";
import { delivery } from "./pipeline.ts";
import { type ReleaseRecord, recoveries } from "./record.ts";
import { type Kept, keptElsewhere, recovery } from "./recovery.ts";
import { releaseHost } from "./release-host.ts";
import { rotation } from "./rotation.ts";
import { service } from "./service.ts";
import { type Released, stageRelease } from "./stage-release.ts";
import { standby } from "./standby.ts";
import type { Door, Standing } from "./standing.ts";
import { taskData } from "./task-data.ts";

type Begin = (region: Region, part: string) => Draft;

/**
 * Services on ECS in each region, with their data in the primary one, and beside it what the environment has once (systems A, D and E).
 * `releases` is where those are written down.
 */
export function containerSystem(begin: Begin, config: Config, environment: Environment, releases: ReleaseRecord): void {
  const places: Place[] = [];
  let stored: Stored | undefined;
  let sharedKeyArn: Value<string> | undefined;
  for (const region of environment.regions) {
    const stack = begin(region, "base");
    const made = base(stack, config, environment, places[0]?.common);
    const serviceKeyArn = config.services.some(({ encrypts }) => encrypts) ? keys(begin(region, "keys"), sharedKeyArn) : undefined;
    sharedKeyArn ??= serviceKeyArn;
    const { codeDeploy } = environment.existing;
    const common = {
      ...made,
      ...(serviceKeyArn && { serviceKeyArn }),
      ...(codeDeploy && { deployApplication: existingApplication(codeDeploy) }),
    };
    places.push({ region, common, balancerDnsName: fromStack(stack, "BalancerDnsName") });
    const isolatedSubnetIds = common.privateSubnetIds.map((_, at) => fromStack(stack, `IsolatedSubnet${at + 1}Id`));
    const ground = { ...common, isolatedSubnetIds };
    const code = codeIn(() => begin(region, "functions"), common.logBucketName);
    if (config.database && region === environment.regions[0]) stored = store(begin, config, environment, { ...ground, code });
    const recovers = config.database?.recovery === "replica" && region === environment.regions[1];
    if (stored && recovers) {
      standby(begin(region, "standby"), config, ground, stored);
      recoveries(begin(region, "recoveries"));
    }
    const comes = stored?.kept && recovers ? copiedSecret(stack.site, config, stored.region, stored.kept) : undefined;
    services(
      (part) => begin(region, part),
      config,
      environment,
      { ...common, releases },
      { ...standingIn(region, stored), ...(comes && { comes }) },
    );
    if (config.rollout.host === "lambda" && region === environment.regions[0])
      releaseHost((part) => begin(region, part), config, environment, { ...common, releases, code });
  }
  const [first] = places;
  if (config.audit && first) audit(begin(first.region, "audit"), config.audit, first.common);
  if (config.edge) edge(begin, config, environment, places);
}

/** Where the data is, and how the service reaches it there. */
interface Stored {
  readonly region: Region;
  readonly arn: Value<string>;
  readonly database: TaskDatabase;
  readonly doors: readonly Door[];
  readonly kept?: Kept;
}

/** The data in the primary region, and what of it is kept in the secondary one. */
function store(begin: Begin, config: Config, environment: Environment, ground: Ground): Stored {
  const [region, secondary] = environment.regions;
  if (region === undefined) throw new Error(`${environment.name} has no region; the schema let this pass`);
  const kept = secondary && keptElsewhere(begin(secondary, "recovery"));
  const copies = kept && { copies: kept.secrets };
  const { arn, rotating, groupIds, doors, ...database } = taskData(begin(region, "data"), config, environment, { ...ground, ...copies });
  if (rotating) {
    const keyArns = { logs: ground.logsKeyArn, secrets: database.secretsKeyArn };
    const own = { ...ground, codeBucket: ground.code(), groupIds, keyArns };
    rotation(begin(region, "rotation"), config, own, rotating);
  }
  if (kept) recovery(begin(region, "recovery"), [arn], kept);
  return { region, arn, database, doors, ...(kept && { kept }) };
}

/**
 * The copy of the service's secret in the region where it rests. Its ARN is that of the original but for the region (AWS Secrets Manager User
 * Guide, "Replicate AWS Secrets Manager secrets across Regions"), and the six characters at its end nobody knows before.
 */
function copiedSecret(site: Site, { database }: Config, primary: Region, { secrets }: Kept): SecretOfTasks {
  const name = nameOf("secret", { ...site, region: primary }, databaseSecretPath(Boolean(database?.rotation)));
  return { secretArn: arnOf(site.region, "secretsmanager", site.account, `secret:${name}-??????`), secretsKeyArn: secrets.keyArn };
}

type Ground = Base & { readonly isolatedSubnetIds: readonly Value<string>[]; readonly code: () => Value<string> };

/** The bucket of the code of a region's functions, in a stack that is begun when the first of them needs it. */
function codeIn(begin: () => Draft, logs: Value<string>): () => Value<string> {
  let made: Value<string> | undefined;
  return () => {
    made ??= codeBucket(begin(), logs);
    return made;
  };
}

/** The data is in the primary region; in the others the service rests until a failover has brought it there. */
function standingIn(region: Region, stored: Stored | undefined): Standing {
  if (!stored) return { rests: false };
  return region === stored.region ? { database: stored.database, doors: stored.doors, rests: false } : { rests: true };
}

function services(begin: (part: string) => Draft, config: Config, environment: Environment, common: Released, standing: Standing): void {
  const [first, ...others] = config.services;
  const home = config.delivery?.pulumi ? undefined : homeOf(config, environment.name);
  const stack = begin(first.name);
  const delivered = service(stack, config, common, standing, home);
  const listeners = { production: fromStack(stack, "ProductionListenerArn"), test: fromStack(stack, "TestListenerArn") };
  for (const one of others) furtherService(begin(one.name), one, config, environment, common, listeners, standing);
  if (!delivered || !config.delivery) return;
  if (config.delivery.home === undefined) delivery(begin("pipeline"), config, common, delivered);
  if (config.delivery.pulumi && homeOf(config, environment.name)) stageRelease(begin("release"), config, common, delivered);
}
