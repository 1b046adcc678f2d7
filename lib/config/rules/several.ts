import type { Config } from "../config.ts";
import type { Problem } from "../problems.ts";
import { labelOf, priorityOf } from "../routes.ts";
import type { Service } from "../schema/service.ts";
import type { Findings, Rule } from "./rule.ts";

/** Elastic Load Balancing, "Quotas for your Application Load Balancers": 100 rules, of which a service takes one for callers and two for tests. */
const mostServices = 33;
/** IAM User Guide, "IAM and AWS STS quotas": 10,240 characters in a role's policies, and the workflow's name two roles of each service. */
const mostByWorkflow = 12;
/** The first page: wildcards in the conditions of a rule. */
const mostWildcards = 5;

/** What can be several: services on ECS whose traffic a release moves, with images of their own, deployed by hand or by a program. */
export const severalServices: Rule = (config) => {
  const { services, environments } = config;
  if (services.length < 2 || environments.length === 0) return undefined;
  return [
    () =>
      config.rollout.weightHolder === "release"
        ? undefined
        : { path: ["rollout", "weightHolder"], fix: 'write "release", or keep one service: others hold the weights of one service only' },
    () => config.delivery && { path: ["delivery"], fix: "leave it out, or keep one service: a pipeline for several comes later" },
    ...services.map((service, i) => () => named(service, services.slice(0, i))),
    ...services.map((service) => () => {
      const path = pathOf(service, "compute");
      return service.compute?.kind === "ec2"
        ? { path, fix: 'write { kind: "ecs" }, or keep one service: fleets of EC2 have one' }
        : undefined;
    }),
    ...environments.map((environment) => () => {
      const path = ["environments", environment.name, "existing", "registry"];
      return environment.existing.registry === undefined
        ? undefined
        : { path, fix: "leave it out: each service has a registry of its own" };
    }),
    () => atMost(config),
  ];
};

const pathOf = ({ name }: Service, ...rest: Problem["path"]): Problem["path"] => ["services", name, ...rest];

function named(service: Service, before: readonly Service[]): Findings {
  const alike = before.find((other) => other.name.toLowerCase() === service.name.toLowerCase());
  return alike && { path: pathOf(service), fix: `choose another name: AWS does not always tell it from "${alike.name}"` };
}

const atMost = (config: Config): Findings => [
  () =>
    config.workflow && config.services.length > mostByWorkflow
      ? {
          path: ["workflow"],
          fix: `leave it out, or keep at most ${mostByWorkflow} services: its role names all that it makes, and IAM takes no longer list`,
        }
      : undefined,
  () =>
    config.services.length > mostServices
      ? {
          path: ["services"],
          fix: `keep at most ${mostServices}, and give the others a project of their own: AWS gives a load balancer 100 rules, and each service takes three`,
        }
      : undefined,
];

/** The first service takes what no other does, so nothing says what it takes. */
export const firstTakesTheRest: Rule = ({ services: [first] }) =>
  (["paths", "subdomain", "priority"] as const).map(
    (field) => () =>
      first[field] === undefined
        ? undefined
        : { path: pathOf(first, field), fix: "leave it out: the first service takes what no other does" },
  );

/** Each further service is told apart, and by something that leads to it. */
export const routesApart: Rule = (config) => {
  const [, ...others] = config.services;
  return others.map((one, i) => [
    () => ownProblems(one, config),
    () => sameName(one, others.slice(0, i)),
    () => samePriority(one, others.slice(0, i)),
    () => covered(one, others),
  ]);
};

function ownProblems(one: Service, config: Config): Findings {
  const wildcards = (one.paths ?? []).join("").match(/[*?]/g)?.length ?? 0;
  if (one.paths)
    return [
      () =>
        one.subdomain === undefined
          ? undefined
          : { path: pathOf(one, "subdomain"), fix: "leave it out, or leave paths out: a service has one or the other" },
      wildcards <= mostWildcards
        ? undefined
        : { path: pathOf(one, "paths"), fix: `write at most ${mostWildcards} wildcards in all: a rule takes no more` },
    ];
  const path = pathOf(one, "paths");
  if (config.edge) return { path, fix: 'give it paths such as ["/api/*"]: CloudFront answers under the domain alone' };
  const nameless = config.environments.find(({ domain }) => domain === undefined);
  if (nameless) return { path, fix: `give it paths such as ["/api/*"], or a domain to "${nameless.name}": its name would be below that` };
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(labelOf(one))
    ? undefined
    : { path: pathOf(one, "subdomain"), fix: `write one, such as "api": "${labelOf(one)}" is no part of a domain name` };
}

function sameName(one: Service, before: readonly Service[]): Findings {
  const twin = one.paths ? undefined : before.find((other) => !other.paths && labelOf(other) === labelOf(one));
  return twin && { path: pathOf(one, "subdomain"), fix: `write another: "${twin.name}" has this name` };
}

function samePriority(one: Service, before: readonly Service[]): Findings {
  const twin = before.find((other) => priorityOf(other) === priorityOf(one));
  const free = priorityOf(one) + (before.some((other) => priorityOf(other) === priorityOf(one) + 1) ? 2 : 1);
  return twin && { path: pathOf(one, "priority"), fix: `write another, such as ${free}: "${twin.name}" has the same one` };
}

/** A pattern that another service's pattern takes before leads nowhere. */
function covered(one: Service, others: readonly Service[]): Findings {
  return (one.paths ?? []).map((pattern, at) => {
    const before = others.find(
      (other) => other !== one && priorityOf(other) < priorityOf(one) && other.paths?.some((theirs) => covers(theirs, pattern)),
    );
    return (
      before && {
        path: pathOf(one, "paths", at),
        fix: `write another, or give "${one.name}" a priority below ${priorityOf(before)}: "${before.name}" takes these requests before it`,
      }
    );
  });
}

/** Whether whatever fits the second fits the first; told for one wildcard at the end. */
function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const start = wide.slice(0, -1);
  return wide.endsWith("*") && !/[*?]/.test(start) && narrow.startsWith(start);
}
