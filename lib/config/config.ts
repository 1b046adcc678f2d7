import type { z } from "zod";
import { audit } from "./schema/audit.ts";
import { database } from "./schema/database.ts";
import { delivery } from "./schema/delivery.ts";
import { edge } from "./schema/edge.ts";
import { environments } from "./schema/environment.ts";
import { firewall } from "./schema/firewall.ts";
import { costCenter, engine, owner } from "./schema/identity.ts";
import { monitoring } from "./schema/monitoring.ts";
import { network } from "./schema/network.ts";
import { project } from "./schema/project.ts";
import { rehearsal } from "./schema/rehearsal.ts";
import { rollout } from "./schema/rollout.ts";
import { services } from "./schema/service.ts";
import { storage } from "./schema/storage.ts";
import { workflow } from "./schema/workflow.ts";
import { section } from "./values.ts";

const sections = {
  project,
  owner,
  costCenter,
  engine,
  services,
  environments,
  network: network.describe("The network on AWS of each region: three tiers of subnets over several zones."),
  edge,
  firewall,
  database,
  storage: storage.describe("The bucket of the releases on AWS, and where a copy of it lies."),
  audit,
  delivery,
  workflow,
  monitoring: monitoring.describe("What is watched on AWS, and who is told."),
  rollout: rollout.describe("How traffic moves to the new version, and what may stop it."),
  rehearsal: rehearsal.describe("The rehearsal on one machine: versions and traffic."),
};

/** The names of what `sluice.config` may say. */
export const sectionNames: readonly string[] = Object.keys(sections);

/** Everything that `sluice.config` may say, before the rules. */
export const configuration = section(sections).transform((config) => ({
  ...config,
  rollout: { ...config.rollout, probes: config.rollout.probes ?? [{ path: config.services[0].health, status: "2xx-3xx" as const }] },
}));

/** What a team writes. */
export type ConfigInput = z.input<typeof configuration>;

/** What the rest of the program reads: nothing missing, times in milliseconds, percentages as shares from 0 to 1. */
export type Config = z.output<typeof configuration>;

/** Bakes for an app whose team has not said how it releases: long enough for the gates at the default rate, short enough to try. */
const untold = { bake: "10s", finalBake: "10s", keepWarm: "5s", readEvery: "500ms", dataLimit: "30s" } as const;

/** The configuration of an app that has none. Its name is made into a valid project name. */
export function defaultsFor(name: string): Config {
  const letters = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-/, "");
  const started = /^[A-Za-z]/.test(letters) ? letters : `app-${letters}`;
  return configuration.parse({ project: started.slice(0, 32).replace(/-$/, ""), rollout: untold });
}
