import { afterEach, beforeEach, expect, test } from "vitest";
import { confirmations } from "../../lib/actions/confirmations.ts";
import type { EnvironmentMap } from "../../lib/ports/environment-map.ts";
import { processEnvironment } from "../worlds/aws/process-environment.ts";
import { queryError, questions, subscriptions } from "../worlds/aws/replies.ts";
import { environmentOf, openWire, type Wire } from "../worlds/aws/wire.ts";

const environment = processEnvironment();
const confirmed = `${questions.subscription.topic}:1b2c3d4e`;
const stack = (region: string, outputs: Record<string, string>) => ({
  part: "base",
  name: "base",
  account: "111111111111",
  region,
  outputs,
});
const map: EnvironmentMap = {
  v: 1,
  environment: "production",
  stacks: [
    stack("eu-west-1", { TopicArn: questions.subscription.topic, VpcId: "vpc-1" }),
    stack("us-west-2", { TopicArn: "arn:aws:sns:us-west-2:111111111111:notices" }),
  ],
};

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
  environment(environmentOf(wire.url));
});
afterEach(() => wire.close());

test("C07: the addresses that have not confirmed are found, in every region", async () => {
  wire.say("sns ListSubscriptionsByTopic", subscriptions({ "a@example.com": "PendingConfirmation", "b@example.com": confirmed }));
  expect(await confirmations(map)).toEqual({
    unconfirmed: ["eu-west-1", "us-west-2"].map((region) => ({ region, endpoint: "a@example.com" })),
    because: "",
  });
  expect(wire.calls.map(({ region }) => region).sort()).toEqual(["eu-west-1", "us-west-2"]);
});

test("C07: an address on a later page of a topic is found", async () => {
  const [first, second] = [{ "b@example.com": confirmed }, { "a@example.com": "PendingConfirmation" }];
  wire.say("sns ListSubscriptionsByTopic", ...[1, 2].map(() => subscriptions(first, "<NextToken>2</NextToken>")), subscriptions(second));
  expect((await confirmations(map)).unconfirmed).toHaveLength(2);
});

test("C07: where AWS does not let anybody look, it is said why, and nothing fails", async () => {
  wire.say("sns ListSubscriptionsByTopic", queryError("AuthorizationError", "not authorized", 403));
  expect(await confirmations(map)).toEqual({ unconfirmed: [], because: expect.stringContaining("list who hears of") });
});
