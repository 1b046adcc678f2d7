import { nameOf } from "../../aws/names.ts";
import type { Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block, Site } from "../stack.ts";
import { usedByLogGroups } from "./key.ts";
import type { LogGroup } from "./logs.ts";

/** The configuration's `database`, where there is one. */
export type DatabaseConfig = NonNullable<Config["database"]>;

/** The logs that are kept outside the database (Amazon RDS User Guide, "Publishing database logs to Amazon CloudWatch Logs"). */
export const exportedLogs: Readonly<Record<DatabaseConfig["engine"], readonly string[]>> = {
  mysql: ["error", "slowquery"],
  postgres: ["postgresql", "upgrade"],
};

/** The identifier of the database, which also names its logs. */
export const databaseName = (site: Site): string => nameOf("db-instance", site, "database");

/** The identifier of a copy that answers reads; the first is 1. */
export const readerName = (site: Site, at: number): string => nameOf("db-instance", site, `database-reader-${at}`);

const logsOf = (instance: string): string => `/aws/rds/instance/${instance}`;

/** The database and its copies in the region, by what they are called in logical ids and by their identifiers. */
export function instancesOf(site: Site, { replicas }: DatabaseConfig): readonly { readonly of: string; readonly name: string }[] {
  const readers = Array.from({ length: replicas }, (_, at) => ({ of: `Reader ${at + 1} `, name: readerName(site, at + 1) }));
  return [{ of: "", name: databaseName(site) }, ...readers];
}

/**
 * The log groups that RDS writes to, made before it would make them itself, without encryption and for ever (B10; the same page: names).
 * `of` tells the instances of a stack apart.
 */
export function databaseLogs(
  block: Block,
  engine: DatabaseConfig["engine"],
  keyArn: Value<string>,
  days: number,
  { of, name }: { readonly of: string; readonly name: string } = { of: "", name: databaseName(block.site) },
): readonly LogGroup[] {
  const { site } = block;
  return exportedLogs[engine].map((log) =>
    block.add(
      `${of}${log} log`,
      "AWS::Logs::LogGroup",
      { LogGroupName: `${logsOf(name)}/${log}`, RetentionInDays: days, KmsKeyId: keyArn, Tags: site.tags },
      { keep: site.protected ? "retain" : "destroy", proves: ["B10", "B20"] },
    ),
  );
}

/** CloudWatch Logs encrypts these groups too; the names are RDS's, so the statement for the environment's own groups does not cover them. */
export function usedByDatabaseLogs(site: Site, database?: DatabaseConfig): readonly Statement[] {
  const instances = database ? instancesOf(site, database) : [{ of: "", name: databaseName(site) }];
  return instances.map(({ of, name }) =>
    usedByLogGroups(site, `CloudWatchLogsOfTheDatabase${of.replaceAll(" ", "")}`, `${logsOf(name)}/*`),
  );
}
