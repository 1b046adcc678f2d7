import { entry } from "../entry.ts";

export const topic = entry("AWS::SNS::Topic", "aws:sns/topic:Topic", {
  ref: "arn",
  attributes: { TopicArn: "arn" },
  fields: { TopicName: "name" },
  none: { Subscription: "use AWS::SNS::Subscription", DeliveryStatusLogging: "no plan uses it" },
});

export const topicPolicy = entry("AWS::SNS::TopicPolicy", "aws:sns/topicPolicy:TopicPolicy", {
  fields: {
    PolicyDocument: "policy",
    Topics: { to: "arn", as: { forward: (value) => only(value, "topic"), back: (value) => [value] } },
  },
});

export const subscription = entry("AWS::SNS::Subscription", "aws:sns/topicSubscription:TopicSubscription", {
  ref: "arn",
  fields: { TopicArn: "topic" },
  none: { Region: "the stack says it" },
});

export const queue = entry("AWS::SQS::Queue", "aws:sqs/queue:Queue", {
  ref: "url",
  fields: {
    QueueName: "name",
    MessageRetentionPeriod: "messageRetentionSeconds",
    VisibilityTimeout: "visibilityTimeoutSeconds",
    MaximumMessageSize: "maxMessageSize",
    ReceiveMessageWaitTimeSeconds: "receiveWaitTimeSeconds",
    KmsDataKeyReusePeriodSeconds: "kmsDataKeyReusePeriodSeconds",
  },
});

export const queuePolicy = entry("AWS::SQS::QueuePolicy", "aws:sqs/queuePolicy:QueuePolicy", {
  fields: {
    PolicyDocument: "policy",
    Queues: { to: "queueUrl", as: { forward: (value) => only(value, "queue"), back: (value) => [value] } },
  },
});

/** Pulumi has one policy for each. */
function only(value: unknown, what: string): unknown {
  const [first, ...others] = Array.isArray(value) ? value : [value];
  if (others.length > 0) throw new Error(`Pulumi's policy is of one ${what}; write one for each`);
  return first;
}
