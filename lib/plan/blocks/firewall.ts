import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att } from "../template.ts";
import { deliveryPolicy, firewallLog, firewallRecorder } from "./firewall-log.ts";
import { webAcl } from "./web-acl.ts";

interface FirewallNeeds {
  /** Requests in five minutes from one address beyond which it is refused. */
  readonly rate: number;
  /** The load balancers that it stands before. */
  readonly balancers: Readonly<Record<string, Value<string>>>;
  readonly key: Value<string>;
  readonly days: number;
}

/**
 * A firewall before the load balancers of a region, for callers that come without CloudFront, and a log of what it judged. A load balancer has
 * one firewall at most (AWS WAF Developer Guide, "Associating or disassociating a web ACL with an AWS resource").
 */
export function firewall(block: Block, { rate, balancers, key, days }: FirewallNeeds): void {
  const acl = webAcl(block, "balancer", rate);
  for (const [name, arn] of Object.entries(balancers))
    block.add(
      `Firewall before ${name}`,
      "AWS::WAFv2::WebACLAssociation",
      { ResourceArn: arn, WebACLArn: att(acl, "Arn") },
      { proves: ["B04"] },
    );
  const log = firewallLog(block, "balancer", key, days);
  firewallRecorder(block, acl, log, deliveryPolicy(block, "firewall-log", [log]));
  block.stack.output("WebAclArn", att(acl, "Arn"), "The firewall before the load balancer");
}
