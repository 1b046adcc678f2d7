import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from "@aws-sdk/client-sns";
import { describe, expect, it } from "vitest";
import { faked, on } from "../worlds/aws/fake.ts";
import { alarms } from "./alarms.ts";
import { notices } from "./notices.ts";
import { fine, options, stack, wrong } from "./standing.ts";

const topic = "arn:aws:sns:us-east-1:111122223333:orders-notices";

describe("A13 B20 B22 C08 alarms", () => {
  const good: MetricAlarm = {
    AlarmName: "orders-cpu",
    StateValue: "OK",
    ActionsEnabled: true,
    AlarmActions: [topic],
    Namespace: "AWS/RDS",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "DBInstanceIdentifier", Value: "orders" }],
  };
  const other: MetricAlarm = { ...good, AlarmName: "orders-queue" };
  const ask = (...all: readonly MetricAlarm[]) =>
    alarms([stack({ TopicArn: topic, AlarmsDatabaseCpuAlarmName: "orders-cpu" })], () => ({
      cloudwatch: faked(
        new CloudWatchClient(options),
        on(DescribeAlarmsCommand, ({ AlarmNames, ActionPrefix, NextToken }) => {
          const named = all.filter(({ AlarmName = "" }) => AlarmNames?.includes(AlarmName));
          if (AlarmNames) return { MetricAlarms: named };
          const telling = all.filter(({ AlarmActions = [] }) => AlarmActions.some((action) => action === ActionPrefix));
          const at = Number(NextToken ?? 0);
          return { MetricAlarms: telling.slice(at, at + 1), ...(at + 1 < telling.length && { NextToken: String(at + 1) }) };
        }),
      ),
    }));
  const named = "orders-production-use1-base orders-cpu";

  it("are fine when they are there, tell somebody and do not ring", async () => {
    const counted: MetricAlarm = { ...other, Namespace: "Sluice/Trail", MetricName: "RootUser", Dimensions: [] };
    expect(await ask(good, counted, { ...other, StateValue: "INSUFFICIENT_DATA" })).toEqual(fine);
  });

  it("report one that is gone, is switched off or tells nobody", async () => {
    expect(await ask(other)).toEqual(wrong(`${named}: is not there`));
    expect(await ask({ ...good, ActionsEnabled: false, AlarmActions: [] }, other)).toEqual(
      wrong(`${named}: its actions are switched off`, `${named}: tells nobody when it begins`),
    );
  });

  it("report one that rings or watches everything, also one that no output names", async () => {
    const rings: MetricAlarm = { ...other, StateValue: "ALARM", StateReason: "Threshold Crossed", Dimensions: [] };
    expect(await ask(good, rings)).toEqual(
      wrong(
        "orders-production-use1-base TopicArn: orders-queue rings: Threshold Crossed",
        "orders-production-use1-base TopicArn: orders-queue watches the CPUUtilization of everything in the region",
      ),
    );
  });

  it("report a topic that no alarm tells", async () => {
    expect(await ask({ ...good, AlarmActions: ["arn:other"] })).toEqual(
      wrong("orders-production-use1-base TopicArn: no alarm tells it anything"),
    );
  });
});

describe("C07 A13 notices", () => {
  const ask = (all: readonly Subscription[], Attributes: Record<string, string> = { KmsMasterKeyId: "arn:key" }) =>
    notices([stack({ TopicArn: topic })], () => ({
      sns: faked(
        new SNSClient(options),
        on(GetTopicAttributesCommand, () => ({ Attributes })),
        on(ListSubscriptionsByTopicCommand, ({ NextToken }) => {
          const at = Number(NextToken ?? 0);
          return { Subscriptions: all.slice(at, at + 1), ...(at + 1 < all.length && { NextToken: String(at + 1) }) };
        }),
      ),
    }));
  const person = (Endpoint: string, SubscriptionArn = `${topic}:${Endpoint}`): Subscription => ({
    Protocol: "email",
    Endpoint,
    SubscriptionArn,
  });
  const called = "orders-production-use1-base TopicArn";

  it("are fine when everybody has confirmed", async () => {
    expect(await ask([person("a@example.com"), person("b@example.com")])).toEqual(fine);
  });

  it("report each address that has not confirmed", async () => {
    const waiting = ["b@example.com", "c@example.com"].map((address) => person(address, "PendingConfirmation"));
    expect(await ask([person("a@example.com"), ...waiting])).toEqual(
      wrong(`${called}: b@example.com has not confirmed the subscription`, `${called}: c@example.com has not confirmed the subscription`),
    );
  });

  it("report addresses that the topic alone counts as not confirmed", async () => {
    expect(await ask([person("a@example.com")], { KmsMasterKeyId: "arn:key", SubscriptionsPending: "2" })).toEqual(
      wrong(`${called}: 2 that are not listed as such have not confirmed their subscription`),
    );
  });

  it("report a topic that is not encrypted and tells nobody", async () => {
    expect(await ask([], {})).toEqual(wrong(`${called}: is not encrypted`, `${called}: nobody has subscribed`));
  });
});
