import { entry } from "../entry.ts";

export const recordSet = entry("AWS::Route53::RecordSet", "aws:route53/record:Record", {
  ref: "name",
  fields: {
    HostedZoneId: "zoneId",
    ResourceRecords: "records",
    AliasTarget: {
      to: "aliases",
      in: {
        DNSName: "name",
        HostedZoneId: "zoneId",
        EvaluateTargetHealth: {
          to: "evaluateTargetHealth",
          implied: { value: false, source: "CloudFormation, AliasTarget: EvaluateTargetHealth defaults to false; Pulumi wants it said" },
        },
      },
    },
    Weight: "weightedRoutingPolicies.weight",
    Failover: "failoverRoutingPolicies.type",
    Region: "latencyRoutingPolicies.region",
    MultiValueAnswer: "multivalueAnswerRoutingPolicy",
    CidrRoutingConfig: { to: "cidrRoutingPolicy" },
    GeoLocation: {
      to: "geolocationRoutingPolicies",
      in: { ContinentCode: "continent", CountryCode: "country", SubdivisionCode: "subdivision" },
    },
  },
  none: { HostedZoneName: "use HostedZoneId", Comment: "Route 53 does not keep it" },
});

export const hostedZone = entry("AWS::Route53::HostedZone", "aws:route53/zone:Zone", {
  ref: "zoneId",
  attributes: { Id: "zoneId", NameServers: "nameServers" },
  keep: {
    arguments: ["forceDestroy"],
    source:
      "Route 53, DeleteHostedZone: a zone with records is not deleted; Pulumi Registry, aws.route53.Zone: forceDestroy defaults to false",
    of: (keep) => ({ forceDestroy: keep === "destroy" }),
  },
  fields: { HostedZoneConfig: { to: "." }, HostedZoneTags: "tags" },
  defaults: { comment: { value: "", source: "Pulumi Registry, aws.route53.Zone: comment defaults to Managed by Pulumi" } },
});

export const healthCheck = entry("AWS::Route53::HealthCheck", "aws:route53/healthCheck:HealthCheck", {
  ref: "id",
  attributes: { HealthCheckId: "id" },
  fields: {
    HealthCheckConfig: {
      to: ".",
      in: {
        FullyQualifiedDomainName: "fqdn",
        HealthThreshold: "childHealthThreshold",
        Inverted: "invertHealthcheck",
        AlarmIdentifier: { to: ".", in: { Name: "cloudwatchAlarmName", Region: "cloudwatchAlarmRegion" } },
      },
    },
    HealthCheckTags: "tags",
  },
});
