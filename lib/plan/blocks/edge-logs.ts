import { arnOf, globalArn } from "../../aws/arns.ts";
import { policy, type Statement } from "../../aws/policy.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { usedByLogGroups } from "./key.ts";
import { type LogGroup, logGroup } from "./logs.ts";
import type { WebAcl } from "./web-acl.ts";

export interface EdgeLogNeeds {
  readonly distribution: Resource<"AWS::CloudFront::Distribution">;
  readonly acl: WebAcl;
  readonly key: Value<string>;
  readonly days: number;
}

/** A log of the firewall must be named so (AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log group"). */
const firewallLog = (block: Block): string => `aws-waf-logs-${block.name("web-acl", "edge")}`;

/** The logs' key is used for the firewall's log as well, whose name is not like the others'. */
export function usedByFirewallLog(block: Block): Statement {
  return usedByLogGroups(block.site, "TheLogOfTheFirewall", firewallLog(block));
}

/** Every request that CloudFront answers and that the firewall judges, in logs of their own (A15). */
export function edgeLogs(block: Block, { distribution, acl, key, days }: EdgeLogNeeds): void {
  const { site } = block;
  const requests = logGroup(block, "edge", key, days);
  const judged = block.add(
    "Firewall log",
    "AWS::Logs::LogGroup",
    { LogGroupName: firewallLog(block), RetentionInDays: days, KmsKeyId: key, Tags: site.tags },
    { keep: site.protected ? "retain" : "destroy", proves: ["A15", "D05"] },
  );
  const writes = block.add("Log policy", "AWS::Logs::ResourcePolicy", {
    PolicyName: block.name("stack", "edge-logs"),
    PolicyDocument: policy(delivers(site, [requests, judged])),
  });
  block.add(
    "Firewall recorder",
    "AWS::WAFv2::LoggingConfiguration",
    {
      ResourceArn: att(acl, "Arn"),
      LogDestinationConfigs: [plainArn(site, judged)],
      // Who someone is stands in these two.
      RedactedFields: [{ SingleHeader: { Name: "authorization" } }, { SingleHeader: { Name: "cookie" } }],
    },
    { after: [writes], proves: ["A15"] },
  );
  deliverRequests(block, distribution, requests, writes);
}

/** CloudWatch Logs writes what AWS services hand over (CloudWatch Logs User Guide, "Enable logging from AWS services": V2 permissions). */
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

/** CloudFront hands its log over in us-east-1 alone (Amazon CloudFront Developer Guide, "Configure standard logging (v2)"). */
function deliverRequests(block: Block, distribution: Resource<"AWS::CloudFront::Distribution">, group: LogGroup, writes: Resource): void {
  const { site } = block;
  const from = block.add("Request source", "AWS::Logs::DeliverySource", {
    Name: block.name("log-delivery", "edge"),
    LogType: "ACCESS_LOGS",
    ResourceArn: distributionArn(site, ref(distribution)),
    Tags: site.tags,
  });
  const to = block.add("Request destination", "AWS::Logs::DeliveryDestination", {
    Name: block.name("log-delivery", "edge-log"),
    DestinationResourceArn: plainArn(site, group),
    OutputFormat: "json",
    Tags: site.tags,
  });
  block.add(
    "Request delivery",
    "AWS::Logs::Delivery",
    { DeliverySourceName: ref(from), DeliveryDestinationArn: att(to, "Arn"), Tags: site.tags },
    { after: [writes], proves: ["A15"] },
  );
}

/** The ARN of a log group without the `:*` that its attribute ends in, which only policies want. */
const plainArn = ({ region, account }: Site, group: LogGroup): Value<string> =>
  sub(`${arnOf(region, "logs", account, "log-group:")}\${${group.id}}`);

/** CloudFormation gives only the id of a distribution. */
export function distributionArn({ account, region }: Site, id: Value<string>): Value<string> {
  return sub(globalArn(region, "cloudfront", account, "distribution/${Distribution}"), { Distribution: id });
}
