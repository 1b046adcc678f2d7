import { cloudFrontPrefixList, edgeRegions } from "../../aws/edge-addresses.ts";
import type { Problem } from "../problems.ts";
import { inAws } from "./holders.ts";
import type { Rule } from "./rule.ts";

/** What exists is in one region, and so is a database; a certificate is made in each, in the zone of the domain. */
export const severalRegionsAlike: Rule = ({ environments, edge, delivery, database, rollout }) =>
  environments
    .filter(({ name }) => name !== delivery?.home)
    .flatMap(({ name, regions, certificate, zone, existing }): readonly Problem[] => {
      if (regions.length === 1) return [];
      const path = (field: string): readonly string[] => ["environments", name, field];
      const [taken] = Object.entries(existing).flatMap(([field, one]) => (one === undefined ? [] : [field]));
      return [
        ...(certificate === undefined
          ? []
          : [{ path: path("certificate"), fix: "leave it out: each region needs its own, which is made in the zone of the domain" }]),
        ...(zone === undefined
          ? [{ path: path("zone"), fix: "give the zone of the domain: each region's certificate is validated in it" }]
          : []),
        ...(taken === undefined
          ? []
          : [{ path: [...path("existing"), taken], fix: "leave it out: what exists is in one region, and this environment has several" }]),
        ...(database && inAws[rollout.weightHolder]
          ? [
              {
                path: ["rollout", "weightHolder"],
                fix: `write "release": the database is in the first region, and ${inAws[rollout.weightHolder]} starts copies in all`,
              },
            ]
          : []),
        ...(regions.length > 2 && !edge
          ? [{ path: path("regions"), fix: "keep two regions, or take CloudFront (edge: {}): DNS fails over from one region to one other" }]
          : []),
      ];
    });

/** CloudFront needs a name, a zone for its certificate, and a load balancer that only it reaches. */
export const edgeFits: Rule = ({ environments, edge, delivery }) => {
  if (!edge) return undefined;
  const reached = environments.filter(({ name }) => name !== delivery?.home);
  return reached.flatMap(({ name, regions, domain, zone, existing }): readonly Problem[] => {
    const path = (...rest: readonly (string | number)[]): Problem["path"] => ["environments", name, ...rest];
    const [taken] = (["balancer", "vpc"] as const).filter((field) => existing[field] !== undefined);
    const strange = regions.findIndex((region) => cloudFrontPrefixList(region) === undefined);
    return [
      ...(domain === undefined || zone === undefined
        ? [{ path: path(domain === undefined ? "domain" : "zone"), fix: "give domain and zone: CloudFront's certificate is made in them" }]
        : []),
      ...(taken === undefined
        ? []
        : [{ path: path("existing", taken), fix: "leave it out: the load balancer is made so that only CloudFront reaches it" }]),
      ...(strange < 0 ? [] : [{ path: path("regions", strange), fix: `with edge, write one of: ${edgeRegions.join(", ")}` }]),
    ];
  });
};

/** Fleets of EC2 have neither yet, and what is asked for is never left out in silence. */
export const asksForContainers: Rule = ({ edge, audit, services: [{ name, compute, encrypts }] }) => {
  if (compute?.kind !== "ec2") return undefined;
  return [
    ...(edge
      ? [{ path: ["edge"], fix: 'leave it out, or take compute: { kind: "ecs" }: CloudFront before fleets of EC2 comes later' }]
      : []),
    ...(audit
      ? [{ path: ["audit"], fix: 'leave it out, or take compute: { kind: "ecs" }: a trail beside fleets of EC2 comes later' }]
      : []),
    ...(encrypts
      ? [
          {
            path: ["services", name, "encrypts"],
            fix: 'leave it out, or take compute: { kind: "ecs" }: a key of fleets of EC2 comes later',
          },
        ]
      : []),
  ];
};
