import { entry } from "../entry.ts";

export const alarm = entry("AWS::CloudWatch::Alarm", "aws:cloudwatch/metricAlarm:MetricAlarm", {
  ref: "name",
  fields: {
    Metrics: { to: "metricQueries", in: { MetricStat: { to: "metric", in: { Metric: { to: "." } } } } },
  },
  none: { EvaluationCriteria: "no plan uses it", EvaluationInterval: "no plan uses it" },
});

export const dashboard = entry("AWS::CloudWatch::Dashboard", "aws:cloudwatch/dashboard:Dashboard", {
  lost: { Tags: "@pulumi/aws has no tags for dashboards, which cost nothing and are found by their names" },
});
