import { hostname, userInfo } from "node:os";

/** Who asks, as it is written to the ledger: user@host. */
export function whoAmI(): string {
  return `${nameOfUser()}@${hostname()}`;
}

/** In a container the user id may have no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
