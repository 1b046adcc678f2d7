import { UserError } from "../base/errors.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { installed } from "./installed.ts";
import type { ConfirmationsView } from "./views.ts";

/**
 * Who does not hear of an environment's notices, though they should (C07): looks, and changes nothing. What keeps it from looking is told and
 * stops nothing.
 */
export async function confirmations(map: EnvironmentMap): Promise<ConfirmationsView> {
  try {
    return await installed("looking at subscriptions", ["@aws-sdk/client-sns"], async () => {
      const { unconfirmedIn } = await import("../worlds/aws/subscriptions.ts");
      return { unconfirmed: await unconfirmedIn(map), because: "" };
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unconfirmed: [], because: error.message };
  }
}
