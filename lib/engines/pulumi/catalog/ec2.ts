import { isDeepStrictEqual } from "node:util";
import { nobody } from "../../../plan/blocks/security-group.ts";
import { isMark, pairs } from "../codecs.ts";
import { type Codec, entry } from "../entry.ts";

export const vpc = entry("AWS::EC2::VPC", "aws:ec2/vpc:Vpc", {
  attributes: { DefaultSecurityGroup: "defaultSecurityGroupId", DefaultNetworkAcl: "defaultNetworkAclId" },
});

export const vpcCidrBlock = entry("AWS::EC2::VPCCidrBlock", "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation", {
  fields: { AmazonProvidedIpv6CidrBlock: "assignGeneratedIpv6CidrBlock" },
  none: {
    CidrBlock: "a second block of IPv4 is another resource in Pulumi",
    Ipv4IpamPoolId: "a second block of IPv4 is another resource in Pulumi",
    Ipv4NetmaskLength: "a second block of IPv4 is another resource in Pulumi",
    Ipv6CidrBlockNetworkBorderGroup: "the VPC's argument in Pulumi",
  },
});

export const egressOnlyInternetGateway = entry(
  "AWS::EC2::EgressOnlyInternetGateway",
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
);

export const subnet = entry("AWS::EC2::Subnet", "aws:ec2/subnet:Subnet", {
  none: { PrivateDnsNameOptionsOnLaunch: "Pulumi spreads it over three arguments" },
});

export const internetGateway = entry("AWS::EC2::InternetGateway", "aws:ec2/internetGateway:InternetGateway");

export const gatewayAttachment = entry("AWS::EC2::VPCGatewayAttachment", "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment", {
  none: { VpnGatewayId: "no plan has a VPN" },
});

/** `Ref` is the address in CloudFormation; the plan reads the allocation id. */
export const eip = entry("AWS::EC2::EIP", "aws:ec2/eip:Eip", {
  ref: "publicIp",
  attributes: { AllocationId: "allocationId" },
  fields: { InstanceId: "instance" },
});

export const natGateway = entry("AWS::EC2::NatGateway", "aws:ec2/natGateway:NatGateway", {
  fields: { PrivateIpAddress: "privateIp" },
  none: { MaxDrainDurationSeconds: "CloudFormation only" },
});

export const routeTable = entry("AWS::EC2::RouteTable", "aws:ec2/routeTable:RouteTable");

export const route = entry("AWS::EC2::Route", "aws:ec2/route:Route", {
  fields: { EgressOnlyInternetGatewayId: "egressOnlyGatewayId" },
});

export const routeTableAssociation = entry("AWS::EC2::SubnetRouteTableAssociation", "aws:ec2/routeTableAssociation:RouteTableAssociation");

export const networkAcl = entry("AWS::EC2::NetworkAcl", "aws:ec2/networkAcl:NetworkAcl");

export const networkAclEntry = entry("AWS::EC2::NetworkAclEntry", "aws:ec2/networkAclRule:NetworkAclRule", {
  fields: {
    PortRange: { to: ".", in: { From: "fromPort", To: "toPort" } },
    Icmp: { to: ".", in: { Code: "icmpCode", Type: "icmpType" } },
  },
});

export const networkAclAssociation = entry("AWS::EC2::SubnetNetworkAclAssociation", "aws:ec2/networkAclAssociation:NetworkAclAssociation");

export const vpcEndpoint = entry("AWS::EC2::VPCEndpoint", "aws:ec2/vpcEndpoint:VpcEndpoint", {
  fields: {
    PolicyDocument: "policy",
    DnsOptions: {
      to: "dnsOptions",
      in: {
        PrivateDnsOnlyForInboundResolverEndpoint: {
          to: "privateDnsOnlyForInboundResolverEndpoint",
          values: { OnlyInboundResolver: true, AllResolvers: false },
        },
      },
    },
  },
});

const sources = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"] as const;

/**
 * A group without a stated way out lets everything out in CloudFormation and nothing in Pulumi, whose provider takes AWS's own rule away. The
 * plan's groups say a way to nobody, so that both begin closed; in Pulumi that is the absence of a rule, and standalone rules stay in force.
 */
export const securityGroup = entry("AWS::EC2::SecurityGroup", "aws:ec2/securityGroup:SecurityGroup", {
  attributes: { GroupId: "id", VpcId: "vpcId" },
  alike: {
    egress: {
      told: "nothing where the plan says a way out to nobody",
      source:
        "EC2 user guide, security groups: a new group lets everything out; Pulumi Registry, aws.ec2.SecurityGroup: the provider removes that rule",
    },
  },
  fields: {
    SecurityGroupIngress: {
      to: "ingress",
      spread: sources,
      in: {
        IpProtocol: "protocol",
        CidrIp: "cidrBlocks",
        CidrIpv6: "ipv6CidrBlocks",
        SourcePrefixListId: "prefixListIds",
        SourceSecurityGroupId: "securityGroups",
      },
      none: { SourceSecurityGroupName: "EC2-Classic", SourceSecurityGroupOwnerId: "a peer's group is named owner/group in securityGroups" },
    },
    SecurityGroupEgress: {
      to: "egress",
      spread: sources,
      in: {
        IpProtocol: "protocol",
        CidrIp: "cidrBlocks",
        CidrIpv6: "ipv6CidrBlocks",
        DestinationPrefixListId: "prefixListIds",
        DestinationSecurityGroupId: "securityGroups",
      },
    },
  },
  code: {
    handles: [],
    arguments: [],
    forward(properties) {
      if (isDeepStrictEqual(properties.SecurityGroupEgress, [nobody])) delete properties.SecurityGroupEgress;
    },
    back(_args, properties) {
      properties.SecurityGroupEgress ??= [nobody];
    },
  },
});

export const securityGroupIngress = entry("AWS::EC2::SecurityGroupIngress", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
  fields: {
    GroupId: "securityGroupId",
    CidrIp: "cidrIpv4",
    SourceSecurityGroupId: "referencedSecurityGroupId",
    SourcePrefixListId: "prefixListId",
  },
  none: { GroupName: "EC2-Classic", SourceSecurityGroupName: "EC2-Classic", SourceSecurityGroupOwnerId: "EC2-Classic" },
});

export const securityGroupEgress = entry("AWS::EC2::SecurityGroupEgress", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", {
  fields: {
    GroupId: "securityGroupId",
    CidrIp: "cidrIpv4",
    DestinationSecurityGroupId: "referencedSecurityGroupId",
    DestinationPrefixListId: "prefixListId",
  },
});

const watched: Readonly<Record<string, string>> = {
  VPC: "vpcId",
  Subnet: "subnetId",
  NetworkInterface: "eniId",
  TransitGateway: "transitGatewayId",
  TransitGatewayAttachment: "transitGatewayAttachmentId",
};

/** The kind of what is watched chooses the argument. */
export const flowLog = entry("AWS::EC2::FlowLog", "aws:ec2/flowLog:FlowLog", {
  fields: {
    DeliverLogsPermissionArn: "iamRoleArn",
  },
  none: { LogGroupName: "use LogDestination with the ARN of the log group", DestinationOptions: "JSON in CloudFormation" },
  code: {
    handles: ["ResourceId", "ResourceType"],
    arguments: Object.values(watched),
    forward(properties, args) {
      const argument = watched[String(properties.ResourceType)];
      if (argument === undefined) throw new Error(`a flow log watches one of ${Object.keys(watched).join(", ")}`);
      args[argument] = properties.ResourceId;
    },
    back(args, properties) {
      const found = Object.entries(watched).find(([, argument]) => args[argument] !== undefined);
      if (found) Object.assign(properties, { ResourceType: found[0], ResourceId: args[found[1]] });
    },
  },
});

/** Whether it is in the gateway's own route tables is the gateway's to say: the account that it is shared with cannot. */
export const transitGatewayAttachment = entry("AWS::EC2::TransitGatewayAttachment", "aws:ec2transitgateway/vpcAttachment:VpcAttachment", {
  ref: "id",
  attributes: { Id: "id" },
  none: { Options: "leave it out, and Amazon's defaults hold" },
});

/** Encoded by CloudFormation's function in the plan, and by ourselves in Pulumi. */
const userData: Codec = {
  forward: (value) => value,
  back: (value) => (typeof value === "string" && !isMark(value) ? { "Fn::Base64": Buffer.from(value, "base64").toString() } : value),
};

const tags = pairs("Key");

/** The default version moves in neither engine; the plan names the latest one. */
export const launchTemplate = entry("AWS::EC2::LaunchTemplate", "aws:ec2/launchTemplate:LaunchTemplate", {
  ref: "id",
  attributes: { LatestVersionNumber: "latestVersion", DefaultVersionNumber: "defaultVersion", LaunchTemplateId: "id" },
  fields: {
    VersionDescription: "description",
    LaunchTemplateData: {
      to: ".",
      in: { SecurityGroupIds: "vpcSecurityGroupIds", SecurityGroups: "securityGroupNames", UserData: { to: "userData", as: userData } },
    },
    TagSpecifications: {
      to: "tags",
      as: {
        forward: (value) => templateTags(value),
        back: (value) => [{ ResourceType: "launch-template", Tags: tags.back(value) }],
      },
    },
  },
});

function templateTags(value: unknown): unknown {
  const [only, ...others] = Array.isArray(value) ? value : [];
  if (others.length > 0 || only?.ResourceType !== "launch-template") throw new Error("a launch template has tags of its own alone");
  return tags.forward(only.Tags);
}
