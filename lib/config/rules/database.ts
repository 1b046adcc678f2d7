import { versionProblem } from "../../aws/engine-versions.ts";
import { reservedWords } from "../../aws/reserved-words.ts";
import type { Rule } from "./rule.ts";

/** Words that RDS keeps for itself, as far as it says them (Amazon RDS User Guide, "Master user account privileges"; API, CreateDBInstance). */
const reserved = {
  mysql: { user: ["rdsadmin", "root", "mysql"], name: ["mysql", "sys", "performance_schema", "information_schema"] },
  postgres: { user: ["rdsadmin", "admin", "rdsrepladmin"], name: ["rdsadmin", "template0", "template1", "db", "database"] },
} as const;

/** What RDS would refuse when it makes the database. */
export const databaseFits: Rule = ({ database }) => {
  if (!database) return undefined;
  const { engine } = database;
  const path = (field: string): readonly string[] => ["database", field];
  const words: { readonly user: readonly string[]; readonly name: readonly string[] } = reserved[engine];
  return [
    () => {
      // Amazon RDS User Guide, "Amazon RDS DB engine, Region, and instance class support for Performance Insights features".
      const tooSmall = engine === "mysql" && /^db\.t[234]g?\.(micro|small)$/.test(database.instance);
      return tooSmall ? { path: path("instance"), fix: "choose at least a medium class: Database Insights of MySQL needs it" } : undefined;
    },
    () => {
      const fix = versionProblem(engine, database.version);
      return fix === undefined ? undefined : { path: path("version"), fix };
    },
    ...(["user", "name"] as const).map((field) => () => {
      const given = database[field].toLowerCase();
      const taken = words[field].includes(given) || reservedWords[engine].has(given);
      return taken ? { path: path(field), fix: `choose another ${field}: ${engine} keeps this word for itself` } : undefined;
    }),
  ];
};

/** The rotation of a database whose password is not the secret's, or that is not the only one in use, would lock the service out. */
export const rotationFits: Rule = ({ database, environments }) => {
  if (!database?.rotation) return undefined;
  return () => {
    const moves = environments.filter(({ migration }) => migration?.snapshot ?? migration?.source).map(({ name }) => name);
    const fix = `write false while ${moves.join(", ")} migrates: its database has the accounts and the password of the source`;
    return moves.length === 0 ? undefined : { path: ["database", "rotation"], fix };
  };
};

/** Amazon RDS API reference, CreateDBInstanceReadReplica: SourceDBInstanceIdentifier, wherever the copies are. */
const mostReplicas = 15;

/** A replica elsewhere needs an elsewhere, and is one of the copies that a database may have. */
export const recoveryFits: Rule = ({ database, environments }) => {
  if (database?.recovery !== "replica") return undefined;
  const path = ["database", "recovery"];
  const fix = 'give an environment a second region, or write "backups": the replica lies in the second region';
  return [
    () => (environments.every(({ regions }) => regions.length === 1) ? { path, fix } : undefined),
    () =>
      database.replicas < mostReplicas
        ? undefined
        : {
            path: ["database", "replicas"],
            fix: `write at most ${mostReplicas - 1} beside the replica in the second region: RDS copies a database ${mostReplicas} times`,
          },
  ];
};

/** The database lies in a tier of its own, which an existing network does not name. */
export const databaseInOwnNetwork: Rule = ({ database, environments }) => {
  if (!database) return undefined;
  return environments.map((environment) => () => {
    const path = ["environments", environment.name, "existing", "vpc"];
    return environment.existing.vpc ? { path, fix: "leave it out: a database in an existing network comes later" } : undefined;
  });
};
