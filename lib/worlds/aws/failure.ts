import { UserError } from "../../base/errors.ts";

/**
 * Names under which AWS's SDK finds no credentials, or AWS takes none: those that the API references of most services call common errors, and what
 * EC2 ("Error codes for the Amazon EC2 API") and S3 (Amazon S3 API Reference, "Error responses") call it.
 */
const badCredentials: readonly string[] = [
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
];

/** Whether AWS, or what looks for credentials here, says that there are none that count. */
export const areBadCredentials = (error: unknown): boolean => error instanceof Error && badCredentials.includes(error.name);

/** What to do about a clock that is wrong, after what names it. */
export const setClock = "let it be set, such as with: timedatectl set-ntp true; then run the command again";

/**
 * Whether AWS says that the request came from another time (Amazon S3 API Reference, "Error responses"; IAM User Guide, "Troubleshoot Signature
 * Version 4 signing"). The SDK takes the time from AWS's answer then and asks again, so that this is told only where that did not help.
 */
const isOfAnotherTime = ({ name, message }: Error): boolean =>
  name === "RequestTimeTooSkewed" || /^Signature (?:expired|not yet current)/.test(message);

/** EC2 calls a request so that is too old, and credentials that have ended. */
const isEither = ({ name }: Error): boolean => name === "RequestExpired";

/** What services call it when IAM refuses; SNS and EC2 have names of their own. */
const refusals: readonly string[] = ["AccessDenied", "AccessDeniedException", "AuthorizationErrorException", "UnauthorizedOperation"];

/** The action that AWS says somebody lacks the permission for. */
export const actionIn = (words: string): string | undefined => /not authorized to perform: ([\w-]+:\w+)/.exec(words)?.[1];

/** Whether IAM refused it, whatever the service calls that. */
export const isRefusal = ({ name, message }: Error): boolean => refusals.includes(name) || actionIn(message) !== undefined;

/** What a verb acts on, by the word for it in the names of AWS's errors, and the environment whose deploy makes it. */
export interface Standing {
  readonly environment: string;
  readonly of: Readonly<Record<string, string>>;
}

/** `ClusterNotFoundException`, `NoSuchHostedZone`: services put the word for what is missing before or after. */
const missing = /^(?:NoSuch(\w+?)|(\w+?)NotFound)(?:Exception|Fault)?$/;

/** What is not there any more, as people call it; undefined where the error says nothing of the kind. */
function goneIn({ name }: Error, { of }: Standing): string | undefined {
  const [, before, after] = missing.exec(name) ?? [];
  const kind = before ?? after ?? "";
  return of[kind] && `${kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase()} ${of[kind]}`;
}

/** Somebody deleted what the last deploy made. */
export const isGone = (what: string, environment: string): UserError =>
  new UserError(
    "world/changed",
    `there is no ${what}: somebody deleted it, or it was never deployed`,
    `see how it comes back, for a deploy with nothing to change takes it for there still: sluice doctor ${environment}; then release again`,
  );

/** What a person can do about an error of AWS's SDK; `what` was tried. An error that is not AWS's is returned as it is. */
export function failureOf(error: unknown, what: string, standing?: Standing): unknown {
  if (!(error instanceof Error)) return error;
  if (isOfAnotherTime(error))
    return new UserError("world/clock", `AWS takes this machine's clock for wrong: could not ${what}`, setClock, [error.message]);
  if (areBadCredentials(error)) {
    return new UserError(
      "engine/no-credentials",
      `AWS takes no credentials from here: could not ${what}`,
      `sign in with: aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY${isEither(error) ? `; where these have not ended, it is the clock of this machine: ${setClock}` : ""}`,
      [error.message],
    );
  }
  // The SDK puts `$metadata` on whatever AWS answered, and on what became of a request that AWS did not answer.
  if (!("$metadata" in error)) return error;
  const gone = standing && goneIn(error, standing);
  if (standing && gone !== undefined) return isGone(gone, standing.environment);
  if (isRefusal(error)) return refused(error, what, standing?.environment ?? "ENVIRONMENT");
  return new UserError("engine/failed", `could not ${what}: ${error.message || error.name}`, "correct the cause and run the command again");
}

/** Asks AWS; what it refuses is told as a person can act on it. */
export async function asked<T>(what: string, work: () => Promise<T>, standing?: Standing): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, what, standing);
  }
}

/** Asking again changes nothing: somebody has to give the permission first. */
function refused({ name, message }: Error, what: string, environment: string): UserError {
  const [, who = "who asks"] = /User: (\S+)/.exec(message) ?? [];
  return new UserError(
    "engine/forbidden",
    `could not ${what}: ${message || name}`,
    `let ${who} do ${actionIn(message) ?? "that"}, and run the command again; roles of the plan get their rights with: sluice deploy ${environment}, and what people lack says: sluice doctor ${environment}`,
  );
}
