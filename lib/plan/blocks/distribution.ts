import type { Region } from "../../aws/regions.ts";
import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { productionPort } from "./balancer.ts";
import { regionChoice } from "./region-choice.ts";
import { securityHeaders } from "./security-headers.ts";

/** AWS's policies have the same ids everywhere (Amazon CloudFront Developer Guide, "Use managed cache policies" and "… origin request policies"). */
const policies = {
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
};

interface Origin {
  readonly region: Region;
  readonly balancerArn: Value<string>;
  readonly balancerDnsName: Value<string>;
}

interface DistributionNeeds {
  readonly domain: string;
  readonly certificateArn: Value<string>;
  readonly aclArn: Value<string>;
  /** The load balancers, that of the primary region first. */
  readonly origins: readonly Origin[];
  /** The buckets of static files as their own hosts, that of the primary region first, and the paths that they answer. */
  readonly files: { readonly origins: readonly FilesOrigin[]; readonly paths: readonly string[] };
}

interface FilesOrigin {
  readonly region: Region;
  readonly host: string;
}

/** The one way in for callers of several regions. */
export type Distribution = Resource<"AWS::CloudFront::Distribution">;

/** The id by which a region's load balancer is known to the distribution, and to a failover. */
export const originIn = (region: Region): string => `app-${region}`;
const files = "files";
const filesAnywhere = "files-anywhere";

/** CloudFront before the load balancers and the static files: HTTPS only, behind the firewall, each origin reached by CloudFront alone (A15). */
export function distribution(block: Block, needs: DistributionNeeds): Distribution {
  const [primary] = needs.origins;
  if (!primary) throw new Error("a distribution has an origin");
  const headers = ref(securityHeaders(block));
  const chooser = needs.origins.length > 1 ? [att(regionChoice(block), "FunctionARN")] : [];
  const fileOrigins = filesOrigins(block, needs.files.origins);
  const [, copy] = fileOrigins;
  const behaviour = { ResponseHeadersPolicyId: headers, ViewerProtocolPolicy: "redirect-to-https", Compress: true };
  return block.add(
    "Distribution",
    "AWS::CloudFront::Distribution",
    {
      DistributionConfig: {
        Enabled: true,
        Comment: block.name("stack", "edge"),
        Aliases: [needs.domain],
        HttpVersion: "http2and3",
        IPV6Enabled: true,
        PriceClass: "PriceClass_All",
        WebACLId: needs.aclArn,
        ViewerCertificate: {
          AcmCertificateArn: needs.certificateArn,
          MinimumProtocolVersion: "TLSv1.2_2021",
          SslSupportMethod: "sni-only",
        },
        Origins: [...needs.origins.map((origin) => appOrigin(block, origin)), ...fileOrigins],
        ...(copy && { OriginGroups: { Quantity: 1, Items: [eitherOf(files, copy.Id)] } }),
        DefaultCacheBehavior: {
          ...behaviour,
          TargetOriginId: originIn(primary.region),
          AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
          CachedMethods: ["GET", "HEAD"],
          CachePolicyId: policies.cachingDisabled,
          // With the caller's Host header the load balancer shows the certificate of the domain.
          OriginRequestPolicyId: policies.allViewer,
          FunctionAssociations: chooser.map((FunctionARN) => ({ EventType: "viewer-request", FunctionARN })),
        },
        CacheBehaviors: needs.files.paths.map((PathPattern) => ({
          ...behaviour,
          PathPattern,
          TargetOriginId: copy ? filesAnywhere : files,
          AllowedMethods: ["GET", "HEAD"],
          CachedMethods: ["GET", "HEAD"],
          CachePolicyId: policies.cachingOptimized,
        })),
      },
      Tags: block.site.tags,
    },
    { proves: ["A15"] },
  );
}

/** A load balancer without public addresses (Amazon CloudFront Developer Guide, "Restrict access with VPC origins"). */
function appOrigin(block: Block, { region, balancerArn, balancerDnsName }: Origin) {
  const made = block.add(
    `Origin ${region}`,
    "AWS::CloudFront::VpcOrigin",
    {
      VpcOriginEndpointConfig: {
        Name: block.name("edge-function", `origin-${region}`),
        Arn: balancerArn,
        HTTPSPort: productionPort,
        OriginProtocolPolicy: "https-only",
        OriginSSLProtocols: ["TLSv1.2"],
      },
      Tags: block.site.tags,
    },
    { proves: ["A15"] },
  );
  return { Id: originIn(region), DomainName: balancerDnsName, VpcOriginConfig: { VpcOriginId: ref(made) } };
}

/**
 * Buckets that take only what this account's CloudFront has signed (Amazon CloudFront Developer Guide, "Restrict access to an Amazon S3
 * origin").
 */
function filesOrigins(block: Block, origins: readonly FilesOrigin[]) {
  const access = block.add(
    "Files access",
    "AWS::CloudFront::OriginAccessControl",
    {
      OriginAccessControlConfig: {
        Name: block.name("origin-access-control", "files"),
        OriginAccessControlOriginType: "s3",
        SigningBehavior: "always",
        SigningProtocol: "sigv4",
      },
    },
    { proves: ["A15"] },
  );
  return origins.map(({ region, host }, at) => ({
    Id: at === 0 ? files : `${files}-${region}`,
    DomainName: host,
    OriginAccessControlId: att(access, "Id"),
    // An empty identity is how CloudFormation says that the origin is a bucket.
    S3OriginConfig: { OriginAccessIdentity: "" },
  }));
}

/**
 * The copy answers when the bucket does not. For what only reads CloudFront fails over by itself, request by request (Amazon CloudFront
 * Developer Guide, "Optimize high availability with CloudFront origin failover": two members).
 */
function eitherOf(first: string, second: string) {
  const StatusCodes = [500, 502, 503, 504];
  return {
    Id: filesAnywhere,
    FailoverCriteria: { StatusCodes: { Quantity: StatusCodes.length, Items: StatusCodes } },
    Members: { Quantity: 2, Items: [{ OriginId: first }, { OriginId: second }] },
  };
}
