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
