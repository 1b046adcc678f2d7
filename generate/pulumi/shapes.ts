/**
 * Names and kinds of a resource's properties, in one notation for CloudFormation and for Pulumi: `string`, `number`, `boolean`, `json`, `tag`, or
 * the name of another shape; `[]` marks a list, `{}` a map, and a final `!` a property whose change replaces the resource.
 */
export type Shapes = Record<string, Readonly<Record<string, string>>>;

/** The kind of one element, without the marks of lists, maps and replacement. */
export const bare = (kind: string): string => kind.replace(/!$/, "").replaceAll(/\[\]|\{\}/g, "");
