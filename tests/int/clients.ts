import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";

/** What the checks ask, in one region. */
export type Clients = ReturnType<typeof open>;

/** The clients of a region, as far as a check needs them. */
export type In<Name extends keyof Clients> = (region: string) => Pick<Clients, Name>;

/** With the credentials and endpoints that AWS's SDK finds in its environment. */
const open = (region: string) => ({
  ec2: new EC2Client({ region }),
  rds: new RDSClient({ region }),
  elb: new ElasticLoadBalancingV2Client({ region }),
  s3: new S3Client({ region }),
  route53: new Route53Client({ region }),
  cloudwatch: new CloudWatchClient({ region }),
  sns: new SNSClient({ region }),
  ecs: new ECSClient({ region }),
  scaling: new AutoScalingClient({ region }),
  cloudfront: new CloudFrontClient({ region }),
  kms: new KMSClient({ region }),
  logs: new CloudWatchLogsClient({ region }),
  trail: new CloudTrailClient({ region }),
  secrets: new SecretsManagerClient({ region }),
  ecr: new ECRClient({ region }),
});

/** Clients for each region, opened when they are asked for, and closed all at once. */
export function everywhere(): { readonly clients: In<keyof Clients>; close(): void } {
  const opened = new Map<string, Clients>();
  return {
    clients: (region) => {
      const known = opened.get(region) ?? open(region);
      opened.set(region, known);
      return known;
    },
    close: () => {
      for (const all of opened.values()) for (const client of Object.values(all)) client.destroy();
    },
  };
}
