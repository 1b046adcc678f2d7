import { rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import { readMap } from "./environment-map.ts";
import { installed } from "./installed.ts";
import type { ConfirmationsView } from "./views.ts";

/**
 * Who does not hear of an environment's notices, though they should (C07): looks, and changes nothing. Undefined for rehearsals, which tell
 * nobody. What keeps it from looking is told and stops nothing.
 */
export async function confirmations(project: string, environment: string): Promise<ConfirmationsView | undefined> {
  if (environment === rehearsalEnvironment) return undefined;
  const map = await readMap(project, environment);
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
