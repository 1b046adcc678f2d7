/** A resource that a Pulumi program registers. */
export interface Node {
  readonly urn: string;
  /** `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  readonly name: string;
  /** URN of the component that it belongs to, or "". */
  readonly parent: string;
  /** False for components. */
  readonly custom: boolean;
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs that must be there first, those of `propertyDependencies` among them. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Paths of the inputs that are secrets; their values are masked. */
  readonly secrets: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** Whether the old one goes before a new one is made in its place; undefined where that is left to the provider. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** How long the provider may wait, where the program says so; an empty text is the provider's own limit. */
  readonly customTimeouts: { readonly create: string; readonly update: string; readonly delete: string } | undefined;
  readonly aliases: readonly unknown[];
  /** Where it comes from, `file:///…/index.ts:12`: the line of a block for what a plan makes, else the line of the program. */
  readonly source: string | undefined;
}

/** Everything that a program asks Pulumi for. */
export interface Graph {
  readonly resources: readonly Node[];
  /** Functions of providers that it calls, `aws:lambda/getInvocation:getInvocation`. Pulumi sends the secrets among their arguments in clear: none is kept. */
  readonly invokes: readonly string[];
  /** What the program exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
}
