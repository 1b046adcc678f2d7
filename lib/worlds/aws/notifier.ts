import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { UserError } from "../../base/errors.ts";
import type { Notice, NoticeKind, Notifier } from "../../ports/notifier.ts";
import { asked } from "./failure.ts";

/** Tells the people who hear of an environment's topic; whoever subscribes can choose by the attribute `kind`. */
export function topicNotifier({ client, topicArn }: { readonly client: SNSClient; readonly topicArn: string }): Notifier {
  return {
    name: "topic",
    send: (notice) =>
      asked(`publish to ${topicArn}`, async () => {
        const { kind, environment } = notice;
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: subjectOf(notice),
            Message: messageOf(notice),
            MessageAttributes: {
              kind: { DataType: "String", StringValue: kind },
              environment: { DataType: "String", StringValue: environment },
            },
          }),
        );
      }),
  };
}

/** A subject is ASCII of fewer than 100 characters (Amazon SNS API reference, Publish: Subject). */
const subjectOf = ({ environment, to, kind }: Notice): string =>
  `${environment}: ${detailTypes[kind]} (${to})`.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 99);

const messageOf = ({ environment, release, from, to, weight, text, at, kind }: Notice): string =>
  [
    `${environment}, ${release}: ${text}.`,
    `${from} -> ${to}, which has ${weight} % of the traffic, at ${new Date(at).toISOString()}.`,
    kind === "waiting" ? `To go on: sluice approve ${environment}` : `More: sluice status ${environment}`,
  ].join("\n");

/** What events of a release say that they come from. */
export const eventSource = "sluice";

const detailTypes: Readonly<Record<NoticeKind, string>> = {
  begun: "Release Begun",
  waiting: "Release Waiting for Approval",
  shifted: "Traffic Shifted",
  "gate-failed": "Gate Failed",
  "turned-back": "Release Turned Back",
  "rolled-back": "Release Rolled Back",
  ended: "Release Ended",
};

/** Puts events on the default bus, for whatever a team has built on rules; the detail is the notice. */
export function busNotifier({ client }: { readonly client: EventBridgeClient }): Notifier {
  return {
    name: "bus",
    send: (notice) =>
      asked("put an event on the default bus", async () => {
        const Entries = [
          { Source: eventSource, DetailType: detailTypes[notice.kind], Detail: JSON.stringify(notice), Time: new Date(notice.at) },
        ];
        // An event that was not taken is no error of the call (Amazon EventBridge API reference, PutEvents: FailedEntryCount).
        const { FailedEntryCount = 0, Entries: [entry] = [] } = await client.send(new PutEventsCommand({ Entries }));
        if (FailedEntryCount > 0)
          throw new UserError("engine/failed", `EventBridge took no event: ${entry?.ErrorCode} ${entry?.ErrorMessage}`, "see what it says");
      }),
  };
}
