import { entry } from "../entry.ts";

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
    Queues: "queueUrl",
  },
});
