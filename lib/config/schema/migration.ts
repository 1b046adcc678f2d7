import { z } from "zod";
import { section, text, whole } from "../values.ts";

/** The phases of a migration, in their order; the last is the way back. */
export const phases = ["initial", "snapshot", "blue-green", "traffic-shift", "complete", "rolled-back"] as const;

const snapshotFix = 'write the identifier or the ARN of an RDS snapshot, such as "shop-2026-11-01"';
const hostFix = 'write a host name, such as "shop-dev.abcdefghijkl.us-east-1.rds.amazonaws.com"';

/** Where an environment is on its way from one database and fleet to another. */
export const migration = section({
  phase: z
    .enum(phases, { error: `write one of: ${phases.join(", ")}` })
    .prefault("initial")
    .describe('Phase that the next deploy brings about, where `rollout.weightHolder` is `"engine"`. One deploy moves one legal step.'),
  weight: whole(1, 100)
    .optional()
    .describe("Green's share of the traffic in the phase `traffic-shift`, one of `rollout.weights`. Without it: the first of them."),
  snapshot: section({
    identifier: text(snapshotFix).describe(
      "Identifier of the snapshot, or its ARN, in the account and region of this environment, under the key of its database. With `bring`: what it is to be called.",
    ),
    engine: z
      .enum(["mysql", "postgres"], { error: 'write "mysql" or "postgres"' })
      .optional()
      .describe("Engine of the database that it was taken of, to be checked before AWS would refuse it."),
    bring: z
      .boolean({ error: "write true or false" })
      .prefault(false)
      .describe(
        "Whether the deploy that restores it brings it here first: takes it of the database of `source.environment`, unless that account has one of this name, shares it, and copies it here under the key of this database. Without it: it is here.",
      ),
  })
    .optional()
    .describe(
      'Snapshot that the database is restored from, once. With `engine: "pulumi"` it is then pinned: neither a change nor its removal is sent to AWS. With `"cdk"` leave it as it is for good: CloudFormation would replace the database, by an empty one where it is gone.',
    ),
  source: section({
    environment: text("write the name of an environment")
      .optional()
      .describe("The environment that makes it, if one does: its key then lets this account copy the snapshots of its database."),
    host: text(hostFix)
      .regex(/^(?=.{1,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, hostFix)
      .describe("Host name of the database that is used until then."),
    port: whole(1, 65_535).optional().describe("Its port. Without it: the database's own."),
    cidr: text('write an IPv4 block such as "10.50.0.0/16"').describe("Addresses of its network, which must be linked with this one."),
  })
    .optional()
    .describe("Database that the service uses before the migration and after a rollback, in a network that is linked with this one."),
})
  .optional()
  .describe("Migration of this environment from one database and fleet to another. Without it: blue runs, with a new database.");

/** A migration that was written down; most environments have none. */
export type Migration = NonNullable<z.output<typeof migration>>;

/** What the next deploy brings about; lib/plan/phases.ts says what each means and which one deploy may reach. */
export type Phase = (typeof phases)[number];
