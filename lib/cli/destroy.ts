import { destroy } from "../actions/destroy.ts";
import { sourceFrom } from "../actions/project.ts";

/** `sluice destroy`: stops a data plane that was kept. */
export async function runDestroy(project: string, environment: string): Promise<number> {
  const { text } = await destroy(sourceFrom(process.cwd(), project), environment);
  process.stdout.write(`${text}\n`);
  return 0;
}
