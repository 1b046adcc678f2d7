import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, type SNSClient, type Subscription } from "@aws-sdk/client-sns";
import type { In } from "./clients.ts";
import { eachOf, type Found, unless } from "./found.ts";
import { type Stack, told } from "./outputs.ts";

/** Topics: encrypted, and everybody who should hear of alarms and of what a pipeline does has confirmed (C07). */
export function notices(stacks: readonly Stack[], clients: In<"sns">): Promise<Found> {
  const things = told(stacks, /TopicArn$/).map((one) => ({ called: `${one.stack.name} ${one.output}`, ...one }));
  return eachOf(things, "no stack has a topic", async ({ stack, value }) => {
    const { sns } = clients(stack.region);
    const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: value }));
    const all = await subscriptions(sns, value);
    const waiting = all.filter(({ SubscriptionArn }) => SubscriptionArn === "PendingConfirmation");
    // The topic counts them too.
    const others = Number(Attributes.SubscriptionsPending ?? 0) - waiting.length;
    return [
      ...unless(Boolean(Attributes.KmsMasterKeyId), "is not encrypted"),
      ...unless(all.length > 0, "nobody has subscribed"),
      ...waiting.map(({ Endpoint }) => `${Endpoint} has not confirmed the subscription`),
      ...unless(others <= 0, `${others} that are not listed as such have not confirmed their subscription`),
    ];
  });
}

/** What is not confirmed has no ARN, but says so in its place (Amazon SNS API Reference, "Subscription"). */
async function subscriptions(client: SNSClient, TopicArn: string): Promise<readonly Subscription[]> {
  const all: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) all.push(...Subscriptions);
  return all;
}
