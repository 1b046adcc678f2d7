import { globalArn } from "../../aws/arns.ts";
import type { Value } from "../../aws/value.ts";
import type { Block, Site } from "../stack.ts";
import { att, type Resource, ref, sub } from "../template.ts";
import { deliveryPolicy, firewallLog, firewallRecorder, plainArn } from "./firewall-log.ts";
import { type LogGroup, logGroup } from "./logs.ts";
import type { WebAcl } from "./web-acl.ts";

interface EdgeLogNeeds {
  readonly distribution: Resource<"AWS::CloudFront::Distribution">;
  readonly acl: WebAcl;
  readonly key: Value<string>;
  readonly days: number;
}

/** Every request that CloudFront answers and that the firewall judges, in logs of their own (A15). */
export function edgeLogs(block: Block, { distribution, acl, key, days }: EdgeLogNeeds): void {
  const requests = logGroup(block, "edge", key, days);
  const judged = firewallLog(block, "edge", key, days);
  const writes = deliveryPolicy(block, "edge-logs", [requests, judged]);
  firewallRecorder(block, acl, judged, writes);
  deliverRequests(block, distribution, requests, writes);
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

/** CloudFormation gives only the id of a distribution. */
export function distributionArn({ account, region }: Site, id: Value<string>): Value<string> {
  return sub(globalArn(region, "cloudfront", account, "distribution/${Distribution}"), { Distribution: id });
}
