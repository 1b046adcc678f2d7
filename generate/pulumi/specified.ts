import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { Property, PropertyType, Resource, TypeDefinition } from "@aws-cdk/service-spec-types";
import type { Shapes } from "./shapes.ts";

/** What the catalog has to know of CloudFormation's types at run time. */
export interface Specified {
  readonly shapes: Shapes;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** What `Ref` returns: the name of the identifying property or attribute. */
  readonly identifiers: Readonly<Record<string, string>>;
}

/** The kinds of CloudFormation's properties, from the AWS service specification. Throws for a type that it does not know. */
export function specified(types: readonly string[]): Specified {
  const database = loadAwsServiceSpecSync();
  const resources = types.map((type) => database.lookup("resource", "cloudFormationType", "equals", type).only());
  const definition = (id: string): TypeDefinition => database.get("typeDefinition", id);
  return {
    shapes: Object.fromEntries(resources.flatMap((resource) => shapesOf(resource, definition))),
    attributes: byType(resources, ({ attributes }) => Object.keys(attributes).sort()),
    identifiers: byType(resources, ({ cfnRefIdentifier, primaryIdentifier }) => (cfnRefIdentifier ?? primaryIdentifier ?? [])[0] ?? ""),
  };
}

const byType = <T>(resources: readonly Resource[], of: (resource: Resource) => T): Record<string, T> =>
  Object.fromEntries(resources.map((resource) => [resource.cloudFormationType, of(resource)]));

type Definition = (id: string) => TypeDefinition;

function shapesOf(resource: Resource, definition: Definition): [string, Record<string, string>][] {
  const seen = new Map<string, Readonly<Record<string, Property>>>([[resource.cloudFormationType, resource.properties]]);
  const visit = (type: PropertyType): void => {
    if (type.type === "array" || type.type === "map") visit(type.element);
    if (type.type === "union") type.types.forEach(visit);
    if (type.type !== "ref") return;
    const found = definition(type.reference.$ref);
    const name = nested(resource, found);
    if (seen.has(name)) return;
    seen.set(name, found.properties);
    for (const { type: inner } of Object.values(found.properties)) visit(inner);
  };
  for (const { type } of Object.values(resource.properties)) visit(type);
  return [...seen].map(([name, properties]) => [name, kindsOf(properties, resource, definition)]);
}

/** `AWS::Lambda::Function.Code`. */
const nested = (resource: Resource, { name }: TypeDefinition): string => `${resource.cloudFormationType}.${name}`;

function kindsOf(properties: Readonly<Record<string, Property>>, resource: Resource, definition: Definition): Record<string, string> {
  const sorted = Object.entries(properties).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([name, { type, causesReplacement }]) => [
      name,
      kindOf(type, resource, definition) + (causesReplacement === "yes" ? "!" : ""),
    ]),
  );
}

function kindOf(type: PropertyType, resource: Resource, definition: Definition): string {
  switch (type.type) {
    case "ref":
      return nested(resource, definition(type.reference.$ref));
    case "array":
      return `${kindOf(type.element, resource, definition)}[]`;
    case "map":
      return `${kindOf(type.element, resource, definition)}{}`;
    case "union":
      return type.types.some((one) => one.type === "json") ? "json" : kindOf(type.types[0] ?? { type: "json" }, resource, definition);
    case "integer":
      return "number";
    case "date-time":
    case "null":
      return "string";
    default:
      return type.type;
  }
}
