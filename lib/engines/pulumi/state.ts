import { isBucketUrl, withRegion } from "../../aws/state-url.ts";
import { UserError } from "../../base/errors.ts";
import type { Config } from "../../config/config.ts";
import type { Plan } from "../../plan/template.ts";

/** Where a project's state is, and what Pulumi works with. */
export interface PulumiSettings {
  readonly project: string;
  /** Whose migration moves one legal step with each deploy. */
  readonly config: Config;
  /** Pulumi's working folder for this project, which holds the settings of its stacks. */
  readonly folder: string;
  /** What the configuration says of the state; without it the backend that Pulumi is logged in to. */
  readonly state?: {
    /** `s3://<bucket>/<prefix>?region=<region>`. */
    readonly backend: string;
    /** ARN of the key that encrypts the secrets in it. */
    readonly key: string;
  };
}

/** What the CLI is told by its environment. A backend that somebody names there comes before the configuration's; both say their region (A07). */
export function environmentOf(
  { state }: PulumiSettings,
  { stacks }: Plan,
): { readonly envVars: Record<string, string>; readonly secretsProvider?: string } {
  const backend = process.env.PULUMI_BACKEND_URL ?? state?.backend;
  const region = stacks[0]?.region ?? "<region>";
  const corrected = backend?.startsWith("s3:") ? withRegion(backend, region) : undefined;
  if (corrected !== undefined) {
    throw new UserError(
      "usage/invalid",
      `the URL of Pulumi's state does not say where its bucket is: ${backend}`,
      `if it is in ${region}, set PULUMI_BACKEND_URL='${corrected}'`,
    );
  }
  const envVars = { PULUMI_SKIP_UPDATE_CHECK: "true", ...(backend !== undefined && { PULUMI_BACKEND_URL: backend }) };
  // Pulumi documentation, "Secrets": a key by its ARN stands behind three slashes.
  const named =
    backend !== undefined && isBucketUrl(backend) && state ? `awskms:///${state.key}?region=${state.key.split(":")[3]}` : undefined;
  return named === undefined ? { envVars } : { envVars, secretsProvider: named };
}
