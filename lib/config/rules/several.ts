import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import { labelOf, priorityOf } from "../routes.ts";
import type { Service } from "../schema/service.ts";
import type { Rule } from "./rule.ts";

/** Elastic Load Balancing, "Quotas for your Application Load Balancers": 100 rules, of which a service takes one for callers and two for tests. */
const mostServices = 33;
/** IAM User Guide, "IAM and AWS STS quotas": 10,240 characters in a role's policies, and the workflow's name two roles of each service. */
const mostByWorkflow = 12;
/** The first page: wildcards in the conditions of a rule. */
const mostWildcards = 5;

/** What can be several: services on ECS whose traffic a release moves, with images of their own, deployed by hand or by a program. */
export const severalServices: Rule = ({ services, environments, delivery, workflow, rollout }) => {
  const [, second] = services;
  if (!second || environments.length === 0) return undefined;
  const machines = services.filter(({ compute }) => compute?.kind === "ec2");
  const path = (service: Service, field: string): Problem["path"] => ["services", service.name, field];
  return [
    ...(rollout.weightHolder === "release"
      ? []
      : [{ path: ["rollout", "weightHolder"], fix: 'write "release", or keep one service: others hold the weights of one service only' }]),
    ...(delivery ? [{ path: ["delivery"], fix: "leave it out, or keep one service: a pipeline for several comes later" }] : []),
    ...services.flatMap(({ name }, i) => {
      const alike = services.slice(0, i).find((other) => other.name.toLowerCase() === name.toLowerCase());
      return alike ? [{ path: ["services", name], fix: `choose another name: AWS does not always tell it from "${alike.name}"` }] : [];
    }),
    ...machines.map((one) => ({ path: path(one, "compute"), fix: 'write { kind: "ecs" }, or keep one service: fleets of EC2 have one' })),
    ...environments
      .filter(({ existing }) => existing.registry !== undefined)
      .map(({ name }) => ({
        path: ["environments", name, "existing", "registry"],
        fix: "leave it out: each service has a registry of its own",
      })),
    ...(workflow && services.length > mostByWorkflow
      ? [
          {
            path: ["workflow"],
            fix: `leave it out, or keep at most ${mostByWorkflow} services: its role names all that it makes, and IAM takes no longer list`,
          },
        ]
      : []),
    ...(services.length > mostServices
      ? [
          {
            path: ["services"],
            fix: `keep at most ${mostServices}, and give the others a project of their own: AWS gives a load balancer 100 rules, and each service takes three`,
          },
        ]
      : []),
  ];
};

/** The first service takes what no other does, so nothing says what it takes. */
export const firstTakesTheRest: Rule = ({ services: [first] }) =>
  (["paths", "subdomain", "priority"] as const)
    .filter((field) => first[field] !== undefined)
    .map((field) => ({ path: ["services", first.name, field], fix: "leave it out: the first service takes what no other does" }));

/** Each further service is told apart, and by something that leads to it. */
export const routesApart: Rule = (config) => {
  const [, ...others] = config.services;
  return others.flatMap((one, i) => [...ownProblems(one, config), ...clashes(one, others.slice(0, i)), ...covered(one, others)]);
};

function ownProblems(one: Service, { environments, edge }: Config): readonly Problem[] {
  const path = (field: string): Problem["path"] => ["services", one.name, field];
  const wildcards = (one.paths ?? []).join("").match(/[*?]/g)?.length ?? 0;
  if (one.paths)
    return [
      ...(one.subdomain === undefined
        ? []
        : [{ path: path("subdomain"), fix: "leave it out, or leave paths out: a service has one or the other" }]),
      ...(wildcards <= mostWildcards
        ? []
        : [{ path: path("paths"), fix: `write at most ${mostWildcards} wildcards in all: a rule takes no more` }]),
    ];
  const nameless = environments.filter(({ domain }) => domain === undefined).map(({ name }) => name);
  if (edge) return [{ path: path("paths"), fix: 'give it paths such as ["/api/*"]: CloudFront answers under the domain alone' }];
  if (nameless.length > 0)
    return [
      { path: path("paths"), fix: `give it paths such as ["/api/*"], or a domain to "${nameless[0]}": its name would be below that` },
    ];
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(labelOf(one))
    ? []
    : [{ path: path("subdomain"), fix: `write one, such as "api": "${labelOf(one)}" is no part of a domain name` }];
}

function clashes(one: Service, before: readonly Service[]): readonly Problem[] {
  const sameName = one.paths ? undefined : before.find((other) => !other.paths && labelOf(other) === labelOf(one));
  const samePriority = before.find((other) => priorityOf(other) === priorityOf(one));
  const free = priorityOf(one) + (before.some((other) => priorityOf(other) === priorityOf(one) + 1) ? 2 : 1);
  return [
    ...(sameName ? [{ path: ["services", one.name, "subdomain"], fix: `write another: "${sameName.name}" has this name` }] : []),
    ...(samePriority
      ? [{ path: ["services", one.name, "priority"], fix: `write another, such as ${free}: "${samePriority.name}" has the same one` }]
      : []),
  ];
}

/** A pattern that another service's pattern takes before leads nowhere. */
function covered(one: Service, others: readonly Service[]): readonly Problem[] {
  return (one.paths ?? []).flatMap((pattern, at) => {
    const before = others.find(
      (other) => other !== one && priorityOf(other) < priorityOf(one) && other.paths?.some((theirs) => covers(theirs, pattern)),
    );
    return before
      ? [
          {
            path: ["services", one.name, "paths", at],
            fix: `write another, or give "${one.name}" a priority below ${priorityOf(before)}: "${before.name}" takes these requests before it`,
          },
        ]
      : [];
  });
}

/** Whether whatever fits the second fits the first; told for one wildcard at the end. */
function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const start = wide.slice(0, -1);
  return wide.endsWith("*") && !/[*?]/.test(start) && narrow.startsWith(start);
}
