import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { ref } from "../template.ts";
import { type Subnet, type Tier, tiers, type Vpc } from "./subnets.ts";

interface Door {
  readonly from: string;
  readonly ports?: readonly [from: number, to: number];
}

const anywhere = "0.0.0.0/0";
/** Where answers to connections that started inside come back (Amazon VPC User Guide, "Ephemeral ports"). */
const answers: Door = { from: anywhere, ports: [1024, 65_535] };

const anywhereByIpv6 = "::/0";
const everything: Door = { from: anywhere };

const https: Door = { from: anywhere, ports: [443, 443] };

/**
 * The second line behind the security groups, one list per tier: the public tier takes HTTPS and answers, the private tier answers and, where
 * callers come to it by CloudFront, HTTPS, the isolated tier nothing from outside the network but from linked ones (`askedBy`), and nothing by
 * IPv6 (B15). Rules are read in both ways at the subnet of what is reached (AWS Transit Gateway guide, "How network ACLs work with transit gateways").
 */
export function acls(
  block: Block,
  vpc: Vpc,
  cidr: string,
  subnets: Readonly<Record<Tier, readonly Subnet[]>>,
  { privateCallers, ipv6, askedBy }: { readonly privateCallers: boolean; readonly ipv6: boolean; readonly askedBy: readonly string[] },
): void {
  const inside: Door = { from: cidr };
  const also = (...more: readonly Door[]): readonly Door[] => (ipv6 ? more.map((door) => ({ ...door, from: anywhereByIpv6 })) : []);
  // The ports of the database, and those that its answers go to.
  const linked = askedBy.map((from): Door => ({ ...answers, from }));
  const doors: Readonly<Record<Tier, { readonly in: readonly Door[]; readonly out: readonly Door[] }>> = {
    public: { in: [inside, https, answers, ...also(https, answers)], out: [everything, ...also(everything)] },
    private: {
      in: [...(privateCallers ? [inside, https, answers] : [inside, answers]), ...also(answers)],
      out: [everything, ...also(everything)],
    },
    isolated: { in: [inside, ...linked], out: [inside, ...linked] },
  };
  for (const tier of tiers) {
    const acl = block.add(`${tier} acl`, "AWS::EC2::NetworkAcl", { VpcId: ref(vpc), Tags: block.site.tags }, { proves: ["B15"] });
    doors[tier].in.forEach((door, at) => {
      block.add(`${tier} acl in ${at + 1}`, "AWS::EC2::NetworkAclEntry", entry(ref(acl), at, false, door));
    });
    doors[tier].out.forEach((door, at) => {
      block.add(`${tier} acl out ${at + 1}`, "AWS::EC2::NetworkAclEntry", entry(ref(acl), at, true, door));
    });
    subnets[tier].forEach((subnet, at) => {
      block.add(`${tier} subnet ${at + 1} acl`, "AWS::EC2::SubnetNetworkAclAssociation", { SubnetId: ref(subnet), NetworkAclId: ref(acl) });
    });
  }
}

function entry(acl: Value<string>, at: number, Egress: boolean, { from, ports }: Door) {
  return {
    NetworkAclId: acl,
    RuleNumber: (at + 1) * 100,
    Egress,
    RuleAction: "allow" as const,
    ...(from.includes(":") ? { Ipv6CidrBlock: from } : { CidrBlock: from }),
    // -1 means every protocol, 6 TCP (IANA protocol numbers).
    Protocol: ports ? 6 : -1,
    ...(ports && { PortRange: { From: ports[0], To: ports[1] } }),
  };
}
