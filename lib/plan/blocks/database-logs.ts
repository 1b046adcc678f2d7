import { nameOf } from "../../aws/names.ts";
import type { Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block, Site } from "../stack.ts";
import { usedByLogGroups } from "./key.ts";
import type { LogGroup } from "./logs.ts";

export type DatabaseConfig = NonNullable<Config["database"]>;

/** The logs that are kept outside the database (Amazon RDS User Guide, "Publishing database logs to Amazon CloudWatch Logs"). */
export const exportedLogs: Readonly<Record<DatabaseConfig["engine"], readonly string[]>> = {
  mysql: ["error", "slowquery"],
  postgres: ["postgresql", "upgrade"],
};

/** The identifier of the database, which also names its logs. */
export const databaseName = (site: Site): string => nameOf("db-instance", site, "database");

const logsOf = (site: Site): string => `/aws/rds/instance/${databaseName(site)}`;

/**
 * The log groups that RDS writes to, made before it would make them itself, without encryption and for ever (B10; the same page: names).
 */
export function databaseLogs(block: Block, engine: DatabaseConfig["engine"], keyArn: Value<string>, days: number): readonly LogGroup[] {
  const { site } = block;
  return exportedLogs[engine].map((log) =>
    block.add(
      `${log} log`,
      "AWS::Logs::LogGroup",
      { LogGroupName: `${logsOf(site)}/${log}`, RetentionInDays: days, KmsKeyId: keyArn, Tags: site.tags },
      { keep: site.protected ? "retain" : "destroy", proves: ["B10", "B20"] },
    ),
  );
}

/** CloudWatch Logs encrypts these groups too; the names are RDS's, so the statement for the environment's own groups does not cover them. */
export function usedByDatabaseLogs(site: Site): Statement {
  return usedByLogGroups(site, "CloudWatchLogsOfTheDatabase", `${logsOf(site)}/*`);
}
