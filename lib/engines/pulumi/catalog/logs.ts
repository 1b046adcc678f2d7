import { entry } from "../entry.ts";

/** Pulumi strips the `:*` of the ARN, without which a role cannot write to the streams. */
export const logGroup = entry("AWS::Logs::LogGroup", "aws:cloudwatch/logGroup:LogGroup", {
  ref: "name",
  attributes: { Arn: { output: "arn", appended: ":*" } },
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
