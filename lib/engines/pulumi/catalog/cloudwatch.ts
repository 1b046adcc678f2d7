import { entry, own } from "../entry.ts";

export const alarm = entry("AWS::CloudWatch::Alarm", "aws:cloudwatch/metricAlarm:MetricAlarm", {
  ref: "name",
  fields: {
    AlarmName: "name",
    Metrics: { to: "metricQueries", in: { MetricStat: { to: "metric", in: { Metric: { to: "." } } } } },
  },
  none: { EvaluationCriteria: "no plan uses it", EvaluationInterval: "no plan uses it" },
});

export const dashboard = entry("AWS::CloudWatch::Dashboard", "aws:cloudwatch/dashboard:Dashboard", {
  lost: { Tags: "@pulumi/aws has no tags for dashboards, which cost nothing and are found by their names" },
});

/** Pulumi strips the `:*` of the ARN, without which a role cannot write to the streams. */
export const logGroup = entry("AWS::Logs::LogGroup", "aws:cloudwatch/logGroup:LogGroup", {
  ref: "name",
  attributes: { Arn: { output: "arn", appended: ":*" } },
  fields: { LogGroupName: "name" },
});

export const metricFilter = entry("AWS::Logs::MetricFilter", "aws:cloudwatch/logMetricFilter:LogMetricFilter", {
  fields: {
    FilterName: "name",
    FilterPattern: "pattern",
    MetricTransformations: {
      to: "metricTransformation",
      in: { MetricName: "name", MetricNamespace: "namespace", MetricValue: "value" },
    },
  },
});

export const logPolicy = entry("AWS::Logs::ResourcePolicy", "aws:cloudwatch/logResourcePolicy:LogResourcePolicy");

export const deliverySource = entry("AWS::Logs::DeliverySource", "aws:cloudwatch/logDeliverySource:LogDeliverySource", { ref: "name" });

export const deliveryDestination = entry("AWS::Logs::DeliveryDestination", "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", {
  ref: "name",
  fields: { DestinationResourceArn: "deliveryDestinationConfiguration.destinationResourceArn" },
});

export const delivery = entry("AWS::Logs::Delivery", "aws:cloudwatch/logDelivery:LogDelivery");

/** A rule and a resource for each of its targets. */
export const eventRule = entry("AWS::Events::Rule", "aws:cloudwatch/eventRule:EventRule", {
  ref: "name",
  fields: { EventPattern: "eventPattern" },
  parts: [
    {
      token: "aws:cloudwatch/eventTarget:EventTarget",
      owner: "rule",
      with: { rule: own("name") },
      each: "Targets",
      element: {
        Id: "targetId",
        Arn: "arn",
        RoleArn: "roleArn",
        DeadLetterConfig: { to: "deadLetterConfig" },
        RetryPolicy: { to: "retryPolicy", in: { MaximumEventAgeInSeconds: "maximumEventAgeInSeconds" } },
        InputTransformer: { to: "inputTransformer", in: { InputPathsMap: "inputPaths", InputTemplate: "inputTemplate" } },
      },
    },
  ],
});
