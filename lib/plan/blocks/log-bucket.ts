import { arnOf } from "../../aws/arns.ts";
import type { Statement } from "../../aws/policy.ts";
import type { Block } from "../stack.ts";
import { sub } from "../template.ts";
import { type BareBucket, type Bucket, bucket } from "./bucket.ts";

/** Where the load balancer writes below its bucket. */
export const balancerPrefix = "alb";

/**
 * Where the load balancer and the other buckets write their access logs. Both know only Amazon S3's own encryption (Elastic Load Balancing,
 * "Enable access logs for your Application Load Balancer"; Amazon S3 User Guide, "Enabling Amazon S3 server access logging").
 */
export function logBucket(block: Block, expireAfter: number): Bucket {
  return bucket(block, "logs", { expireAfter, statements: (made) => writers(block, made) });
}

function writers({ site }: Block, { id }: BareBucket): readonly Statement[] {
  const inThisAccount = { StringEquals: { "aws:SourceAccount": site.account } };
  return [
    {
      Sid: "LoadBalancerWritesItsLog",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: sub(`\${${id}.Arn}/${balancerPrefix}/AWSLogs/${site.account}/*`),
      Condition: { ArnLike: { "aws:SourceArn": arnOf(site.region, "elasticloadbalancing", site.account, "loadbalancer/*") } },
    },
    {
      Sid: "BucketsOfThisAccountWriteTheirLog",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: sub(`\${${id}.Arn}/s3/*`),
      Condition: inThisAccount,
    },
  ];
}
