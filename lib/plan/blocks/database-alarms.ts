import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import type { Alarm } from "./alarm.ts";
import type { Database } from "./database.ts";
import type { DatabaseConfig } from "./database-logs.ts";
import { personAlarm } from "./person-alarm.ts";

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;
/** Requests that wait for the disk: more than this for minutes, and it cannot follow. */
const longQueue = 20;
/** Far below what RDS lets any class above micro have, and far above what pools of a service need. */
const manyConnections = 200;

/**
 * Alarms on a database that runs out of something (A13, B20; Amazon RDS User Guide, "Amazon CloudWatch instance-level metrics for Amazon
 * RDS": storage and memory in bytes).
 */
export function databaseAlarms(
  block: Block,
  database: Database,
  { storage }: DatabaseConfig,
  { cpu }: Config["monitoring"],
  topicArn: Value<string>,
): readonly Alarm[] {
  const alarm = (thing: string, AlarmDescription: string, MetricName: string, Threshold: number, ComparisonOperator: string): Alarm =>
    personAlarm(block, `database ${thing}`, topicArn, {
      AlarmDescription,
      Namespace: "AWS/RDS",
      MetricName,
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: ref(database) }],
      Statistic: "Average",
      Period: 60,
      ComparisonOperator,
      Threshold,
    });
  return [
    alarm("cpu", "CPU use of the database in %", "CPUUtilization", cpu, "GreaterThanThreshold"),
    alarm("storage", "Free storage of the database in bytes: a tenth", "FreeStorageSpace", (storage * gibibyte) / 10, "LessThanThreshold"),
    alarm("memory", "Free memory of the database in bytes", "FreeableMemory", 100 * mebibyte, "LessThanThreshold"),
    alarm("queue", "Requests of the database that wait for its disk", "DiskQueueDepth", longQueue, "GreaterThanThreshold"),
    alarm("connections", "Connections of the database", "DatabaseConnections", manyConnections, "GreaterThanThreshold"),
  ];
}
