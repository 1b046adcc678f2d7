import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { Route53Client } from "@aws-sdk/client-route-53";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { impatiently, inTime } from "./in-time.ts";
import { renewing } from "./renewing.ts";

/** What a world on AWS asks. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly scaling: ApplicationAutoScalingClient;
  readonly cloudwatch: CloudWatchClient;
  readonly codedeploy: CodeDeployClient;
  readonly route53: Route53Client;
  readonly autoscaling: AutoScalingClient;
  readonly ssm: SSMClient;
  readonly sns: SNSClient;
  readonly events: EventBridgeClient;
}

/** With the credentials and endpoints that AWS's SDK finds in its environment. The ledger of all regions is in one. */
export function openClients(region: string, ledgerRegion = region): Clients {
  const clients: Clients = {
    dynamodb: new DynamoDBClient(inTime(ledgerRegion)),
    ecs: new ECSClient(inTime(region)),
    elb: new ElasticLoadBalancingV2Client(inTime(region)),
    scaling: new ApplicationAutoScalingClient(inTime(region)),
    cloudwatch: new CloudWatchClient(inTime(region)),
    codedeploy: new CodeDeployClient(inTime(region)),
    route53: new Route53Client(inTime(region)),
    autoscaling: new AutoScalingClient(inTime(region)),
    ssm: new SSMClient(inTime(region)),
    // A release does not wait long for who tells of it.
    sns: new SNSClient(inTime(region, impatiently)),
    events: new EventBridgeClient(inTime(region, impatiently)),
  };
  for (const client of Object.values(clients)) renewing(client);
  return clients;
}

/** Lets go of their connections, which would keep the process alive. */
export function closeClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
