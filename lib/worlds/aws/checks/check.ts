import { UserError } from "../../../base/errors.ts";
import type { Answer, Question } from "../../../ports/account.ts";
import { actionIn, failureOf, isRefusal } from "../failure.ts";

/** Answers one kind of question. */
export type Check<Kind extends Question["kind"]> = (question: Extract<Question, { kind: Kind }>, means: Means) => Promise<Answer>;

/** What a check works with. */
export interface Means {
  /** Ends what takes too long. */
  readonly signal: AbortSignal;
  /** What public DNS says of the name servers of a name; throws as `dns.resolveNs` does. */
  readonly nameServers: (name: string) => Promise<readonly string[]>;
}

/** What a call told, or the answer that follows from there being nothing to tell. */
type Told<T> = { readonly is: "told"; readonly value: T } | Answer;

/**
 * Makes a call that needs `action` of IAM. `missing`: what is to be said where AWS knows no such thing, by the name of its error; that is then
 * the answer, as is what AWS refuses.
 */
export async function call<T>(
  { signal }: Means,
  action: string,
  work: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  missing: Readonly<Record<string, string>> = {},
): Promise<Told<T>> {
  try {
    return { is: "told", value: await work({ abortSignal: signal }) };
  } catch (error) {
    const because = error instanceof Error ? missing[error.name] : undefined;
    if (because !== undefined) return { is: "to do", because };
    return refusal(error, action) ?? unknown(error, action);
  }
}

/** The step was taken; `because` is what shows it. */
export const done = (because: string): Answer => ({ is: "done", because });

/** The step is still to be taken; `because` is what is missing. */
export const toDo = (because: string): Answer => ({ is: "to do", because });

function refusal(error: unknown, action: string): Answer | undefined {
  if (!(error instanceof Error)) return undefined;
  // AWS names the action that it looked for, which is another one where a service asks others (Cloud Control, which has many names for it).
  const named = actionIn(error.message);
  if (!isRefusal(error) && !isForbidden(error)) return undefined;
  return { is: "refused", action: named ?? action, because: error.message };
}

/** S3's answer to HEAD has no words (Amazon S3 API Reference, HeadBucket). */
const isForbidden = (error: Error): boolean => Reflect.get(Object(Reflect.get(error, "$metadata")), "httpStatusCode") === 403;

/** An error of AWS or of the way there; what is neither is our mistake. */
function unknown(error: unknown, action: string): Answer {
  const failure = failureOf(error, `ask AWS (${action})`);
  if (failure instanceof UserError) return { is: "unknown", because: failure.message };
  throw failure;
}
