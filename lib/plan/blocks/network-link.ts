import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { named, type Placed, type Vpc } from "./subnets.ts";

/** A link with other networks, by a transit gateway of the region that all of them are attached to. */
export interface NetworkLink {
  readonly transitGateway: string;
  /** Blocks of addresses that the private tier asks something of. */
  readonly asks: readonly string[];
  /** Blocks of addresses that ask the isolated tier, which answers them and reaches nothing else. */
  readonly askedBy: readonly string[];
}

/**
 * Attaches the network to a transit gateway and leads what is for the other side there (B09; AWS Transit Gateway guide, "VPC attachments": what is in
 * a zone reaches it by a subnet of that zone alone). It must be shared with this account, and take attachments by itself: there is no way through one
 * that waits to be accepted.
 */
export function linkNetwork(
  block: Block,
  vpc: Vpc,
  rows: readonly Readonly<Record<"private" | "isolated", Placed>>[],
  { transitGateway, asks, askedBy }: NetworkLink,
): void {
  const attached = block.add(
    "Link",
    "AWS::EC2::TransitGatewayAttachment",
    {
      TransitGatewayId: transitGateway,
      VpcId: ref(vpc),
      SubnetIds: rows.map((row) => ref(row.private.subnet)),
      Tags: named(block, "link"),
    },
    { proves: ["B09"] },
  );
  const ways = { private: asks, isolated: askedBy };
  rows.forEach((row, at) => {
    for (const tier of ["private", "isolated"] as const)
      ways[tier].forEach((cidr, to) => {
        block.add(
          `${tier} link route ${at + 1} to ${to + 1}`,
          "AWS::EC2::Route",
          { RouteTableId: ref(row[tier].table), DestinationCidrBlock: cidr, TransitGatewayId: transitGateway },
          { after: [attached], proves: ["B09"] },
        );
      });
  });
}
