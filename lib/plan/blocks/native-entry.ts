import type { Value } from "../../aws/value.ts";
import type { Block } from "../stack.ts";
import { type Resource, ref } from "../template.ts";
import { productionPort, testPort, tls } from "./balancer.ts";
import type { Colours } from "./target-groups.ts";
import { splitRule } from "./weighted-entry.ts";

interface NativeEntryNeeds {
  readonly balancerArn: Value<string>;
  readonly certificateArn: Value<string>;
  readonly colours: Colours;
}

/** The rules that ECS changes: callers', and that of the tests of a version which has no callers yet. */
export interface NativeEntry {
  readonly production: Rule;
  readonly test: Rule;
}

type Rule = Resource<"AWS::ElasticLoadBalancingV2::ListenerRule">;

/**
 * The listeners of a service whose traffic ECS itself shifts, each with a rule that knows both target groups: ECS refuses to deploy to one
 * that neither rule knows (Amazon ECS Developer Guide, "Migrating from a CodeDeploy blue/green to an Amazon ECS blue/green service
 * deployment"). The rules take every request, so the listeners' own action is only there because one must be; it forwards, for ECS takes
 * no listener that forwards here and answers there ("Application Load Balancer resources for blue/green, linear, and canary deployments").
 */
export function nativeEntry(block: Block, { balancerArn, certificateArn, colours }: NativeEntryNeeds): NativeEntry {
  const ruleOf = (what: "Production" | "Test", port: number): Rule => {
    const listener = block.add(
      `${what} listener`,
      "AWS::ElasticLoadBalancingV2::Listener",
      {
        LoadBalancerArn: balancerArn,
        Port: port,
        ...tls(certificateArn),
        DefaultActions: [{ Type: "forward", TargetGroupArn: ref(colours.blue) }],
        Tags: block.site.tags,
      },
      { proves: ["B04", "D02"] },
    );
    block.stack.output(`${what}ListenerArn`, ref(listener), `Listener of the ${what === "Test" ? "tests" : "callers"}`);
    return splitRule(block, `${what} rule`, ref(listener), colours);
  };
  return { production: ruleOf("Production", productionPort), test: ruleOf("Test", testPort) };
}
