import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { Plan, Type } from "../../lib/plan/template.ts";

const specified = loadAwsServiceSpecSync();
const known = new Map<Type, string | undefined>();

/** The property that holds the tags of a type, where it can carry any. */
function tagProperty(type: Type): string | undefined {
  if (!known.has(type))
    known.set(type, specified.lookup("resource", "cloudFormationType", "equals", type).only().tagInformation?.tagPropertyName);
  return known.get(type);
}

/** What can carry tags and does not say whose it is, but for the rule that holds the weights (C14). */
export const untagged = ({ stacks }: Plan): readonly string[] =>
  stacks.flatMap(({ part, resources }) =>
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
