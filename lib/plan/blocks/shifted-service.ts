import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { att, type Resource, ref } from "../template.ts";
import { productionPort, testPort, tls } from "./balancer.ts";
import { type FargateNeeds, onFargate } from "./on-fargate.ts";
import type { Colours } from "./target-groups.ts";

interface ShiftedNeeds extends FargateNeeds {
  readonly name: string;
  readonly port: number;
  readonly colours: Colours;
  readonly balancerArn: Value<string>;
  readonly certificateArn: Value<string>;
}

/** A service and the two listeners that CodeDeploy moves: for callers, and for tests of a version without callers. */
export interface ShiftedService {
  readonly service: Resource<"AWS::ECS::Service">;
  readonly production: Resource<"AWS::ElasticLoadBalancingV2::Listener">;
  readonly test: Resource<"AWS::ElasticLoadBalancingV2::Listener">;
}

/**
 * A service whose versions CodeDeploy exchanges, and the two listeners that it moves: callers' and tests'. After its creation the service
 * is CodeDeploy's: CloudFormation cannot update it, so nothing here may change from one plan to the next, and the number of copies follows the scaling target (Amazon ECS, UpdateService: deployment controller CODE_DEPLOY; D02).
 */
export function shiftedService(block: Block, needs: ShiftedNeeds): ShiftedService {
  const { name, tasks, colours } = needs;
  const production = listener(block, "Production", productionPort, needs);
  const test = listener(block, "Test", testPort, needs);
  const service = block.add(
    "Service",
    "AWS::ECS::Service",
    {
      ...onFargate(block, needs),
      ServiceName: block.name("service", name),
      DeploymentController: { Type: "CODE_DEPLOY" },
      LoadBalancers: [{ ContainerName: name, ContainerPort: needs.port, TargetGroupArn: ref(colours.blue) }],
    },
    // A target group that no listener knows takes no tasks.
    {
      after: [tasks.definition, production, test],
      releaseOwns: ["DesiredCount", "LoadBalancers", "TaskDefinition"],
      proves: ["D02", "B18"],
    },
  );
  block.stack.output("ServiceName", att(service, "Name"), "The ECS service");
  block.stack.output("ProductionListenerArn", ref(production), "Listener of the callers");
  block.stack.output("TestListenerArn", ref(test), "Listener of the tests");
  return { service, production, test };
}

function listener(block: Block, what: "Production" | "Test", port: number, { balancerArn, certificateArn, colours }: ShiftedNeeds) {
  return block.add(
    `${what} listener`,
    "AWS::ElasticLoadBalancingV2::Listener",
    {
      LoadBalancerArn: balancerArn,
      Port: port,
      ...tls(certificateArn),
      DefaultActions: [{ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: ref(colours.blue), Weight: 100 }] } }],
      Tags: block.site.tags,
    },
    { releaseOwns: ["DefaultActions"], proves: ["B04", "D02"] },
  );
}
