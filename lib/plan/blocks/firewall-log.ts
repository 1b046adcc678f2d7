import { arnOf } from "../../aws/arns.ts";
import { policy, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, sub } from "../template.ts";
import { usedByLogGroups } from "./key.ts";
import type { LogGroup } from "./logs.ts";
import type { Guarded, WebAcl } from "./web-acl.ts";

/** A log of the firewall must be named so (AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group"). */
const logName = (block: Block, guarded: Guarded): string => `aws-waf-logs-${block.name("web-acl", guarded)}`;

/** The logs' key is used for the firewall's log as well, whose name is not like the others'. */
export function usedByFirewallLog(block: Block, guarded: Guarded): Statement {
  return usedByLogGroups(block.site, "TheLogOfTheFirewall", logName(block, guarded));
}

/** Where the firewall's judgements are written. */
export function firewallLog(block: Block, guarded: Guarded, key: Value<string>, days: number): LogGroup {
  const { site } = block;
  return block.add(
    "Firewall log",
    "AWS::Logs::LogGroup",
    { LogGroupName: logName(block, guarded), RetentionInDays: days, KmsKeyId: key, Tags: site.tags },
    { keep: site.protected ? "retain" : "destroy", proves: ["A15", "D05"] },
  );
}

/** Lets CloudWatch Logs write what AWS services hand over to these groups. */
export function deliveryPolicy(block: Block, name: string, groups: readonly LogGroup[]): Resource {
  return block.add("Log policy", "AWS::Logs::ResourcePolicy", {
    PolicyName: block.name("stack", name),
    PolicyDocument: policy(delivers(block.site, groups)),
  });
}

/** CloudWatch Logs User Guide, "Enable logging from AWS services": V1 and V2 permissions to send to CloudWatch Logs. */
function delivers({ region, account }: Site, groups: readonly LogGroup[]): Statement {
  return {
    Sid: "DeliversTheLogsOfTheEdge",
    Effect: "Allow",
    Principal: { Service: "delivery.logs.amazonaws.com" },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: groups.map((group) => sub(`${arnOf(region, "logs", account, "log-group:")}\${${group.id}}:log-stream:*`)),
    Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": arnOf(region, "logs", account, "*") } },
  };
}

/** Every request that the firewall judges is written to its log, once that may be written to. */
export function firewallRecorder(block: Block, acl: WebAcl, log: LogGroup, writes: Resource): void {
  block.add(
    "Firewall recorder",
    "AWS::WAFv2::LoggingConfiguration",
    {
      ResourceArn: att(acl, "Arn"),
      LogDestinationConfigs: [plainArn(block.site, log)],
      // Who someone is stands in these two.
      RedactedFields: [{ SingleHeader: { Name: "authorization" } }, { SingleHeader: { Name: "cookie" } }],
    },
    { after: [writes], proves: ["A15"] },
  );
}

/** The ARN of a log group without the `:*` that its attribute ends in, which only policies want. */
export const plainArn = ({ region, account }: Site, group: LogGroup): Value<string> =>
  sub(`${arnOf(region, "logs", account, "log-group:")}\${${group.id}}`);
