import type { SecretReference } from "./secrets.ts";

/**
 * What only an account can tell of a step that a person has to take. Where it has an `account`, only credentials of that one can be answered:
 * others would be told of what has the same name with them.
 */
export type Question = { readonly region: string } & (
  | { readonly kind: "bootstrap"; readonly account: string; readonly version: number }
  | { readonly kind: "secret"; readonly reference: SecretReference }
  /** Pulumi's state. */
  | { readonly kind: "bucket"; readonly bucket: string }
  | { readonly kind: "key"; readonly arn: string }
  /** An image by its tag; `registry` is the account that keeps the repository. */
  | { readonly kind: "image"; readonly registry: string; readonly repository: string; readonly tag: string }
  | { readonly kind: "certificate"; readonly arn: string }
  /** A certificate that the deploy makes, so that only its domain is known. */
  | { readonly kind: "certificate of"; readonly account: string; readonly domain: string }
  | { readonly kind: "zone"; readonly account: string; readonly domain: string; readonly zone: string }
  /** A zone that the deploy makes. */
  | { readonly kind: "zone of"; readonly account: string; readonly domain: string }
  | { readonly kind: "connection"; readonly arn: string }
  | { readonly kind: "subscription"; readonly account: string; readonly topic: string; readonly endpoint: string }
  | ({ readonly kind: "quota"; readonly account: string } & Room)
  /** A stack of CloudFormation that was deployed. */
  | { readonly kind: "stack"; readonly account: string; readonly name: string }
  /** The ledger of an environment, read to its first entry. */
  | { readonly kind: "ledger"; readonly account: string; readonly table: string; readonly environment: string }
  | { readonly kind: "transit gateway"; readonly account: string; readonly id: string }
  | ({ readonly kind: "part"; readonly account: string } & Part)
);

/** A part of an environment that a deploy made, by its name or ARN. */
export type Part =
  | { readonly of: "table"; readonly name: string }
  | { readonly of: "fleet"; readonly name: string }
  | { readonly of: "target group"; readonly name: string }
  | { readonly of: "rule"; readonly name: string }
  | { readonly of: "listener"; readonly name: string }
  | { readonly of: "service"; readonly cluster: string; readonly name: string }
  /** What lets a service of ECS scale. */
  | { readonly of: "scaling target"; readonly cluster: string; readonly name: string }
  | { readonly of: "parameter"; readonly name: string }
  /** What carries out releases, by its alias. */
  | { readonly of: "function"; readonly name: string }
  | ({ readonly of: "record"; readonly name: string } & NamedRecord)
  | { readonly of: "deployment group"; readonly application: string; readonly name: string };

/** One of the records of a name: those of a name that splits its callers have one more, such as `blue`. */
export interface NamedRecord {
  readonly zone: string;
  readonly domain: string;
  readonly type: string;
  readonly set: string | undefined;
}

/** Room for what the plan needs, under a quota. */
interface Room {
  readonly service: string;
  readonly code: string;
  readonly needs: number;
  /**
   * What can be counted, without what carries these tags, or all of it; or what AWS itself says that is used, by anybody; undefined where none of
   * these is known, or what is needed is there already.
   */
  readonly taken:
    | { readonly of: "addresses" | "networks"; readonly without: Readonly<Record<string, string>> }
    | { readonly of: "interfaces" }
    | { readonly of: "usage" }
    | undefined;
}

/** Whose credentials ask. */
export interface Caller {
  readonly account: string;
  /** ARN of the user, or of the role with its session. */
  readonly arn: string;
}

/** What came of a question; `because` is one clause, with AWS's words where it refused or failed. */
export type Answer =
  | { readonly is: "done" | "to do" | "unknown"; readonly because: string }
  /** Whoever asks lacks the permission for an action of IAM. */
  | { readonly is: "refused"; readonly action: string; readonly because: string };

/** An account on AWS, as far as `sluice doctor` looks. Both verbs change nothing. */
export interface Account {
  /** Throws `engine/no-credentials`, or `engine/failed` with AWS's reason. */
  caller(): Promise<Caller>;
  /** Within a limit of time. Throws only for mistakes of ours, and `ERR_MODULE_NOT_FOUND` where the client for a question is not installed. */
  answer(question: Question): Promise<Answer>;
}
