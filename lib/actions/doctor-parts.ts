import type { Config } from "../config/config.ts";
import type { Stack } from "../plan/template.ts";
import type { Part } from "../ports/account.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { goOnWithout, type HowToGoOn } from "./doctor-go-on.ts";
import { recordsOf } from "./doctor-records.ts";
import type { Step } from "./doctor-step.ts";
import type { Deployed } from "./doctor-values.ts";

/**
 * A step for each part that a release acts on, for somebody can have deleted it by hand, which no deploy sees. They are asked about by the names and
 * ARNs of the map, a call each.
 */
export function partSteps(deployed: Deployed, engine: Config["engine"]): readonly Step[] {
  const { plan, map } = deployed;
  return map.stacks.flatMap((stack) => {
    const planned = plan.stacks.find(({ name }) => name === stack.name);
    return [
      ...partsOf(map, stack, planned).map((part) => stepOf(stack, part, goOnWithout(part, deployed, stack, engine))),
      ...(planned ? recordsOf(deployed, planned) : []).map(({ part, goOn }) => stepOf(stack, part, goOn)),
    ];
  });
}

type MapStack = EnvironmentMap["stacks"][number];

function partsOf(map: EnvironmentMap, { region, outputs }: MapStack, planned: Stack | undefined): readonly Part[] {
  const base = map.stacks.find((one) => one.part === "base" && one.region === region);
  // A service that exists is told together with its cluster.
  const cluster = outputs.ClusterName ?? base?.outputs.ClusterName ?? "";
  const { DeployApplication: application = "" } = outputs;
  const scales = planned?.resources.some(({ type }) => type === "AWS::ApplicationAutoScaling::ScalableTarget") === true;
  return Object.entries(outputs).flatMap(([output, name]): readonly Part[] => {
    switch (output.replace(/^(Blue|Green|Production|Test)/, "")) {
      case "LedgerTable":
      case "RecoveryTable":
        return [{ of: "table", name }];
      case "ServiceName":
        return [{ of: "service", cluster, name }, ...(scales ? [{ of: "scaling target", cluster, name } as const] : [])];
      case "FleetName":
        return [{ of: "fleet", name }];
      case "ReleaseParameter":
      case "DatabaseParameter":
        return [{ of: "parameter", name }];
      case "ReleaseHostArn":
        return [{ of: "function", name }];
      case "TargetGroupArn":
        return [{ of: "target group", name }];
      case "SplitRuleArn":
        return [{ of: "rule", name }];
      case "ListenerArn":
        return [{ of: "listener", name }];
      case "DeployGroup":
        return [{ of: "deployment group", application, name }];
      default:
        return [];
    }
  });
}

function stepOf({ name, account, region }: MapStack, part: Part, goOn: HowToGoOn): Step {
  return {
    id: `${part.of} ${part.name} ${region}`,
    what: `the ${part.of} ${part.name} of ${name} in ${region} is there, as the last deploy left it`,
    question: { kind: "part", region, account, ...part },
    ...goOn,
  };
}
