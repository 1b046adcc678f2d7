import { ToolkitError } from "@aws-cdk/toolkit-lib";
import { UserError } from "../../base/errors.ts";
import type { ResourceProgress } from "../../ports/engine.ts";

/** Names under which AWS's SDK refuses credentials, beside the toolkit's own authentication errors. */
const badCredentials: readonly string[] = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
];

/**
 * What a person can do about an error of the toolkit. `failed`: the resources that AWS could not create, change or delete, first one first.
 * `ending`: the commands without which the stack stays half made.
 */
export function failureOf(error: unknown, failed: readonly ResourceProgress[], ending: readonly string[] = []): unknown {
  const chain = causes(error);
  const own = chain.find((cause) => cause instanceof UserError);
  if (own) return own;
  const [first, ...others] = failed;
  if (first) return resourceFailed(first, others, ending);
  if (chain.some(isBootstrap)) return notBootstrapped(chain);
  if (chain.some(isCredentials)) return noCredentials(chain);
  const assembly = chain.find(ToolkitError.isAssemblyError);
  if (assembly) return assembly.cause ?? assembly;
  return chain.some(isOfAws) ? awsRefused(chain) : error;
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** The toolkit wraps these in other errors, and the role that bootstrapping makes is what it cannot take on where it is not there. */
const isBootstrap = (error: Error): boolean =>
  ToolkitError.isBootstrapError(error) ||
  error.name === "AssumeRoleFailed" ||
  /please run 'cdk bootstrap|is account \S+ bootstrapped/i.test(error.message);

const isCredentials = (error: Error): boolean =>
  badCredentials.includes(error.name) || (ToolkitError.isAuthenticationError(error) && error.name !== "S3UploadFailed");

const isOfAws = (error: Error): boolean => ToolkitError.isToolkitError(error) || "$metadata" in error;

function resourceFailed(
  { stack, component, id, of, does, because }: ResourceProgress,
  others: readonly ResourceProgress[],
  ending: readonly string[],
): UserError {
  const what = component === "" ? id : `${id} of ${component}`;
  return new UserError(
    "engine/failed",
    `${stack}: AWS could not ${does} ${what} (${of}): ${because}`,
    ending.length === 0
      ? "correct the cause and run the same command again: CloudFormation puts this stack back as it was, and those before it stay"
      : `${stack} is half made, and AWS deletes nothing of it that is protected. Run: ${ending.join("; ")}; correct the cause, and run the same command again`,
    others.map((other) => `${other.stack}: could not ${other.does} ${other.id} (${other.of}): ${other.because}`),
  );
}

function notBootstrapped(chain: readonly Error[]): UserError {
  const where = chain.map(({ message }) => /aws:\/\/[\w-]+\/[\w-]+/.exec(message)?.[0]).find((found) => found !== undefined);
  const target = where ?? "aws://ACCOUNT/REGION";
  return new UserError(
    "engine/not-bootstrapped",
    `CDK is not set up in ${where ?? "an account and region of the plan"}, or may not be used from here`,
    `run once, with an administrator's credentials: npx cdk bootstrap ${target}`,
    messages(chain),
  );
}

function noCredentials(chain: readonly Error[]): UserError {
  return new UserError(
    "engine/no-credentials",
    chain[0]?.message ?? "AWS takes no credentials from here",
    "sign in with: aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    messages(chain.slice(1)),
  );
}

function awsRefused(chain: readonly Error[]): UserError {
  const [first = "", ...more] = messages(chain);
  return new UserError("engine/failed", first, "correct the cause and run the same command again: what is done already stays", more);
}

/** Every message once, line by line: a wrapping error often repeats its cause. The SDK says UnknownError where AWS gave no words. */
function messages(chain: readonly Error[]): string[] {
  return [...new Set(chain.flatMap(({ message }) => message.split("\n")).map((line) => line.replace("❌", "").trim()))].filter(
    (line) => line !== "" && line !== "UnknownError",
  );
}
