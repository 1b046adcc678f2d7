import { z } from "zod";
import { once, section, whole } from "../values.ts";
import { retention } from "./monitoring.ts";

/** AWS's names of services that have an interface endpoint, as they stand after `com.amazonaws.<region>.`. */
const interfaceEndpoints = [
  "codebuild",
  "codecommit",
  "codepipeline",
  "ecr.api",
  "ecr.dkr",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "secretsmanager",
  "sns",
  "ssm",
  "ssmmessages",
  "sts",
] as const;

/** The network of each region: three tiers of subnets over several availability zones. */
export const network = section({
  zones: whole(2, 6).prefault(2).describe("Availability zones that are used."),
  nat: z
    .enum(["per-zone", "one", "none"], { error: 'write "per-zone", "one" or "none"' })
    .prefault("per-zone")
    .describe("NAT gateways: one per zone outlives the loss of a zone, one costs less, none leaves only endpoints."),
  endpoints: once(
    z.array(z.enum(interfaceEndpoints, { error: `write any of: ${interfaceEndpoints.join(", ")}` }), {
      error: 'write a list of services, such as ["ecr.api", "ecr.dkr", "logs"]',
    }),
  )
    .prefault([])
    .describe("Services that are reached by an interface endpoint and not by NAT. S3 and DynamoDB always have a gateway endpoint."),
  ipv6: z
    .boolean({ error: "write true or false" })
    .prefault(false)
    .describe(
      "Whether the network has addresses of IPv6 too: callers reach the load balancer by both, and what runs reaches the internet by both. Only in networks that are made.",
    ),
  flowLogs: retention.prefault(30).describe("Days that flow logs are kept."),
}).prefault({});
