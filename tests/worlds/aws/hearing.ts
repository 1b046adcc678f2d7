import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { credentials, region } from "./credentials.ts";
import { faked, on } from "./fake.ts";

/** A topic and a bus that take everything. */
export function hearing() {
  const told: { readonly topic: string[]; readonly bus: string[] } = { topic: [], bus: [] };
  return {
    told,
    sns: faked(
      new SNSClient({ region, credentials }),
      on(PublishCommand, ({ Subject = "" }) => {
        told.topic.push(Subject);
        return { MessageId: "1" };
      }),
    ),
    events: faked(
      new EventBridgeClient({ region, credentials }),
      on(PutEventsCommand, ({ Entries = [] }) => {
        told.bus.push(...Entries.map(({ DetailType = "" }) => DetailType));
        return { FailedEntryCount: 0, Entries: [{ EventId: "1" }] };
      }),
    ),
  };
}
