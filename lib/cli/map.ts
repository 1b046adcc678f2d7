import { writeMap } from "../actions/environment-map.ts";
import { keepMap } from "../actions/kept-map.ts";
import { type Asked, openTarget } from "../actions/target.ts";
import { mapTold } from "../actions/told-outputs.ts";
import { systemClock } from "../base/time.ts";
import { printData } from "./output.ts";
import { near } from "./phrases.ts";

/** `sluice map`: notes what somebody else's deploy made, here and beside the ledger, as `sluice deploy` does of its own. */
export async function keepTold({ outputs, ...asked }: Asked & { readonly outputs: string }): Promise<number> {
  const { folder, plan } = await openTarget(asked);
  const map = { ...(await mapTold(plan, outputs)), at: systemClock.now() };
  const file = await writeMap(folder, map);
  await keepMap(plan, map, (text) => process.stderr.write(`${text}\n`));
  await printData([near(file, process.cwd())]);
  return 0;
}
