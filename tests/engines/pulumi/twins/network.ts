import * as aws from "@pulumi/aws";
import type { Twin } from "./twin.ts";

const tags = { Name: "main" };
const Tags = [{ Key: "Name", Value: "main" }];

export const network: readonly Twin[] = [
  {
    type: "AWS::EC2::VPC",
    make: () =>
      new aws.ec2.Vpc("one", {
        cidrBlock: "10.0.0.0/16",
        enableDnsHostnames: true,
        enableDnsSupport: true,
        instanceTenancy: "default",
        tags,
      }),
    is: { CidrBlock: "10.0.0.0/16", EnableDnsHostnames: true, EnableDnsSupport: true, InstanceTenancy: "default", Tags },
  },
  {
    type: "AWS::EC2::Subnet",
    make: () =>
      new aws.ec2.Subnet("one", {
        vpcId: "vpc-1",
        cidrBlock: "10.0.1.0/24",
        availabilityZone: "eu-west-1a",
        mapPublicIpOnLaunch: true,
        tags,
      }),
    is: { VpcId: "vpc-1", CidrBlock: "10.0.1.0/24", AvailabilityZone: "eu-west-1a", MapPublicIpOnLaunch: true, Tags },
  },
  { type: "AWS::EC2::InternetGateway", make: () => new aws.ec2.InternetGateway("one", { tags }), is: { Tags } },
  {
    type: "AWS::EC2::VPCGatewayAttachment",
    make: () => new aws.ec2.InternetGatewayAttachment("one", { internetGatewayId: "igw-1", vpcId: "vpc-1" }),
    is: { InternetGatewayId: "igw-1", VpcId: "vpc-1" },
  },
  { type: "AWS::EC2::EIP", make: () => new aws.ec2.Eip("one", { domain: "vpc", tags }), is: { Domain: "vpc", Tags } },
  {
    type: "AWS::EC2::NatGateway",
    make: () => new aws.ec2.NatGateway("one", { allocationId: "eipalloc-1", subnetId: "subnet-1", tags }),
    is: { AllocationId: "eipalloc-1", SubnetId: "subnet-1", Tags },
  },
  {
    type: "AWS::EC2::EgressOnlyInternetGateway",
    make: () => new aws.ec2.EgressOnlyInternetGateway("one", { vpcId: "vpc-1", tags }),
    is: { VpcId: "vpc-1", Tags },
  },
  {
    type: "AWS::EC2::VPCCidrBlock",
    make: () => new aws.ec2.VpcIpv6CidrBlockAssociation("one", { vpcId: "vpc-1", assignGeneratedIpv6CidrBlock: true }),
    is: { VpcId: "vpc-1", AmazonProvidedIpv6CidrBlock: true },
  },
  { type: "AWS::EC2::RouteTable", make: () => new aws.ec2.RouteTable("one", { vpcId: "vpc-1", tags }), is: { VpcId: "vpc-1", Tags } },
  {
    type: "AWS::EC2::Route",
    make: () => new aws.ec2.Route("one", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }),
    is: { RouteTableId: "rtb-1", DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" },
  },
  {
    type: "AWS::EC2::Route",
    make: () => new aws.ec2.Route("one", { routeTableId: "rtb-1", destinationCidrBlock: "10.1.0.0/16", transitGatewayId: "tgw-1" }),
    is: { RouteTableId: "rtb-1", DestinationCidrBlock: "10.1.0.0/16", TransitGatewayId: "tgw-1" },
  },
  {
    type: "AWS::EC2::TransitGatewayAttachment",
    make: () =>
      new aws.ec2transitgateway.VpcAttachment("one", {
        transitGatewayId: "tgw-1",
        vpcId: "vpc-1",
        subnetIds: ["subnet-1", "subnet-2"],
        tags,
      }),
    is: { TransitGatewayId: "tgw-1", VpcId: "vpc-1", SubnetIds: ["subnet-1", "subnet-2"], Tags },
  },
  {
    type: "AWS::EC2::SubnetRouteTableAssociation",
    make: () => new aws.ec2.RouteTableAssociation("one", { routeTableId: "rtb-1", subnetId: "subnet-1" }),
    is: { RouteTableId: "rtb-1", SubnetId: "subnet-1" },
  },
  { type: "AWS::EC2::NetworkAcl", make: () => new aws.ec2.NetworkAcl("one", { vpcId: "vpc-1", tags }), is: { VpcId: "vpc-1", Tags } },
  {
    type: "AWS::EC2::NetworkAclEntry",
    make: () =>
      new aws.ec2.NetworkAclRule("one", {
        networkAclId: "acl-1",
        ruleNumber: 200,
        egress: false,
        protocol: "6",
        ruleAction: "allow",
        cidrBlock: "10.3.0.0/18",
        fromPort: 22,
        toPort: 23,
      }),
    is: {
      NetworkAclId: "acl-1",
      RuleNumber: 200,
      Egress: false,
      Protocol: 6,
      RuleAction: "allow",
      CidrBlock: "10.3.0.0/18",
      PortRange: { From: 22, To: 23 },
    },
  },
  {
    type: "AWS::EC2::SubnetNetworkAclAssociation",
    make: () => new aws.ec2.NetworkAclAssociation("one", { networkAclId: "acl-1", subnetId: "subnet-1" }),
    is: { NetworkAclId: "acl-1", SubnetId: "subnet-1" },
  },
  {
    type: "AWS::EC2::VPCEndpoint",
    make: () =>
      new aws.ec2.VpcEndpoint("one", {
        vpcId: "vpc-1",
        serviceName: "com.amazonaws.us-west-2.ec2",
        vpcEndpointType: "Interface",
        securityGroupIds: ["sg-1"],
        subnetIds: ["subnet-1"],
        privateDnsEnabled: true,
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
      }),
    is: {
      VpcId: "vpc-1",
      ServiceName: "com.amazonaws.us-west-2.ec2",
      VpcEndpointType: "Interface",
      SecurityGroupIds: ["sg-1"],
      SubnetIds: ["subnet-1"],
      PrivateDnsEnabled: true,
      PolicyDocument: { Version: "2012-10-17", Statement: [] },
    },
  },
  {
    type: "AWS::EC2::SecurityGroup",
    other: "a plan has a rule for each source, and so has what Pulumi is told",
    make: () =>
      new aws.ec2.SecurityGroup("one", {
        name: "allow_tls",
        description: "Allow TLS inbound traffic",
        vpcId: "vpc-1",
        ingress: [{ fromPort: 443, toPort: 443, protocol: "tcp", cidrBlocks: ["10.0.0.0/8", "192.168.0.0/16"], description: "TLS" }],
        egress: [{ fromPort: 0, toPort: 0, protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }],
      }),
    is: {
      GroupName: "allow_tls",
      GroupDescription: "Allow TLS inbound traffic",
      VpcId: "vpc-1",
      SecurityGroupIngress: ["10.0.0.0/8", "192.168.0.0/16"].map((CidrIp) => ({
        FromPort: 443,
        ToPort: 443,
        IpProtocol: "tcp",
        CidrIp,
        Description: "TLS",
      })),
      SecurityGroupEgress: [{ FromPort: 0, ToPort: 0, IpProtocol: "-1", CidrIp: "0.0.0.0/0" }],
    },
  },
  {
    type: "AWS::EC2::SecurityGroupIngress",
    make: () =>
      new aws.vpc.SecurityGroupIngressRule("one", {
        securityGroupId: "sg-1",
        cidrIpv4: "10.0.0.0/8",
        fromPort: 80,
        ipProtocol: "tcp",
        toPort: 8080,
        description: "in",
      }),
    is: { GroupId: "sg-1", CidrIp: "10.0.0.0/8", FromPort: 80, IpProtocol: "tcp", ToPort: 8080, Description: "in" },
  },
  {
    type: "AWS::EC2::SecurityGroupEgress",
    make: () =>
      new aws.vpc.SecurityGroupEgressRule("one", {
        securityGroupId: "sg-1",
        referencedSecurityGroupId: "sg-2",
        fromPort: 3306,
        ipProtocol: "tcp",
        toPort: 3306,
      }),
    is: { GroupId: "sg-1", DestinationSecurityGroupId: "sg-2", FromPort: 3306, IpProtocol: "tcp", ToPort: 3306 },
  },
  {
    type: "AWS::EC2::FlowLog",
    make: () =>
      new aws.ec2.FlowLog("one", {
        iamRoleArn: "arn:aws:iam::1:role/r",
        logDestination: "arn:aws:logs:eu-west-1:1:log-group:l",
        trafficType: "ALL",
        vpcId: "vpc-1",
        maxAggregationInterval: 60,
      }),
    is: {
      DeliverLogsPermissionArn: "arn:aws:iam::1:role/r",
      LogDestination: "arn:aws:logs:eu-west-1:1:log-group:l",
      TrafficType: "ALL",
      ResourceId: "vpc-1",
      ResourceType: "VPC",
      MaxAggregationInterval: 60,
    },
  },
  {
    type: "AWS::EC2::LaunchTemplate",
    make: () =>
      new aws.ec2.LaunchTemplate("one", {
        name: "foo",
        imageId: "ami-test",
        instanceType: "t2.micro",
        iamInstanceProfile: { name: "test" },
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        vpcSecurityGroupIds: ["sg-12345678"],
        blockDeviceMappings: [{ deviceName: "/dev/sdf", ebs: { volumeSize: 20, volumeType: "gp3", encrypted: "true" } }],
        userData: Buffer.from("#!/bin/sh\n").toString("base64"),
      }),
    is: {
      LaunchTemplateName: "foo",
      LaunchTemplateData: {
        ImageId: "ami-test",
        InstanceType: "t2.micro",
        IamInstanceProfile: { Name: "test" },
        MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 1 },
        SecurityGroupIds: ["sg-12345678"],
        BlockDeviceMappings: [{ DeviceName: "/dev/sdf", Ebs: { VolumeSize: 20, VolumeType: "gp3", Encrypted: true } }],
        UserData: { "Fn::Base64": "#!/bin/sh\n" },
      },
    },
  },
];
