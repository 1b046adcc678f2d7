import type { Resource } from "../../lib/plan/template.ts";
import type { Change } from "../../lib/ports/engine.ts";
import { resource } from "./cdk/plans.ts";

const group = (Name: string, Port: number) =>
  resource("Targets", "AWS::ElasticLoadBalancingV2::TargetGroup", { Name, Port, Protocol: "HTTP", VpcId: "vpc-1", TargetType: "ip" });
const members = (VpcId: string, GroupDescription: string) =>
  resource("Members", "AWS::EC2::SecurityGroup", { GroupName: "shop", GroupDescription, VpcId, SecurityGroupEgress: [] });
const tasks = (Cpu: string) => resource("Tasks", "AWS::ECS::TaskDefinition", { Family: "shop", Cpu });

interface Taken {
  readonly what: string;
  readonly before: Resource;
  readonly after: Resource;
  /** The argument of Pulumi that differs, as its provider tells it. */
  readonly told: readonly string[];
  readonly will: Change["will"];
}

/** Replacements, by whether AWS lets the new one stand beside the old one for a moment. */
export const taken: readonly Taken[] = [
  {
    what: "target groups of another port",
    before: group("shop-blue", 8080),
    after: group("shop-blue", 9090),
    told: ["port"],
    will: "collide",
  },
  {
    what: "target groups of another port and name",
    before: group("shop-blue", 8080),
    after: group("web-blue", 9090),
    told: ["name", "port"],
    will: "replace",
  },
  {
    what: "security groups of another description",
    before: members("vpc-1", "Of the shop"),
    after: members("vpc-1", "Of shops"),
    told: ["description"],
    will: "collide",
  },
  {
    what: "security groups in another network",
    before: members("vpc-1", "Of the shop"),
    after: members("vpc-2", "Of the shop"),
    told: ["vpcId"],
    will: "replace",
  },
  { what: "tasks of another size", before: tasks("256"), after: tasks("512"), told: ["cpu"], will: "replace" },
];
