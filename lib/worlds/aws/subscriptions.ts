import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import type { EnvironmentMap } from "../../ports/environment-map.ts";
import { asked } from "./failure.ts";
import { impatiently, inTime } from "./in-time.ts";
import { withClient } from "./with-client.ts";

/** An address that hears of nothing until somebody there has followed the link that Amazon SNS sent. */
export interface Unconfirmed {
  readonly region: string;
  readonly endpoint: string;
}

/** The most topics that are asked about at once. */
const atOnce = 20;

/** The addresses of an environment's topics that have not confirmed, many topics at once (Amazon SNS API Reference, ListSubscriptionsByTopic). */
export async function unconfirmedIn({ stacks }: EnvironmentMap): Promise<readonly Unconfirmed[]> {
  const topics = stacks.flatMap(({ region, outputs }) =>
    Object.entries(outputs).flatMap(([name, topic]) => (name.endsWith("TopicArn") ? [{ region, topic }] : [])),
  );
  const found: Unconfirmed[][] = topics.map(() => []);
  const waiting = topics.entries();
  const worker = async () => {
    for (const [at, { region, topic }] of waiting)
      found[at] = [...(await asked(`list who hears of ${topic}`, () => unconfirmedAt(region, topic)))];
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found.flat();
}

const unconfirmedAt = (region: string, TopicArn: string): Promise<readonly Unconfirmed[]> =>
  withClient(new SNSClient(inTime(region, impatiently)), async (client) => {
    const found: Unconfirmed[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
      for (const { SubscriptionArn, Endpoint = "" } of Subscriptions)
        if (SubscriptionArn === "PendingConfirmation") found.push({ region, endpoint: Endpoint });
    return found;
  });
