import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  type AssociateRouteTableCommandInput,
  AttachInternetGatewayCommand,
  type AttachInternetGatewayCommandInput,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateLaunchTemplateCommand,
  type CreateLaunchTemplateCommandInput,
  CreateNatGatewayCommand,
  type CreateNatGatewayCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  type CreateSubnetCommandInput,
  CreateVpcCommand,
  type EC2Client,
  ModifyVpcAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Stack } from "../../../lib/plan/template.ts";
import type { In } from "../clients.ts";
import type { Made, Make } from "./carry-out.ts";

/** A maker of a type whose properties are, as CloudFormation has them, mostly what the API takes. */
export const by =
  <Given, Client>(client: (region: string) => Client, make: (client: Client, given: Given, stack: Stack) => Promise<Made>): Make =>
  (properties, stack) =>
    make(client(stack.region), JSON.parse(properties), stack);

interface Vpc {
  readonly CidrBlock: string;
  readonly EnableDnsSupport: boolean;
  readonly EnableDnsHostnames: boolean;
}

interface Group {
  readonly GroupName: string;
  readonly GroupDescription: string;
  readonly VpcId: string;
}

interface Rule {
  readonly GroupId: string;
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly Description: string;
  readonly CidrIp?: string;
  readonly SourceSecurityGroupId?: string;
  readonly SourcePrefixListId?: string;
}

/** Networks and what instances are made from. */
export function networkMakers(clients: In<"ec2">): Readonly<Record<string, Make>> {
  const ec2 = (region: string): EC2Client => clients(region).ec2;
  return {
    "AWS::EC2::VPC": by(ec2, async (client, { CidrBlock, EnableDnsHostnames, EnableDnsSupport }: Vpc) => {
      const VpcId = (await client.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? "";
      await client.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: EnableDnsSupport } }));
      await client.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: EnableDnsHostnames } }));
      return { Ref: VpcId };
    }),
    "AWS::EC2::InternetGateway": by(ec2, async (client) => ({
      Ref: (await client.send(new CreateInternetGatewayCommand({}))).InternetGateway?.InternetGatewayId ?? "",
    })),
    "AWS::EC2::VPCGatewayAttachment": by(ec2, async (client, given: AttachInternetGatewayCommandInput) => {
      await client.send(new AttachInternetGatewayCommand(given));
      return { Ref: "attached" };
    }),
    "AWS::EC2::EIP": by(ec2, async (client) => {
      const { PublicIp = "", AllocationId = "" } = await client.send(new AllocateAddressCommand({ Domain: "vpc" }));
      return { Ref: PublicIp, PublicIp, AllocationId };
    }),
    "AWS::EC2::NatGateway": by(ec2, async (client, { SubnetId, AllocationId }: CreateNatGatewayCommandInput) => ({
      Ref: (await client.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }))).NatGateway?.NatGatewayId ?? "",
    })),
    "AWS::EC2::Subnet": by(ec2, async (client, { VpcId, CidrBlock, AvailabilityZone }: CreateSubnetCommandInput) => ({
      Ref: (await client.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? "",
    })),
    "AWS::EC2::RouteTable": by(ec2, async (client, { VpcId }: { readonly VpcId: string }) => ({
      Ref: (await client.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? "",
    })),
    "AWS::EC2::SubnetRouteTableAssociation": by(ec2, async (client, given: AssociateRouteTableCommandInput) => ({
      Ref: (await client.send(new AssociateRouteTableCommand(given))).AssociationId ?? "",
    })),
    "AWS::EC2::Route": by(ec2, async (client, given: CreateRouteCommandInput) => {
      await client.send(new CreateRouteCommand(given));
      return { Ref: "route" };
    }),
    "AWS::EC2::SecurityGroup": by(ec2, async (client, { GroupName, GroupDescription: Description, VpcId }: Group) => {
      const { GroupId = "" } = await client.send(new CreateSecurityGroupCommand({ GroupName, Description, VpcId }));
      return { Ref: GroupId, GroupId };
    }),
    "AWS::EC2::SecurityGroupIngress": by(
      ec2,
      async (client, { GroupId, CidrIp, SourceSecurityGroupId, SourcePrefixListId, Description, ...ports }: Rule) => {
        const from = {
          ...(CidrIp && { IpRanges: [{ CidrIp, Description }] }),
          ...(SourcePrefixListId && { PrefixListIds: [{ PrefixListId: SourcePrefixListId, Description }] }),
          ...(SourceSecurityGroupId && { UserIdGroupPairs: [{ GroupId: SourceSecurityGroupId, Description }] }),
        };
        await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...ports, ...from }] }));
        return { Ref: "rule" };
      },
    ),
    "AWS::EC2::LaunchTemplate": by(ec2, async (client, { LaunchTemplateName, LaunchTemplateData }: CreateLaunchTemplateCommandInput) => {
      const made = await client.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
      return { Ref: made.LaunchTemplate?.LaunchTemplateId ?? "", LatestVersionNumber: "1" };
    }),
  };
}
