import { z } from "zod";
import { days, section, text, whole } from "../values.ts";

const versionFix = 'write a version, such as "8.4" or "17.6"';
/** Amazon RDS User Guide, "DB instance classes": general purpose, memory optimized and burstable, and their sizes. */
const classFix = 'write an instance class of RDS, such as "db.m6g.large" or "db.t4g.medium"';
const nameFix = "write 1 to 63 letters, digits and underscores, starting with a letter";
const userFix = "write 1 to 16 letters and digits, starting with a letter";
const name = z.string({ error: nameFix }).regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, nameFix);

const rotationFix = 'write days such as "30d", from "7d" to "1000d", or false';

const yesOrNo = (initial: boolean) => z.boolean({ error: "write true or false" }).prefault(initial);

/** Seconds that RDS takes between two readings of enhanced monitoring (Amazon RDS API reference, CreateDBInstance: MonitoringInterval). */
const intervals = [1, 5, 10, 15, 30, 60] as const;
const intervalFix = `write seconds: ${intervals.join(", ")}`;

/** The database of the service, on Amazon RDS. */
export const database = section({
  engine: z.enum(["mysql", "postgres"], { error: 'write "mysql" or "postgres"' }).describe("What kind of database."),
  version: text(versionFix)
    .regex(/^\d{1,2}(\.\d{1,2}){0,2}(-rds\.\d{8})?$/, versionFix)
    .describe(
      'Release, for MySQL two numbers ("8.4") and for PostgreSQL one ("17"), of which RDS takes its default version and later ones by itself; or a version in full, which stays until another is written.',
    ),
  port: whole(1150, 65_535).optional().describe("Port. Without it 3306 for MySQL and 5432 for PostgreSQL."),
  name: name.prefault("app").describe("Name of the first database. A snapshot brings its own."),
  user: z
    .string({ error: userFix })
    .regex(/^[A-Za-z][A-Za-z0-9]{0,15}$/, userFix)
    .prefault("sluice")
    .describe("Name of the master user; its password is generated at deployment. A snapshot brings its own user: write the same."),
  instance: z
    .string({ error: classFix })
    .regex(/^db\.[mrtxz]\d[a-z]*\.(micro|small|medium|large|\d{0,2}xlarge)$/, classFix)
    .prefault("db.t4g.medium")
    .describe("Instance class."),
  storage: whole(20, 65_536).prefault(20).describe("Storage in GiB."),
  multiAz: yesOrNo(true).describe("Whether a standby in another zone takes over when a zone is lost."),
  backups: whole(7, 35).prefault(7).describe("Days that automatic backups are kept."),
  proxy: yesOrNo(false).describe("Whether the service connects through RDS Proxy, which hides a failover."),
  replicas: whole(0, 15).prefault(0).describe("Copies in the same region that answer reads. The service gets their addresses."),
  recovery: z
    .enum(["backups", "replica"], { error: 'write "backups" or "replica"' })
    .prefault("backups")
    .describe(
      "What the second region has of the data: a copy of every nightly backup, or beside it a replica that is seconds behind and is promoted in a failover.",
    ),
  rotation: z
    .union([z.literal(false, { error: rotationFix }), days(7, 1000, rotationFix)])
    .prefault(false)
    .meta({ form: "days or `false`" })
    .describe(
      "Days after which the passwords of the database are changed; copies of the service may run for as long without a restart. `false`: never, and the service is the master user.",
    ),
  monitoring: z
    .number({ error: intervalFix })
    .refine((given) => intervals.some((seconds) => seconds === given), intervalFix)
    .prefault(60)
    .meta({ form: "seconds" })
    .describe("Seconds between two readings of enhanced monitoring."),
})
  .optional()
  .describe("The database of the service, on Amazon RDS. An ordinary release needs none.");
