import { resolve } from "node:path";
import { destroy } from "../actions/destroy.ts";

/** `sluice destroy`: stops a data plane that was kept. */
export async function runDestroy(project: string, environment: string): Promise<number> {
  const { text } = await destroy(resolve(project), environment);
  process.stdout.write(`${text}\n`);
  return 0;
}
