import { entry } from "../entry.ts";

export const queue = entry("AWS::SQS::Queue", "aws:sqs/queue:Queue", {
  ref: "url",
  fields: {
    MessageRetentionPeriod: "messageRetentionSeconds",
    VisibilityTimeout: "visibilityTimeoutSeconds",
    MaximumMessageSize: {
      to: "maxMessageSize",
      implied: {
        value: 1_048_576,
        source:
          "Amazon SQS, CreateQueue: MaximumMessageSize defaults to 1,048,576; Pulumi Registry, aws.sqs.Queue: maxMessageSize to 262144",
      },
    },
    ReceiveMessageWaitTimeSeconds: "receiveWaitTimeSeconds",
  },
});

export const queuePolicy = entry("AWS::SQS::QueuePolicy", "aws:sqs/queuePolicy:QueuePolicy", {
  fields: {
    PolicyDocument: "policy",
    Queues: "queueUrl",
  },
});
