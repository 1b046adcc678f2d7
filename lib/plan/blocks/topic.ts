import { arnOf } from "../../aws/arns.ts";
import { allow, policy, refuseWithoutTls, type Statement, viaService } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import { publisher } from "./key.ts";

/** Where alarms and rules tell people. */
export type Topic = Resource<"AWS::SNS::Topic">;

/** Services that tell people by the topic: alarms, and rules on events (A13, D06). */
export const publishers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"];

/** Where people hear of alarms and of what the pipeline does: encrypted, TLS only, one subscription per address, each to be confirmed once. */
export function topic(block: Block, thing: string, keyArn: Value<string>, emails: readonly string[]): Topic {
  const { site } = block;
  const made = block.add(
    `${thing} topic`,
    "AWS::SNS::Topic",
    { TopicName: block.name("topic", thing), KmsMasterKeyId: keyArn, Tags: site.tags },
    { proves: ["A13", "D06"] },
  );
  block.add(`${thing} topic policy`, "AWS::SNS::TopicPolicy", {
    Topics: [ref(made)],
    PolicyDocument: policy(
      ...publishers.map((service) => ({
        Effect: "Allow" as const,
        ...publisher(site, service),
        Action: "sns:Publish",
        Resource: ref(made),
      })),
      refuseWithoutTls("sns:Publish", ref(made)),
    ),
  });
  emails.forEach((address, at) => {
    block.add(`${thing} email ${at + 1}`, "AWS::SNS::Subscription", { TopicArn: ref(made), Protocol: "email", Endpoint: address });
  });
  return made;
}

/** Who publishes to an encrypted topic uses its key (Amazon SNS Developer Guide, "Configuring AWS KMS permissions"). */
export function publishesTo(
  { site, name }: Block,
  topicArn: Value<string>,
  sids: { readonly publishes: string; readonly seals: string },
): readonly Statement[] {
  return [
    allow({ sid: sids.publishes, actions: "sns:Publish", resources: topicArn }),
    allow({
      sid: sids.seals,
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: arnOf(site.region, "kms", site.account, "key/*"),
      conditions: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": name("key-alias", "notices") },
        StringEquals: viaService(site.region, "sns"),
      },
    }),
  ];
}
