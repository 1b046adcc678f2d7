import { hostname } from "node:os";
import { userName } from "../actions/user.ts";

/** Who asks, as it is written to the ledger: user@host. */
export function whoAmI(): string {
  return `${userName()}@${hostname()}`;
}
