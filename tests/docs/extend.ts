import * as aws from "@pulumi/aws";
import { TapStack } from "../../lib/tap-stack.ts";
import config from "./sluice.config.ts";

const vpc = new aws.ec2.Vpc("ours", { cidrBlock: "10.9.0.0/16" });
const subnet = (name: string, cidrBlock: string, availabilityZone: string) =>
  new aws.ec2.Subnet(name, { vpcId: vpc.id, cidrBlock, availabilityZone }).id;
const zone = new aws.route53.Zone("ours", { name: "shop.example.com" });

const shop = new TapStack(
  "shop",
  {
    environment: "production",
    config: {
      ...config,
      environments: {
        production: {
          account: "111122223333",
          regions: ["eu-west-1"],
          domain: "shop.example.com",
          zone: zone.zoneId,
          existing: {
            vpc: {
              id: vpc.id,
              publicSubnets: [subnet("public-a", "10.9.0.0/24", "eu-west-1a"), subnet("public-b", "10.9.1.0/24", "eu-west-1b")],
              privateSubnets: [subnet("private-a", "10.9.2.0/24", "eu-west-1a"), subnet("private-b", "10.9.3.0/24", "eu-west-1b")],
            },
          },
        },
      },
    },
  },
  {
    // Whatever Pulumi can change in a program, such as how long logs are kept.
    transformations: [
      ({ type, props, opts }) =>
        type === "aws:cloudwatch/logGroup:LogGroup" ? { props: { ...props, retentionInDays: 400 }, opts } : undefined,
    ],
  },
);

const jobs = new aws.sqs.Queue("jobs");
new aws.cloudwatch.MetricAlarm("jobs-wait", {
  namespace: "AWS/SQS",
  metricName: "ApproximateAgeOfOldestMessage",
  dimensions: { QueueName: jobs.name },
  statistic: "Maximum",
  comparisonOperator: "GreaterThanThreshold",
  threshold: 600,
  period: 60,
  evaluationPeriods: 5,
  alarmActions: [shop.topicArn.apply((arn) => arn ?? "")],
});
export const logs = shop.stacks["shop-production-euw1-base"]?.LogBucketName;
