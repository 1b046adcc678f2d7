import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { expect, it } from "vitest";
import { systems } from "../judges/systems.ts";

const specified = loadAwsServiceSpecSync();

const tagProperty = (type: string): string | undefined =>
  specified.lookup("resource", "cloudFormationType", "equals", type).only().tagInformation?.tagPropertyName;

it.each(systems)("C14 everything of $name that can carry tags says whose it is, but for the rule that holds the weights", ({ plan }) => {
  const untagged = plan.stacks.flatMap(({ part, resources }) =>
    resources.flatMap(({ id, type, properties }) => {
      const property = tagProperty(type);
      // A new tag there would send the weights of the plan again, in the middle of a release.
      const holdsWeights = type === "AWS::ElasticLoadBalancingV2::ListenerRule" && JSON.stringify(properties).includes('"Weight"');
      if (property === undefined || holdsWeights) return [];
      const tags = JSON.stringify(Reflect.get(properties, property)) ?? "";
      return ["Environment", "Owner", "Project", "CostCenter", "ManagedBy"].every((key) => tags.includes(`"${key}"`))
        ? []
        : [`${part}/${id} ${type}`];
    }),
  );
  expect(untagged).toEqual([]);
});
