import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import { labelOf } from "../routes.ts";
import type { Environment } from "../schema/environment.ts";
import { type Rule, readOr } from "./rule.ts";

/**
 * A name in a zone leads to one environment. Records that share a name share it by their identifiers (Amazon Route 53 API reference,
 * ResourceRecordSet: SetIdentifier), which are the colours or the regions of one environment, so those of a second would take the place of the
 * first's. CloudFront takes a name once wherever its records are (Amazon CloudFront Developer Guide, "Requirements for using alternate domain names").
 */
export const domainsApart: Rule = (config) =>
  config.environments.map((environment, at) => () => {
    if (environment.name === config.delivery?.home) return undefined;
    for (const other of config.environments.slice(0, at)) {
      const found = readOr(() => clash(config, environment, other), undefined);
      if (found) return found;
    }
    return undefined;
  });

function clash(config: Config, environment: Environment, other: Environment): Problem | undefined {
  const { zone } = environment;
  if (other.name === config.delivery?.home || (!config.edge && (zone === undefined || zone !== other.zone))) return undefined;
  const taken = new Set(namesOf(config, other));
  const twice = namesOf(config, environment).find((one) => taken.has(one));
  if (twice === undefined) return undefined;
  const path = ["environments", environment.name, "domain"];
  if (config.edge) return { path, fix: `write another: "${other.name}" has ${twice}, and CloudFront takes a name once` };
  return zone === "new"
    ? { path, fix: `write another: "${other.name}" makes a zone of ${twice} too, and the zone above it leads to one of them` }
    : { path, fix: `write another: "${other.name}" has ${twice} in the zone ${zone}, and a record leads to one of them` };
}

/** The names that callers know: the domain, and those below it of services without paths. */
function namesOf({ services: [, ...others] }: Config, { domain }: Environment): readonly string[] {
  if (domain === undefined) return [];
  return [domain, ...others.filter(({ paths }) => !paths).map((one) => `${labelOf(one)}.${domain}`)];
}

/** AWS Certificate Manager API reference, RequestCertificate: DomainName, which becomes the certificate's common name. */
const longestCommonName = 64;

/** The domain is the first name of the certificate that is made for it; that of an imported one can be longer. */
export const domainFitsItsCertificate: Rule = ({ environments, edge, delivery }) =>
  environments.map((environment) => () => {
    const { name, domain, zone, certificate } = environment;
    // CloudFront's own is made also where the load balancer has one.
    const isMade = name !== delivery?.home && zone !== undefined && (certificate === undefined || edge !== undefined);
    if (!isMade || domain === undefined || domain.length <= longestCommonName) return undefined;
    const instead = edge ? "" : ", or give the ARN of a certificate that has it among its further names";
    return {
      path: ["environments", name, "domain"],
      fix: `write one of at most ${longestCommonName} characters (this has ${domain.length})${instead}: ACM makes none for a longer first name`,
    };
  });

/** Amazon Route 53 API reference, HealthCheckConfig: ResourcePath. */
const longestAsked = 255;

/** Route 53 asks for the health of a region that DNS can turn away from, and of a colour that it weighs. */
export const healthFitsDns: Rule =
  ({ environments, edge, delivery, services: [{ name, health }], rollout: { router } }) =>
  () => {
    const failsOver = environments.some((one) => one.name !== delivery?.home && one.regions.length > 1) && !edge;
    if (health.length <= longestAsked || environments.length === 0 || !(router === "dns" || failsOver)) return undefined;
    return {
      path: ["services", name, "health"],
      fix: `write a path of at most ${longestAsked} characters: Route 53 asks for it, and takes no longer one`,
    };
  };
