import { UserError } from "../../base/errors.ts";

/** Names under which AWS's SDK finds or takes no credentials. */
const badCredentials: readonly string[] = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
];

/** What a person can do about an error of AWS's SDK; `what` was tried. An error that is not AWS's is returned as it is. */
export function failureOf(error: unknown, what: string): unknown {
  if (!(error instanceof Error)) return error;
  if (badCredentials.includes(error.name)) {
    return new UserError(
      "engine/no-credentials",
      `AWS takes no credentials from here: could not ${what}`,
      "sign in with: aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      [error.message],
    );
  }
  // The SDK puts `$metadata` on whatever AWS answered, and on what became of a request that AWS did not answer.
  if (!("$metadata" in error)) return error;
  return new UserError("engine/failed", `could not ${what}: ${error.message || error.name}`, "correct the cause and run the command again");
}

/** Asks AWS; what it refuses is told as a person can act on it. */
export async function asked<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, what);
  }
}
