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

/** A release does not wait long for who tells of it. */
const impatient = { maxAttempts: 2, requestHandler: { requestTimeout: 3_000, throwOnRequestTimeout: true } };

/** With the credentials and endpoints that AWS's SDK finds in its environment. The ledger of all regions is in one. */
export function openClients(region: string, ledgerRegion = region): Clients {
  return {
    dynamodb: new DynamoDBClient({ region: ledgerRegion }),
    ecs: new ECSClient({ region }),
    elb: new ElasticLoadBalancingV2Client({ region }),
    scaling: new ApplicationAutoScalingClient({ region }),
    cloudwatch: new CloudWatchClient({ region }),
    codedeploy: new CodeDeployClient({ region }),
    route53: new Route53Client({ region }),
    autoscaling: new AutoScalingClient({ region }),
    ssm: new SSMClient({ region }),
    sns: new SNSClient({ region, ...impatient }),
    events: new EventBridgeClient({ region, ...impatient }),
  };
}

/** Lets go of their connections, which would keep the process alive. */
export function closeClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
