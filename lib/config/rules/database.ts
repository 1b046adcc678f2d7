import type { Problem } from "../problems.ts";
import type { Rule } from "./rule.ts";

const versions = {
  mysql: { form: /^\d+\.\d+(\.\d+)?$/, fix: 'write major and minor version of MySQL, such as "8.4" or "8.4.6"' },
  postgres: { form: /^\d{2}(\.\d+)?$/, fix: 'write the version of PostgreSQL, such as "17" or "17.6"' },
} as const;

/** Words that RDS keeps for itself, as far as it says them (Amazon RDS User Guide, "Master user account privileges"; API, CreateDBInstance). */
const reserved = {
  mysql: { user: ["rdsadmin", "root", "mysql"], name: ["mysql", "sys", "performance_schema", "information_schema"] },
  postgres: { user: ["rdsadmin", "admin", "rdsrepladmin"], name: ["rdsadmin", "template0", "template1", "db", "database"] },
} as const;

/** What RDS would refuse when it makes the database. */
export const databaseFits: Rule = ({ database }) => {
  if (!database) return undefined;
  const { engine, version, user, name } = database;
  const path = (field: string): readonly string[] => ["database", field];
  const words: { readonly user: readonly string[]; readonly name: readonly string[] } = reserved[engine];
  const taken = (["user", "name"] as const).filter((field) => words[field].includes({ user, name }[field].toLowerCase()));
  // Amazon RDS User Guide, "Amazon RDS DB engine, Region, and instance class support for Performance Insights features".
  const tooSmall = engine === "mysql" && /^db\.t[234]g?\.(micro|small)$/.test(database.instance);
  return [
    ...(tooSmall ? [{ path: path("instance"), fix: "choose at least a medium class: Database Insights of MySQL needs it" }] : []),
    ...(versions[engine].form.test(version) ? [] : [{ path: path("version"), fix: versions[engine].fix }]),
    ...taken.map((field): Problem => ({ path: path(field), fix: `choose another ${field}: ${engine} keeps this word for itself` })),
  ];
};

/**
 * What keeps the rotation from working: a function that cannot reach AWS Secrets Manager, and a database whose password is not the secret's, or
 * that is not the only one in use.
 */
export const rotationFits: Rule = ({ database, network: { nat, endpoints }, environments }) => {
  if (!database?.rotation) return undefined;
  const path = ["database", "rotation"];
  const moves = environments.filter(({ migration }) => migration?.snapshot ?? migration?.source).map(({ name }) => name);
  return [
    ...(nat === "none" && !endpoints.includes("secretsmanager")
      ? [{ path: ["network", "endpoints"], fix: 'add "secretsmanager", or take NAT: the rotation of the database\'s secrets asks there' }]
      : []),
    ...(moves.length === 0
      ? []
      : [{ path, fix: `write false while ${moves.join(", ")} migrates: its database has the accounts and the password of the source` }]),
  ];
};

/** A replica elsewhere needs an elsewhere. */
export const recoveryFits: Rule = ({ database, environments }) =>
  database?.recovery === "replica" && environments.every(({ regions }) => regions.length === 1)
    ? {
        path: ["database", "recovery"],
        fix: 'give an environment a second region, or write "backups": the replica lies in the second region',
      }
    : undefined;

/** The database lies in a tier of its own, which an existing network does not name. */
export const databaseInOwnNetwork: Rule = ({ database, environments }) => {
  if (!database) return undefined;
  return environments
    .filter(({ existing }) => existing.vpc)
    .map(({ name }) => ({
      path: ["environments", name, "existing", "vpc"],
      fix: "leave it out: a database in an existing network comes later",
    }));
};
