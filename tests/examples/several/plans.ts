import type { Config } from "../../../lib/config/config.ts";
import { buildPlan } from "../../../lib/plan/build.ts";
import type { Plan, Stack } from "../../../lib/plan/template.ts";
import { config as a } from "../a/plans.ts";

type Service = Config["services"][0];

const [web] = a.services;

/** A service like the first of system A, told apart as said. */
export const like = (name: string, route: Partial<Pick<Service, "paths" | "subdomain" | "priority" | "port">> = {}): Service => ({
  ...web,
  ...route,
  name,
});

/** System A with these services beside its first, released from the command line, with DNS in place of CloudFront and a firewall in each region. */
export const beside = (...others: readonly Service[]): Config => ({
  ...a,
  services: [web, ...others],
  edge: undefined,
  firewall: { rate: 1000 },
  rollout: { ...a.rollout, host: "command-line" },
});

export const api = like("api", { paths: ["/api", "/api/*"], port: 9090 });
export const admin = like("Admin");

/** Three services: the first, one under paths and one under a name of its own. */
export const severalConfig = beside(api, admin);
export const alone = buildPlan(beside(), "production");
export const three = buildPlan(severalConfig, "production");

export const regions = ["eu-west-1", "us-west-2"] as const;

export function stackIn(plan: Plan, region: string, part: string): Stack {
  const found = plan.stacks.find((one) => one.part === part && one.region === region);
  if (!found) throw new Error(`no stack ${part} in ${region}`);
  return found;
}
