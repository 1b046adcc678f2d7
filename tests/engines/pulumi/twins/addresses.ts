import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const rule = { fromPort: 443, toPort: 443, protocol: "tcp" };
const Rule = { FromPort: 443, ToPort: 443, IpProtocol: "tcp" };
const anywhere = { ipv6CidrBlocks: ["2001:db8::/32"], prefixListIds: ["pl-1"], securityGroups: ["sg-1"] };

/** What networks and names can besides what the first twins of them show. */
export const addresses: readonly Twin[] = [
  {
    type: "AWS::EC2::SecurityGroup",
    other: "a plan has a rule for each source, and so has what Pulumi is told",
    make: () =>
      new aws.ec2.SecurityGroup("one", {
        description: "Every kind of source",
        ingress: [{ ...rule, ...anywhere }],
        egress: [{ ...rule, ...anywhere }],
      }),
    is: {
      GroupDescription: "Every kind of source",
      SecurityGroupIngress: [
        { ...Rule, CidrIpv6: "2001:db8::/32" },
        { ...Rule, SourcePrefixListId: "pl-1" },
        { ...Rule, SourceSecurityGroupId: "sg-1" },
      ],
      SecurityGroupEgress: [
        { ...Rule, CidrIpv6: "2001:db8::/32" },
        { ...Rule, DestinationPrefixListId: "pl-1" },
        { ...Rule, DestinationSecurityGroupId: "sg-1" },
      ],
    },
  },
  {
    type: "AWS::EC2::SecurityGroupIngress",
    make: () =>
      new aws.vpc.SecurityGroupIngressRule("one", { securityGroupId: "sg-1", ipProtocol: "-1", referencedSecurityGroupId: "sg-2" }),
    is: { GroupId: "sg-1", IpProtocol: "-1", SourceSecurityGroupId: "sg-2" },
  },
  {
    type: "AWS::EC2::SecurityGroupIngress",
    make: () => new aws.vpc.SecurityGroupIngressRule("one", { securityGroupId: "sg-1", ipProtocol: "-1", prefixListId: "pl-1" }),
    is: { GroupId: "sg-1", IpProtocol: "-1", SourcePrefixListId: "pl-1" },
  },
  {
    type: "AWS::EC2::SecurityGroupEgress",
    make: () => new aws.vpc.SecurityGroupEgressRule("one", { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" }),
    is: { GroupId: "sg-1", IpProtocol: "-1", CidrIp: "10.0.0.0/8" },
  },
  {
    type: "AWS::EC2::SecurityGroupEgress",
    make: () => new aws.vpc.SecurityGroupEgressRule("one", { securityGroupId: "sg-1", ipProtocol: "-1", prefixListId: "pl-1" }),
    is: { GroupId: "sg-1", IpProtocol: "-1", DestinationPrefixListId: "pl-1" },
  },
  {
    type: "AWS::EC2::EIP",
    make: () => new aws.ec2.Eip("one", { instance: "i-1", domain: "vpc" }),
    is: { InstanceId: "i-1", Domain: "vpc" },
  },
  {
    type: "AWS::EC2::NatGateway",
    make: () => new aws.ec2.NatGateway("one", { connectivityType: "private", subnetId: "subnet-1", privateIp: "10.0.1.9" }),
    is: { ConnectivityType: "private", SubnetId: "subnet-1", PrivateIpAddress: "10.0.1.9" },
  },
  {
    type: "AWS::EC2::Route",
    make: () => new aws.ec2.Route("one", { routeTableId: "rtb-1", destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }),
    is: { RouteTableId: "rtb-1", DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: "eigw-1" },
  },
  {
    type: "AWS::EC2::NetworkAclEntry",
    make: () =>
      new aws.ec2.NetworkAclRule("one", {
        networkAclId: "acl-1",
        ruleNumber: 300,
        protocol: "1",
        ruleAction: "allow",
        cidrBlock: "10.0.0.0/8",
        icmpType: 3,
        icmpCode: 4,
      }),
    is: {
      NetworkAclId: "acl-1",
      RuleNumber: 300,
      Protocol: 1,
      RuleAction: "allow",
      CidrBlock: "10.0.0.0/8",
      Icmp: { Type: 3, Code: 4 },
    },
  },
  {
    type: "AWS::EC2::VPCEndpoint",
    make: () =>
      new aws.ec2.VpcEndpoint("one", {
        vpcId: "vpc-1",
        serviceName: "com.amazonaws.us-west-2.s3",
        vpcEndpointType: "Interface",
        dnsOptions: { dnsRecordIpType: "ipv4", privateDnsOnlyForInboundResolverEndpoint: false },
      }),
    is: {
      VpcId: "vpc-1",
      ServiceName: "com.amazonaws.us-west-2.s3",
      VpcEndpointType: "Interface",
      DnsOptions: { DnsRecordIpType: "ipv4", PrivateDnsOnlyForInboundResolverEndpoint: "AllResolvers" },
    },
  },
  ...routed(),
  {
    type: "AWS::Route53::HealthCheck",
    make: () =>
      new aws.route53.HealthCheck("one", {
        type: "CALCULATED",
        childHealthThreshold: 1,
        childHealthchecks: ["c"],
        invertHealthcheck: true,
      }),
    is: { HealthCheckConfig: { Type: "CALCULATED", HealthThreshold: 1, ChildHealthChecks: ["c"], Inverted: true } },
  },
  {
    type: "AWS::Route53::HealthCheck",
    make: () =>
      new aws.route53.HealthCheck("one", {
        type: "CLOUDWATCH_METRIC",
        cloudwatchAlarmName: "a",
        cloudwatchAlarmRegion: "us-west-2",
        insufficientDataHealthStatus: "Healthy",
      }),
    is: {
      HealthCheckConfig: {
        Type: "CLOUDWATCH_METRIC",
        AlarmIdentifier: { Name: "a", Region: "us-west-2" },
        InsufficientDataHealthStatus: "Healthy",
      },
    },
  },
];

/** A record for each way in which Route 53 chooses. */
function routed(): readonly Twin[] {
  const record = { zoneId: "Z1", name: "www", type: "CNAME", ttl: 5, records: ["dev.example.com"], setIdentifier: "dev" };
  const is = { HostedZoneId: "Z1", Name: "www", Type: "CNAME", TTL: "5", ResourceRecords: ["dev.example.com"], SetIdentifier: "dev" };
  const type = "AWS::Route53::RecordSet";
  const made = (args: Partial<aws.route53.RecordArgs>) => () => new aws.route53.Record("one", { ...record, ...args });
  return [
    { type, make: made({ failoverRoutingPolicies: [{ type: "PRIMARY" }] }), is: { ...is, Failover: "PRIMARY" } },
    { type, make: made({ latencyRoutingPolicies: [{ region: "eu-west-1" }] }), is: { ...is, Region: "eu-west-1" } },
    { type, make: made({ multivalueAnswerRoutingPolicy: true }), is: { ...is, MultiValueAnswer: true } },
    {
      type,
      make: made({ cidrRoutingPolicy: { collectionId: "c", locationName: "office" } }),
      is: { ...is, CidrRoutingConfig: { CollectionId: "c", LocationName: "office" } },
    },
    {
      type,
      make: made({ geolocationRoutingPolicies: [{ continent: "NA", country: "US", subdivision: "WA" }] }),
      is: { ...is, GeoLocation: { ContinentCode: "NA", CountryCode: "US", SubdivisionCode: "WA" } },
    },
  ];
}
