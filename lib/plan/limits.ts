import { templateOf } from "./as-template.ts";
import type { Plan, Stack } from "./template.ts";

/** AWS CloudFormation user guide, "CloudFormation quotas": 500 resources, 200 outputs and, as an object in S3, 1 MB. */
const most = { resources: 500, outputs: 200, bytes: 1024 * 1024 } as const;

/** Stacks that are larger than CloudFormation takes, each with what fills it most: what a configuration asks for can be too much. */
export const overLimits = ({ stacks }: Plan): readonly string[] => stacks.flatMap(overIn);

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
