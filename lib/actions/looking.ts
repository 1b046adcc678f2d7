import { rehearsalEnvironment } from "../base/commands.ts";
import { UserError } from "../base/errors.ts";
import { systemClock } from "../base/time.ts";
import type { EnvironmentMap } from "../ports/environment-map.ts";
import { confirmations } from "./confirmations.ts";
import { deployedElsewhere, readMap, readNewerMap } from "./environment-map.ts";
import { goneSeen } from "./gone.ts";
import { servedView } from "./recovery/served.ts";
import { status, statusOn, statusWithout } from "./status.ts";
import type { Asked } from "./target.ts";
import type { StatusView } from "./views.ts";

/** Looks at an environment. Changes nothing. */
type Look = () => Promise<StatusView>;

/** How to look at an environment again and again: what stays the same meanwhile is asked for once. `note`: what is told beside what is seen. */
export function looking(asked: Asked, note: (text: string) => void): Look {
  if (asked.environment === rehearsalEnvironment) return () => status(asked.folder);
  let known: Promise<Look> | undefined;
  return async () => {
    known ??= readMap(asked).then((here) => newest(asked.folder, here, note));
    return (await known)();
  };
}

/** What the map of this machine shows is looked at while it is asked whether that is the newest. */
async function newest(project: string, here: EnvironmentMap, note: (text: string) => void): Promise<Look> {
  const look = lookingBy(here);
  const first = look();
  // It may be of what is no more.
  first.catch(() => undefined);
  const newer = await readNewerMap(project, here).catch((error: unknown) => {
    // It is kept in the ledger's table: whoever cannot read that is told so of the ledger.
    if (!(error instanceof UserError)) throw error;
    if (error.code === "ledger/version") note(`${error.message}: ${error.fix}`);
    return undefined;
  });
  if (newer) {
    note(`${deployedElsewhere(newer)} is shown`);
    return lookingBy(newer);
  }
  let seen: Promise<StatusView> | undefined = first;
  return () => {
    const now = seen ?? look();
    seen = undefined;
    return now;
  };
}

function lookingBy(map: EnvironmentMap): Look {
  const isGone = goneSeen(systemClock);
  const beside = Promise.all([confirmations(map), servedView(map)]).then(([notices, recovery]) => ({
    notices,
    ...(recovery && { recovery }),
  }));
  return async () => {
    const seeing = statusOn(map, isGone).catch(async (error: unknown) => statusWithout(error, map.environment, (await beside).recovery));
    const [seen, told] = await Promise.all([seeing, beside]);
    return { ...seen, ...told };
  };
}
