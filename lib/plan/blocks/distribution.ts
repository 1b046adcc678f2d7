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

export interface Origin {
  readonly region: Region;
  readonly balancerArn: Value<string>;
  readonly balancerDnsName: Value<string>;
}

export interface DistributionNeeds {
  readonly domain: string;
  readonly certificateArn: Value<string>;
  readonly aclArn: Value<string>;
  /** The load balancers, that of the primary region first. */
  readonly origins: readonly Origin[];
  /** The bucket of static files as its own host, and the paths that it answers. */
  readonly files: { readonly host: string; readonly paths: readonly string[] };
}

export type Distribution = Resource<"AWS::CloudFront::Distribution">;

/** The id by which a region's load balancer is known to the distribution, and to a failover. */
const originIn = (region: Region): string => `app-${region}`;
const files = "files";

/** CloudFront before the load balancers and the static files: HTTPS only, behind the firewall, each origin reached by CloudFront alone (A15). */
export function distribution(block: Block, needs: DistributionNeeds): Distribution {
  const [primary] = needs.origins;
  if (!primary) throw new Error("a distribution has an origin");
  const headers = ref(securityHeaders(block));
  const chooser = needs.origins.length > 1 ? [att(regionChoice(block), "FunctionARN")] : [];
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
        Origins: [...needs.origins.map((origin) => appOrigin(block, origin)), filesOrigin(block, needs.files.host)],
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
          TargetOriginId: files,
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

/** A bucket that takes only what this account's CloudFront has signed (Amazon CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"). */
function filesOrigin(block: Block, host: string) {
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
  // An empty identity is how CloudFormation says that the origin is a bucket.
  return { Id: files, DomainName: host, OriginAccessControlId: att(access, "Id"), S3OriginConfig: { OriginAccessIdentity: "" } };
}
