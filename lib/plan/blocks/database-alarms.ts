import type { Value } from "../../aws/value.ts";
import type { Config } from "../../config/config.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { type Alarm, alarm as alarmOf } from "./alarm.ts";
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
  of = "database",
): void {
  const alarm = (thing: string, AlarmDescription: string, MetricName: string, Threshold: number, ComparisonOperator: string): Alarm =>
    personAlarm(block, `${of} ${thing}`, topicArn, {
      AlarmDescription,
      Namespace: "AWS/RDS",
      MetricName,
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: ref(database) }],
      Statistic: "Average",
      Period: 60,
      ComparisonOperator,
      Threshold,
    });
  alarm("cpu", `CPU use of the ${of} in %`, "CPUUtilization", cpu, "GreaterThanThreshold");
  alarm("storage", `Free storage of the ${of} in bytes: a tenth`, "FreeStorageSpace", (storage * gibibyte) / 10, "LessThanThreshold");
  alarm("memory", `Free memory of the ${of} in bytes`, "FreeableMemory", 100 * mebibyte, "LessThanThreshold");
  alarm("queue", `Requests of the ${of} that wait for its disk`, "DiskQueueDepth", longQueue, "GreaterThanThreshold");
  alarm("connections", `Connections of the ${of}`, "DatabaseConnections", manyConnections, "GreaterThanThreshold");
}

/**
 * Seconds: PostgreSQL without writes seems to be up to five minutes behind, as it counts from the last transaction (Amazon RDS User Guide,
 * "Working with read replicas for Amazon RDS for PostgreSQL").
 */
export const longLag = 600;
/** What stands for a replication that has stopped, which RDS reports as -1 second (the same guide, "Monitoring read replication"). */
const stopped = 86_400;

/** An alarm on a copy that falls behind its source, stops following it, or is gone: then there is no metric (A13). */
export function lagAlarm(block: Block, replica: Database, topicArn: Value<string>, of: string): Alarm {
  return alarmOf(
    block,
    { thing: `${of} lag alarm`, name: `${of} lag`, topicArn, proves: ["A12", "A13"] },
    {
      AlarmDescription: `Seconds that the ${of} is behind its source, or a day if it does not follow`,
      Metrics: [
        { Id: "behind", Label: "behind", ReturnData: true, Expression: `IF(lag < 0, ${stopped}, lag)` },
        {
          Id: "lag",
          ReturnData: false,
          MetricStat: {
            Stat: "Average",
            Period: 60,
            Metric: {
              Namespace: "AWS/RDS",
              MetricName: "ReplicaLag",
              Dimensions: [{ Name: "DBInstanceIdentifier", Value: ref(replica) }],
            },
          },
        },
      ],
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: longLag,
      EvaluationPeriods: 10,
      DatapointsToAlarm: 8,
      TreatMissingData: "breaching",
    },
  );
}
