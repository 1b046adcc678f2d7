import { entry } from "../entry.ts";

export const topic = entry("AWS::SNS::Topic", "aws:sns/topic:Topic", {
  ref: "arn",
  attributes: { TopicArn: "arn" },
  none: { Subscription: "use AWS::SNS::Subscription", DeliveryStatusLogging: "no plan uses it" },
});

export const topicPolicy = entry("AWS::SNS::TopicPolicy", "aws:sns/topicPolicy:TopicPolicy", {
  fields: {
    PolicyDocument: "policy",
    Topics: "arn",
  },
});

export const subscription = entry("AWS::SNS::Subscription", "aws:sns/topicSubscription:TopicSubscription", {
  ref: "arn",
  fields: { TopicArn: "topic" },
  none: { Region: "the stack says it" },
});
