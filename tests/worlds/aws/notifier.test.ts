import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { expect, it } from "vitest";
import { instant } from "../../../lib/base/time.ts";
import type { Notice } from "../../../lib/ports/notifier.ts";
import { busNotifier, eventSource, topicNotifier } from "../../../lib/worlds/aws/notifier.ts";
import { notifierContract } from "../../contracts/notifier.ts";
import { credentials, region } from "./credentials.ts";
import { emulator, whyNo } from "./emulator.ts";
import { faked, on } from "./fake.ts";
import { queueIn } from "./queue.ts";

const skip = whyNo("moto");

notifierContract("a topic of moto, read back from a queue that is subscribed", skip, async () => {
  const moto = await emulator("moto");
  const client = new SNSClient({ region, credentials, endpoint: moto.url });
  const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: "notices" }));
  const queue = await queueIn(moto.url, "heard");
  await client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.arn }));
  return {
    notifier: topicNotifier({ client, topicArn: TopicArn }),
    lost: topicNotifier({ client, topicArn: `${TopicArn}-gone` }),
    received: queue.received,
    close: moto.close,
  };
});

notifierContract("the default bus of moto, read back from a queue that a rule leads to", skip, async () => {
  const moto = await emulator("moto");
  const client = new EventBridgeClient({ region, credentials, endpoint: moto.url });
  const queue = await queueIn(moto.url, "heard");
  await client.send(new PutRuleCommand({ Name: "releases", EventPattern: JSON.stringify({ source: [eventSource] }) }));
  await client.send(new PutTargetsCommand({ Rule: "releases", Targets: [{ Id: "1", Arn: queue.arn }] }));
  // EventBridge says so in its answer, which is no error (API reference, PutEvents).
  const refusing = faked(
    new EventBridgeClient({ region, credentials }),
    on(PutEventsCommand, () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "try later" }] })),
  );
  return { notifier: busNotifier({ client }), lost: busNotifier({ client: refusing }), received: queue.received, close: moto.close };
});

const notice: Notice = {
  id: "r-1/waiting/approval",
  kind: "waiting",
  environment: "production",
  release: "r-1",
  at: instant(0),
  from: "v1",
  to: "v2",
  weight: 0,
  text: "it waits for approval",
};

it("C07 a subject is as SNS takes it, whatever the version is called, and the message says what to run", async () => {
  const sent: { readonly Subject?: string | undefined; readonly Message?: string | undefined; readonly attributes: readonly string[] }[] =
    [];
  const client = faked(
    new SNSClient({ region, credentials }),
    on(PublishCommand, ({ Subject, Message, MessageAttributes = {} }) => {
      sent.push({
        Subject,
        Message,
        attributes: Object.entries(MessageAttributes).map(([name, { StringValue }]) => `${name} ${StringValue}`),
      });
      return { MessageId: "1" };
    }),
  );
  const { send } = topicNotifier({ client, topicArn: "arn:aws:sns:eu-west-1:222222222222:notices" });
  await send({ ...notice, to: `grün\n${"9".repeat(200)}` });
  // Amazon SNS API reference, Publish: Subject.
  expect(sent[0]?.Subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  expect(sent[0]?.Message).toContain("To go on: sluice approve production");
  // Whoever subscribes can filter by them.
  expect(sent[0]?.attributes).toEqual(["kind waiting", "environment production"]);
});

it("C07 an event comes from Sluice and is named for rules; its detail is the notice", async () => {
  const put: unknown[] = [];
  const client = faked(
    new EventBridgeClient({ region, credentials }),
    on(PutEventsCommand, ({ Entries = [] }) => {
      put.push(...Entries.map(({ Detail = "", ...entry }) => ({ ...entry, Detail: JSON.parse(Detail) })));
      return { FailedEntryCount: 0, Entries: [{ EventId: "1" }] };
    }),
  );
  await busNotifier({ client }).send(notice);
  expect(put).toEqual([{ Source: "sluice", DetailType: "Release Waiting for Approval", Time: new Date(0), Detail: notice }]);
});
