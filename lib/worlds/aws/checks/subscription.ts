import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from "@aws-sdk/client-sns";
import { inTime } from "../in-time.ts";
import { withClient } from "../with-client.ts";
import { type Check, call, done, toDo } from "./check.ts";

/** In place of an ARN, until somebody has followed the link (Amazon SNS API Reference, ListSubscriptionsByTopic). */
const pending = "PendingConfirmation";

/** The address has confirmed. */
export const subscription: Check<"subscription"> = ({ region, topic: TopicArn, endpoint }, means) =>
  withClient(new SNSClient(inTime(region)), async (client) => {
    const found: Subscription[] = [];
    let NextToken: string | undefined;
    do {
      const page = { TopicArn, ...(NextToken !== undefined && { NextToken }) };
      const asked = await call(
        means,
        "sns:ListSubscriptionsByTopic",
        (options) => client.send(new ListSubscriptionsByTopicCommand(page), options),
        { NotFoundException: "there is no such topic yet" },
      );
      if (asked.is !== "told") return asked;
      found.push(...(asked.value.Subscriptions ?? []).filter(({ Endpoint }) => Endpoint === endpoint));
      NextToken = asked.value.NextToken;
    } while (NextToken !== undefined);
    if (found.some(({ SubscriptionArn }) => SubscriptionArn?.startsWith("arn:"))) return done("confirmed");
    return found.some(({ SubscriptionArn }) => SubscriptionArn === pending)
      ? toDo("not confirmed yet")
      : // Amazon SNS Developer Guide, "Deleting an Amazon SNS topic and subscription".
        toDo("it is not subscribed: AWS forgets what is not confirmed within 48 hours");
  });
