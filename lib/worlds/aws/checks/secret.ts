import { UserError } from "../../../base/errors.ts";
import { actionIn } from "../failure.ts";
import { awsSecrets } from "../secrets.ts";
import { type Check, done, toDo } from "./check.ts";

/** A value is kept. */
export const secret: Check<"secret"> = async ({ reference }, { signal }) => {
  try {
    const kept = await awsSecrets(signal).check(reference);
    return kept.is === "there" ? done(`written ${new Date(kept.since).toISOString().slice(0, 10)}`) : toDo(kept.because);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const action = actionIn(error.message);
    return action === undefined ? { is: "unknown", because: error.message } : { is: "refused", action, because: error.message };
  }
};
