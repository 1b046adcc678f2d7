/**
 * What may stand in a property of a plan: a literal, or a leaf that AWS fills in at deployment. The leaves are CloudFormation's own
 * intrinsic functions as plain data (AWS CloudFormation template reference, "Intrinsic functions").
 */
export type Value<T> = T | Intrinsic;

/** What CloudFormation's `Ref` of a resource returns, mostly its name. */
export interface Ref {
  readonly Ref: string;
}

/** An attribute that only AWS knows, such as an ARN with a random part. */
export interface GetAtt {
  readonly "Fn::GetAtt": readonly [logicalId: string, attribute: string];
}

/** A text with `${LogicalId}`, `${LogicalId.Attribute}` or, in the second form, names of its own in it. */
export interface Sub {
  readonly "Fn::Sub": string | readonly [text: string, values: Readonly<Record<string, Value<string>>>];
}

/** A text that CloudFormation encodes once it has filled in what is within, as EC2 takes user data. */
export interface Base64 {
  readonly "Fn::Base64": Value<string>;
}

/** An output of another stack of the plan, also across regions; across accounts it is read with a role. */
export interface StackOutput {
  readonly "Fn::GetStackOutput": {
    readonly StackName: string;
    readonly OutputName: string;
    readonly Region: string;
    readonly RoleArn?: string;
  };
}

/** The block of IPv6 addresses that AWS gave a network, which is the only one of a list; or one of the equal blocks in it. */
export interface Select {
  readonly "Fn::Select": readonly [index: string, of: GetAtt | Cidr];
}

/** The equal blocks in a block: how many, and how many bits of an address are free in each. */
export interface Cidr {
  readonly "Fn::Cidr": readonly [block: Select, count: string, bits: string];
}

/** Every leaf that AWS fills in; the engines have to know each. */
export type Intrinsic = Ref | GetAtt | Sub | Base64 | StackOutput | Select;

/** How the generated types write the lists of CloudFormation. */
export type List<T> = readonly T[];

/** As IAM takes most elements of a statement: a list of one may be written without the list. */
export type OneOrMany<T> = T | readonly T[];

/** One pair as most types of CloudFormation take tags; `tagMap` makes what the others take. */
export interface Tag {
  readonly Key: string;
  readonly Value: Value<string>;
}
