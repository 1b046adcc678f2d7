import { globalRegion, type Region } from "../../aws/regions.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { codeBucket } from "../blocks/code-bucket.ts";
import { standingOf } from "../phases.ts";
import type { Draft } from "../stack.ts";
import { fromStack } from "../template.ts";
import { data } from "./data.ts";
import { dnsHealth } from "./dns-health.ts";
import { fleetBase } from "./fleet-base.ts";
import { fleets } from "./fleets.ts";
import { replica } from "./replica.ts";
import { rotation } from "./rotation.ts";

/** System B in one region: the copy's bucket elsewhere, the base, the database of the phase, the health of the names, the fleets. */
export function fleetSystem(
  begin: (region: Region, part: string) => Draft,
  config: Config,
  environment: Environment,
  region: Region,
): void {
  const [service] = config.services;
  const elsewhere = config.storage.replica;
  const copies = elsewhere && replica(begin(elsewhere, "replica"), config);
  const stack = begin(region, "base");
  const base = fleetBase(stack, config, environment, copies);
  const { made } = standingOf(config, environment).database;
  const stored = made ? data(begin(region, "data"), config, environment, base) : undefined;
  if (stored?.rotating) {
    const code = codeBucket(begin(region, "functions"), fromStack(stack, "LogBucketName"));
    rotation(begin(region, "rotation"), config, { ...base, codeBucket: code }, stored.rotating);
  }
  const healthChecks = dnsHealth(begin(globalRegion, "dns"), config, base);
  fleets(begin(region, service.name), config, environment, { base, data: stored, healthChecks });
}
