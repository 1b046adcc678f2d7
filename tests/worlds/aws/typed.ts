import { type ElasticLoadBalancingV2Client, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { ChangeResourceRecordSetsCommand, type Route53Client } from "@aws-sdk/client-route-53";
import { expect } from "vitest";
import { optionIn, wordsOf } from "../../shell.ts";

/** Does what `aws elbv2 modify-rule` does with these words (AWS CLI Command Reference, "elbv2 modify-rule"). */
export async function typeRule(client: ElasticLoadBalancingV2Client, command: string): Promise<void> {
  const words = wordsOf(command);
  expect(words.slice(0, 3)).toEqual(["aws", "elbv2", "modify-rule"]);
  expect(optionIn(words, "--region")).toBe(await client.config.region());
  const Actions = JSON.parse(optionIn(words, "--actions"));
  await client.send(new ModifyRuleCommand({ RuleArn: optionIn(words, "--rule-arn"), Actions }));
}

/** Does what `aws route53 change-resource-record-sets` does with these words (AWS CLI Command Reference, of that name). */
export async function typeRecords(client: Route53Client, command: string): Promise<void> {
  const words = wordsOf(command);
  expect(words.slice(0, 3)).toEqual(["aws", "route53", "change-resource-record-sets"]);
  const ChangeBatch = JSON.parse(optionIn(words, "--change-batch"));
  await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: optionIn(words, "--hosted-zone-id"), ChangeBatch }));
}
