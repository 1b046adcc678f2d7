import { isTree, treesOf } from "../codecs.ts";
import { type Codec, entry, type Tree } from "../entry.ts";

const cachedMethods = {
  to: "cachedMethods",
  implied: {
    value: ["GET", "HEAD"],
    source: "CloudFormation, CacheBehavior: CachedMethods defaults to GET and HEAD; Pulumi wants them said",
  },
} as const;

const edgeFunctions = { to: "lambdaFunctionAssociations", in: { LambdaFunctionARN: "lambdaArn" } } as const;

/** Lists that CloudFormation wraps, with how long they are, are plain in Pulumi. */
const originGroups = {
  to: "originGroups",
  as: {
    forward: (value) =>
      wrapped(value).map(({ Id, FailoverCriteria, Members }) => ({
        originId: Id,
        failoverCriteria: { statusCodes: inside(inside(FailoverCriteria, "StatusCodes"), "Items") },
        members: wrapped(Members).map(({ OriginId }) => ({ originId: OriginId })),
      })),
    back: (value) =>
      wrap(
        treesOf(value).map(({ originId, failoverCriteria, members }) => ({
          Id: originId,
          FailoverCriteria: { StatusCodes: wrap(inside(failoverCriteria, "statusCodes")) },
          Members: wrap(treesOf(members).map((one) => ({ OriginId: one.originId }))),
        })),
      ),
  },
} as const satisfies { readonly to: string; readonly as: Codec };

const inside = (value: unknown, key: string): unknown => (isTree(value) ? value[key] : undefined);
const wrapped = (value: unknown): readonly Tree[] => treesOf(inside(value, "Items"));
const wrap = (Items: unknown) => ({ Quantity: Array.isArray(Items) ? Items.length : 0, Items });

/** Everything lies one level higher in Pulumi, which also asks for what CloudFormation implies. */
export const distribution = entry("AWS::CloudFront::Distribution", "aws:cloudfront/distribution:Distribution", {
  ref: "id",
  attributes: { Id: "id", DomainName: "domainName" },
  fields: {
    DistributionConfig: {
      to: ".",
      in: {
        DefaultCacheBehavior: {
          to: "defaultCacheBehavior",
          in: { CachedMethods: cachedMethods, LambdaFunctionAssociations: edgeFunctions },
        },
        CacheBehaviors: {
          to: "orderedCacheBehaviors",
          in: { CachedMethods: cachedMethods, LambdaFunctionAssociations: edgeFunctions },
        },
        HttpVersion: {
          to: "httpVersion",
          implied: {
            value: "http1.1",
            source:
              "CloudFormation, DistributionConfig: HttpVersion defaults to http1.1; Pulumi Registry, aws.cloudfront.Distribution: to http2",
          },
        },
        Restrictions: {
          to: "restrictions",
          implied: {
            value: { geoRestriction: { restrictionType: "none" } },
            source: "CloudFormation, DistributionConfig: Restrictions is optional; Pulumi wants it said",
          },
        },
        ViewerCertificate: {
          to: "viewerCertificate",
          implied: {
            value: { cloudfrontDefaultCertificate: true },
            source: "CloudFormation, DistributionConfig: without ViewerCertificate CloudFront's own is used; Pulumi wants it said",
          },
        },
        OriginGroups: originGroups,
        IPV6Enabled: "isIpv6Enabled",
        Logging: { to: "loggingConfig" },
        Origins: {
          to: "origins",
          in: {
            Id: "originId",
            OriginCustomHeaders: { to: "customHeaders", in: { HeaderName: "name", HeaderValue: "value" } },
            // The provider takes the absence of an identity as CloudFormation takes an empty one: access by an origin access control.
            S3OriginConfig: { to: ".", as: { forward: emptyIdentity, back: () => undefined } },
          },
        },
      },
      none: { CNAMEs: "use Aliases", CustomOrigin: "use Origins", S3Origin: "use Origins" },
    },
  },
  code: {
    handles: [],
    arguments: [],
    forward: () => undefined,
    back(_args, { DistributionConfig: config }) {
      for (const origin of isTree(config) ? treesOf(config.Origins) : [])
        if (origin.CustomOriginConfig === undefined && origin.VpcOriginConfig === undefined)
          origin.S3OriginConfig = { OriginAccessIdentity: "" };
    },
  },
});

function emptyIdentity(value: unknown): unknown {
  if (JSON.stringify(value) !== '{"OriginAccessIdentity":""}') throw new Error("an origin in S3 is reached by an origin access control");
  return undefined;
}

export const originAccessControl = entry("AWS::CloudFront::OriginAccessControl", "aws:cloudfront/originAccessControl:OriginAccessControl", {
  ref: "id",
  attributes: { Id: "id" },
  fields: {
    OriginAccessControlConfig: {
      to: ".",
      in: {
        Description: {
          to: "description",
          implied: { value: "", source: "Pulumi Registry, aws.cloudfront.OriginAccessControl: description defaults to Managed by Pulumi" },
        },
      },
    },
  },
});

export const responseHeadersPolicy = entry(
  "AWS::CloudFront::ResponseHeadersPolicy",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  {
    ref: "id",
    attributes: { Id: "id" },
    fields: {
      ResponseHeadersPolicyConfig: {
        to: ".",
      },
    },
  },
);

export const keyValueStore = entry("AWS::CloudFront::KeyValueStore", "aws:cloudfront/keyValueStore:KeyValueStore", {
  ref: "name",
  attributes: { Arn: "arn" },
  none: { ImportSource: "the store is filled by a failover" },
});

/** A function of CloudFront is published when its stack is: what runs is what the plan says. */
export const cloudFrontFunction = entry("AWS::CloudFront::Function", "aws:cloudfront/function:Function", {
  ref: "arn",
  attributes: { FunctionARN: "arn", "FunctionMetadata.FunctionARN": "arn" },
  fields: {
    FunctionCode: "code",
    AutoPublish: "publish",
    FunctionConfig: {
      to: ".",
      in: { KeyValueStoreAssociations: { to: "keyValueStoreAssociations", pluck: "KeyValueStoreARN" } },
    },
  },
  none: { FunctionMetadata: "an attribute" },
});

export const vpcOrigin = entry("AWS::CloudFront::VpcOrigin", "aws:cloudfront/vpcOrigin:VpcOrigin", {
  ref: "id",
  attributes: { Id: "id" },
  fields: {
    VpcOriginEndpointConfig: {
      to: "vpcOriginEndpointConfig",
      in: {
        HTTPPort: {
          to: "httpPort",
          implied: { value: 80, source: "CloudFormation, VpcOriginEndpointConfig: HTTPPort defaults to 80; Pulumi wants it said" },
        },
        OriginSSLProtocols: {
          to: "originSslProtocols",
          as: {
            forward: (value) => ({ items: value, quantity: Array.isArray(value) ? value.length : 0 }),
            back: (value) => (typeof value === "object" && value !== null ? Reflect.get(value, "items") : value),
          },
        },
      },
    },
  },
});
