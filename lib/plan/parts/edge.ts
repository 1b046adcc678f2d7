import { nameOf } from "../../aws/names.ts";
import { dnsSuffix, globalRegion, type Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/schema/environment.ts";
import { distribution } from "../blocks/distribution.ts";
import { distributionArn, edgeLogs } from "../blocks/edge-logs.ts";
import { edgeRecords } from "../blocks/edge-records.ts";
import { usedByFirewallLog } from "../blocks/firewall-log.ts";
import { key, usedByLogs } from "../blocks/key.ts";
import { certificate } from "../blocks/names.ts";
import type { ReplicaBucket } from "../blocks/replication.ts";
import { filesBucket, staticFiles } from "../blocks/static-files.ts";
import { webAcl } from "../blocks/web-acl.ts";
import { siteOf } from "../settings.ts";
import type { Draft } from "../stack.ts";
import { att, ref } from "../template.ts";
import type { Base } from "./base.ts";

/** A region of the environment, and what CloudFront takes from it. */
export interface Place {
  readonly region: Region;
  readonly common: Base;
  readonly balancerDnsName: Value<string>;
}

/**
 * CloudFront, once for the environment: in AWS's global region with its certificate, firewall and logs, and the static files in the primary
 * region, with copies in the others.
 */
export function edge(
  begin: (region: Region, part: string) => Draft,
  config: Config,
  environment: Environment,
  places: readonly Place[],
): void {
  const [primary] = places;
  const { domain } = environment;
  const zoneId = primary?.common.zoneId;
  if (!config.edge || !primary || domain === undefined || zoneId === undefined) throw new Error("no edge; the rules let this pass");
  const stack = begin(globalRegion, "edge");
  const block = stack.block("Edge");
  const acl = webAcl(block, "edge", config.edge.rate);
  const made = distribution(block, {
    domain,
    certificateArn: ref(certificate(block, domain, zoneId)),
    aclArn: att(acl, "Arn"),
    origins: places.map((place) => ({ ...place, balancerArn: place.common.balancerArn })),
    files: { origins: places.map(({ region }) => ({ region, host: filesHost(config, environment, region) })), paths: config.edge.assets },
  });
  edgeRecords(stack.block("Dns"), domain, zoneId, made);
  const logs = stack.block("Logs");
  // In an environment that has the global region too, the key of its logs is there already.
  const purpose = environment.regions.includes(globalRegion) ? "edge-logs" : "logs";
  const logsKey = key(logs, purpose, "Encrypts the logs of CloudFront", [usedByLogs(stack.site), usedByFirewallLog(logs, "edge")]);
  edgeLogs(logs, { distribution: made, acl, key: att(logsKey, "Arn"), days: config.monitoring.logRetention });
  const id = stack.output("DistributionId", ref(made), "The distribution of CloudFront");
  stack.output("DistributionDomainName", att(made, "DomainName"), "Name of the distribution in DNS");
  stack.output("WebAclArn", att(acl, "Arn"), "The firewall of CloudFront");
  everywhere(begin, places, distributionArn(stack.site, id));
}

/** The bucket of static files in each region, the copies first: they must be there before anything is copied (B18). */
function everywhere(begin: (region: Region, part: string) => Draft, places: readonly Place[], distribution: Value<string>): void {
  const [primary, ...others] = places.map(({ region, common }) => (replicas: readonly ReplicaBucket[]) => {
    const block = begin(region, "files").block("Files");
    return staticFiles(block, { logs: common.logBucketName, distributionArn: distribution, replicas });
  });
  primary?.(others.map((make) => make([])));
}

/** CloudFront knows a bucket by its host, before it exists. */
function filesHost(config: Config, environment: Environment, region: Region): string {
  const bucketName = nameOf("bucket", siteOf(config, environment, region), filesBucket);
  return `${bucketName}.s3.${region}.${dnsSuffix(region)}`;
}
