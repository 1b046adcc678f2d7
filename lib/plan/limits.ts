import { templateOf } from "./as-template.ts";
import type { Plan, Resource, Stack, Type } from "./template.ts";

/** AWS CloudFormation user guide, "CloudFormation quotas": 500 resources, 200 outputs and, as an object in S3, 1 MB. */
const most = { resources: 500, outputs: 200, bytes: 1024 * 1024 } as const;

/**
 * Amazon ECS Developer Guide, "Amazon ECS service quotas": task definition size limit, less what a release adds to a revision, such as the digest
 * of its image and labels.
 */
const largestDefinition = 64 * 1024 - 1024;
/** Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input", in bytes before it is encoded. */
const largestUserData = 16 * 1024;
/** A name or ARN in the place of a leaf, which only AWS knows. */
const filledIn = "x".repeat(128);

/** Stacks and what is in them that are larger than AWS takes, each with what fills it most: what a configuration asks for can be too much. */
export const overLimits = ({ stacks }: Plan): readonly string[] => stacks.flatMap((stack) => [...overIn(stack), ...largeIn(stack)]);

function overIn(stack: Stack): readonly string[] {
  const { name, resources, outputs } = stack;
  const template = templateOf(stack);
  const counts = [...Map.groupBy(resources, ({ block }) => block)].map(([block, { length }]) => [block, length] as const);
  const sizes = Object.entries(template.Resources).map(([id, resource]) => [id, sizeOf(resource)] as const);
  const bytes = sizeOf(template);
  return [
    ...(resources.length > most.resources
      ? [`${name} has ${resources.length} resources, and CloudFormation takes ${most.resources}; most in ${largest(counts)}`]
      : []),
    ...(outputs.length > most.outputs ? [`${name} has ${outputs.length} outputs, and CloudFormation takes ${most.outputs}`] : []),
    ...(bytes > most.bytes
      ? [`the template of ${name} has ${bytes} bytes, and CloudFormation takes ${most.bytes}; most in ${largest(sizes)}`]
      : []),
  ];
}

const sizeOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const largest = (parts: readonly (readonly [name: string, size: number])[]): string =>
  parts
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([name, size]) => `${name} (${size})`)
    .join(", ");

/** How a copy starts, by type: what its variables and its command can fill. */
const largeIn = ({ name, resources }: Stack): readonly string[] =>
  resources.flatMap((resource): readonly string[] => {
    if (isA(resource, "AWS::ECS::TaskDefinition")) {
      const { Tags: _, ...definition } = resource.properties;
      const bytes = sizeOf(definition);
      return bytes > largestDefinition
        ? [
            `the task definition ${resource.id} of ${name} has ${bytes} bytes, and ECS takes ${largestDefinition} beside what a release adds`,
          ]
        : [];
    }
    if (!isA(resource, "AWS::EC2::LaunchTemplate")) return [];
    const bytes = Buffer.byteLength(textOf(resource.properties.LaunchTemplateData.UserData));
    return bytes > largestUserData
      ? [`the user data of ${resource.id} in ${name} has about ${bytes} bytes, and EC2 takes ${largestUserData}`]
      : [];
  });

/** A text about as long as what AWS makes of it. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  if ("Fn::Base64" in value) return textOf(value["Fn::Base64"]);
  const sub = "Fn::Sub" in value ? value["Fn::Sub"] : undefined;
  const text: unknown = Array.isArray(sub) ? sub[0] : sub;
  return typeof text === "string" ? text.replaceAll(/\$\{(?!!)[^}]*\}/g, filledIn).replaceAll("${!", "${") : filledIn;
}

const isA = <T extends Type>(resource: Resource, type: T): resource is Resource<T> => resource.type === type;
