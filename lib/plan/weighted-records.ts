import type { Resource, Stack } from "./template.ts";

/** Two weighted records with one target split nothing, whatever their weights say (B05). */
export function recordsSplit({ resources }: Pick<Stack, "resources">): readonly string[] {
  const weighted = resources.filter(isWeighted);
  return weighted.flatMap((one, at) => {
    const twin = weighted.slice(0, at).find((other) => nameOf(one) === nameOf(other) && targetOf(one) === targetOf(other));
    return twin ? [`${twin.id} and ${one.id} have the same target: their weights split nothing`] : [];
  });
}

type RecordSet = Resource<"AWS::Route53::RecordSet">;

const isWeighted = (resource: Resource): resource is RecordSet =>
  resource.type === "AWS::Route53::RecordSet" && "Weight" in resource.properties;
const nameOf = ({ properties: { Name, Type } }: RecordSet): string => JSON.stringify([Name, Type]);
const targetOf = ({ properties: { AliasTarget, ResourceRecords } }: RecordSet): string =>
  JSON.stringify(AliasTarget?.DNSName ?? ResourceRecords);
