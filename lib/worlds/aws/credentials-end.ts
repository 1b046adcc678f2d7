import { type Instant, instant } from "../../base/time.ts";
import { asked } from "./failure.ts";

/** What a client of AWS's SDK signs with, and which provider of the SDK had it. */
interface Signing {
  readonly expiration?: Date;
  readonly $source?: { readonly CREDENTIALS_ENV_VARS?: unknown };
}

/**
 * When the credentials end that a client signs with, where that is known and nothing renews them: those of environment variables, which nobody
 * changes in a process that runs (AWS CLI Command Reference, "configure export-credentials", writes their end beside them). All others are fetched
 * anew by the SDK before they end, for as long as the role, the session or the command lasts that they come from: that it does not tell.
 */
export async function credentialsEnd(client: {
  readonly config: { readonly credentials: () => Promise<Signing> };
}): Promise<Instant | undefined> {
  const { expiration, $source } = await asked("look for credentials", () => client.config.credentials());
  return expiration && $source?.CREDENTIALS_ENV_VARS !== undefined ? instant(expiration.getTime()) : undefined;
}
