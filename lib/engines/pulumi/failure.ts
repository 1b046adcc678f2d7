import { CommandError, ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { errorNumber, UserError } from "../../base/errors.ts";
import type { ResourceProgress } from "../../ports/engine.ts";

const again = "correct the cause and run the same command again: what is done already stays, and is not done twice";

/** What a person can do about an error of the Automation API. `failed`: the resources that could not be made, the first one first. */
export function failureOf(error: unknown, failed: readonly ResourceProgress[]): unknown {
  if (error instanceof UserError) return error;
  const [first, ...others] = failed;
  if (first) return resourceFailed(first, others);
  if (isMissing(error)) {
    return new UserError(
      "engine/not-installed",
      "the Pulumi engine needs the Pulumi CLI, which is not installed",
      "install it as https://www.pulumi.com/docs/iac/download-install/ says, and see that `pulumi version` answers",
    );
  }
  if (error instanceof ConcurrentUpdateError) {
    return new UserError(
      "engine/failed",
      "another update of this environment runs, or one was killed and left its lock",
      "wait for it; if nothing runs any more, run: pulumi cancel",
      said(error),
    );
  }
  if (!(error instanceof CommandError)) return error;
  const lines = said(error);
  if (lines.some((line) => /ExpiredToken|InvalidClientTokenId|NoCredentialProviders|no valid credential|get credentials/i.test(line))) {
    return new UserError(
      "engine/no-credentials",
      "AWS takes no credentials from here, or none for an account of the plan",
      "sign in with: aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      lines,
    );
  }
  return new UserError("engine/failed", lines[0] ?? "Pulumi failed without a word", again, lines.slice(1));
}

/** The CLI is not there, or is none that can be run. */
const isMissing = (error: unknown): boolean =>
  errorNumber(error) === "ENOENT" ||
  (error instanceof Error && /Failed to find the Pulumi CLI|pulumi.*(ENOENT|not found)/i.test(error.message));

function resourceFailed({ stack, component, id, of, does, because }: ResourceProgress, others: readonly ResourceProgress[]): UserError {
  const what = component === "" ? id : `${id} of ${component}`;
  return new UserError(
    "engine/failed",
    `${stack}: AWS could not ${does} ${what} (${of}): ${because}`,
    again,
    others.map((other) => `${other.stack}: could not ${other.does} ${other.id} (${other.of}): ${other.because}`),
  );
}

/** What the CLI said of errors, without the resources that went well. */
function said({ message }: Error): string[] {
  const lines = message.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /^error:/i.test(line)).map((line) => line.replace(/^error:\s*/i, ""));
  return [...new Set(errors.length > 0 ? errors : lines.filter((line) => line !== ""))];
}
