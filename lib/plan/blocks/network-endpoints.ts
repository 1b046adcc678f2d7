import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { letIn, securityGroup } from "./security-group.ts";
import type { RouteTable, Subnet, Vpc } from "./subnets.ts";

/** Amazon S3 and DynamoDB are reached without NAT and without a charge (AWS PrivateLink Guide, "Gateway endpoints"). */
export function gatewayEndpoints(block: Block, vpc: Vpc, tables: readonly RouteTable[]): void {
  for (const service of ["s3", "dynamodb"]) {
    block.add(
      `${service} endpoint`,
      "AWS::EC2::VPCEndpoint",
      {
        VpcEndpointType: "Gateway",
        ServiceName: `com.amazonaws.${block.site.region}.${service}`,
        VpcId: ref(vpc),
        RouteTableIds: tables.map(ref),
        Tags: block.site.tags,
      },
      { proves: ["B15"] },
    );
  }
}

/** The other services, each by an interface in every private subnet that takes HTTPS from inside the network. */
export function interfaceEndpoints(block: Block, vpc: Vpc, cidr: string, subnets: readonly Subnet[], services: readonly string[]): void {
  if (services.length === 0) return;
  const door = securityGroup(block, ref(vpc), "endpoints", "Interface endpoints of AWS services");
  letIn(block, door, "the network", 443, cidr, "HTTPS from inside the network");
  for (const service of services) {
    block.add(
      `${service} endpoint`,
      "AWS::EC2::VPCEndpoint",
      {
        VpcEndpointType: "Interface",
        ServiceName: `com.amazonaws.${block.site.region}.${service}`,
        VpcId: ref(vpc),
        SubnetIds: subnets.map(ref),
        SecurityGroupIds: [door.groupId],
        PrivateDnsEnabled: true,
        Tags: block.site.tags,
      },
      { proves: ["B15"] },
    );
  }
}
