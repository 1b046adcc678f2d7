import { type Context, conditionsHold, matchesArn, matchesText } from "./conditions.ts";

/** A policy as AWS gets it: no intrinsic function is left in it (see resolve.ts). */
export interface ConcretePolicy {
  readonly Statement: readonly ConcreteStatement[];
}

export interface ConcreteStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Who calls: a role by its ARN, a service of AWS for itself, or whoever has a token of an identity provider, by the provider's ARN. */
export type Caller = { readonly arn: string } | { readonly service: string } | { readonly federated: string };

export interface Request {
  readonly caller: Caller;
  readonly action: string;
  /** The ARN of the resource, or `*` for an action that knows none. */
  readonly resource: string;
  readonly context?: Context;
}

export interface Policies {
  /** What is attached to the caller. */
  readonly identity?: readonly ConcretePolicy[];
  /** What is attached to the resource. */
  readonly resource?: ConcretePolicy;
  /** A key and a role are ruled by their own policy alone: an identity's policy counts only if that policy lets the account decide. */
  readonly ruledByResource?: boolean;
}

export type Answer = "allowed" | "denied by a statement" | "not allowed";

/**
 * What AWS answers to a request of a caller in the account of the resource (IAM User Guide, "Policy evaluation logic"; AWS KMS Developer
 * Guide, "Determining access to AWS KMS keys").
 */
export function evaluate(request: Request, { identity = [], resource, ruledByResource = false }: Policies): Answer {
  const own = identity.flatMap(({ Statement }) => Statement).filter((one) => isAbout(one, request));
  const theirs = (resource?.Statement ?? []).filter((one) => isAbout(one, request, { inKey: ruledByResource }));
  const named = theirs.filter((one) => names(one, request.caller) === "caller");
  const ofAccount = theirs.filter((one) => names(one, request.caller) === "account");
  if ([...own, ...named, ...ofAccount].some(({ Effect }) => Effect === "Deny")) return "denied by a statement";
  if (named.length > 0) return "allowed";
  const mayDecide = !ruledByResource || ofAccount.length > 0;
  return own.length > 0 && mayDecide ? "allowed" : "not allowed";
}

export const listOf = (given: string | readonly string[] | undefined): readonly string[] =>
  given === undefined ? [] : typeof given === "string" ? [given] : given;

/** Whether a statement is about this action, resource and context, whoever asks. */
function isAbout(statement: ConcreteStatement, { action, resource, context = {} }: Request, { inKey = false } = {}): boolean {
  if (!listOf(statement.Action).some((pattern) => matchesText(pattern.toLowerCase(), action.toLowerCase()))) return false;
  // In a key's policy "*" is this key, and a trust policy has no resource: it is about its role.
  const aboutIt =
    (inKey && statement.Resource === undefined) || listOf(statement.Resource).some((pattern) => matchesArn(pattern, resource));
  return aboutIt && conditionsHold(statement.Condition ?? {}, context);
}

/** Whether a resource's policy names the caller itself, or only the account, which then decides by its own policies. */
function names({ Principal }: ConcreteStatement, caller: Caller): "caller" | "account" | undefined {
  if (Principal === undefined) throw new Error("a statement of a resource's policy has no principal");
  if (Principal === "*") return "caller";
  if ("federated" in caller) return listOf(Principal.Federated).includes(caller.federated) ? "caller" : undefined;
  if ("service" in caller) return listOf(Principal.Service).includes(caller.service) ? "caller" : undefined;
  const arns = listOf(Principal.AWS);
  if (arns.includes("*") || arns.includes(caller.arn)) return "caller";
  const account = caller.arn.split(":")[4];
  return arns.some((arn) => arn === account || new RegExp(`^arn:[^:]+:iam::${account}:root$`).test(arn)) ? "account" : undefined;
}
