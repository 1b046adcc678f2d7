import { ask } from "../actions/ask.ts";
import { sourceFrom } from "../actions/project.ts";
import type { Asked } from "../actions/target.ts";
import type { Ask } from "../actions/views.ts";
import { commandOn } from "../base/commands.ts";
import { commandFor } from "./next-command.ts";
import { whoAmI } from "./who.ts";

/** `sluice approve|pause|resume|abort|rollback|promote`: asks, and says what was asked and where to watch it. */
export async function sendAsk({ folder: project, ...asked }: Asked, what: Ask): Promise<number> {
  const cwd = process.cwd();
  const folder = sourceFrom(cwd, project);
  const { text } = await ask({ ...asked, folder }, what, whoAmI());
  process.stdout.write(`${text}\n`);
  process.stderr.write(`next: ${commandOn(commandFor("status", folder, cwd), asked.environment)} --watch\n`);
  return 0;
}
